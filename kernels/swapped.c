/* The loops swapped: particles outside, steps inside, h hoisted, position in registers. Touches
 * memory once, and yet it is slower than naive in compiled code: each step waits for the one
 * before. */
#include <math.h>

#include "kernel.h"

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  for (size_t i = 0; i < n; i++) {
    const double h = timestep * ang_vel[i];
    if (h == 0) continue; /* at rest: not even a zero's sign changes */
    double px = x[i], py = y[i];
    for (uint64_t step = 0; step < steps; step++) {
      const double norm = sqrt(px * px + py * py);
      if (norm == 0) break; /* no direction, now or ever */
      const double direction_x = px / norm;
      const double direction_y = py / norm;
      px -= h * direction_y;
      py += h * direction_x;
    }
    x[i] = px;
    y[i] = py;
  }
}

WHIRL_DESCRIBE_KERNEL(
        .summary = "scalar, particles outside, steps inside, h hoisted",
        .method = WHIRL_KERNEL_EULER, .numeric_class = WHIRL_BITWISE,
        .error_bound = {.per_radian = 12, .per_step = 2}, /* docs/accuracy.md derives it */
        .lanes = 1,
        /* mul, mul, add, sqrt, 2 div, mul, sub, mul, add */
        .flops = {.per_particle = 1, .per_particle_step = 10}, .bytes = {.per_particle = 40},
        /* A step is some twenty instructions, and no reorder buffer holds those of 32. */
        .demand = {.multiplies = {.per_particle = 1, .per_particle_step = 4},
                   .additions = {.per_particle_step = 3},
                   .divides = {.per_particle_step = 2},
                   .square_roots = {.per_particle_step = 1},
                   .chained_steps = {.per_particle = -32, .per_particle_step = 1}},
        .cost = {.fixed = 5, .per_particle = 1, .per_particle_step = 15, .particles_at_once = 1},
        .instructions = WHIRL_BY_COMPILER(20.5, 19.5))
