/* The textbook loop, steps outside and particles inside, as the compiler vectorises it; with
 * PEER_BLOCK above 0 over blocks of so many particles, which stay in the nearest cache for all
 * steps. The step has no branch: a particle that has no direction or is at rest keeps its bits by a
 * selection. */
#include <math.h>
#include <stdbool.h>

#include "kernel.h"

static void step_range(double *restrict x, double *restrict y, const double *restrict ang_vel,
                       size_t n, double timestep, uint64_t steps) {
  for (uint64_t step = 0; step < steps; step++) {
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
      const double h = timestep * ang_vel[i];
      const double norm = sqrt(x[i] * x[i] + y[i] * y[i]);
      const double next_x = x[i] - h * (y[i] / norm), next_y = y[i] + h * (x[i] / norm);
      const bool stays = (norm == 0) | (h == 0);
      x[i] = stays ? x[i] : next_x;
      y[i] = stays ? y[i] : next_y;
    }
  }
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  const size_t block = PEER_BLOCK > 0 ? PEER_BLOCK : n;
  for (size_t i = 0; i < n; i += block)
    step_range(x + i, y + i, ang_vel + i, n - i < block ? n - i : block, timestep, steps);
}

WHIRL_DESCRIBE_KERNEL(
        .summary = PEER_BLOCK > 0 ? "the textbook loop over blocks, as the compiler vectorises it"
                                  : "the textbook loop as the compiler vectorises it",
        .method = WHIRL_KERNEL_EULER, .numeric_class = WHIRL_BITWISE,
        .error_bound = {.per_radian = 12, .per_step = 2}, .lanes = PEER_LANES,
        .flops = {.per_particle_step = 11},
        .bytes = {.per_particle = PEER_BLOCK > 0 ? 40 : 0,
                  .per_particle_step = PEER_BLOCK > 0 ? 0 : 40},
        .demand = {.multiplies = {.per_particle_step = 5},
                   .additions = {.per_particle_step = 3},
                   .divides = {.per_particle_step = 2},
                   .square_roots = {.per_particle_step = 1}},
        .cost = {.per_particle_step = 6. / PEER_LANES, .particles_at_once = PEER_LANES})
