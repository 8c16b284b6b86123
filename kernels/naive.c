/* The textbook loop: steps outside, particles inside, one sqrt and two divides for each. Its bits
 * are the definition of the Euler trajectory, its speed the unit that the others are measured in.
 */
#include <math.h>

#include "kernel.h"

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  for (uint64_t step = 0; step < steps; step++) {
    for (size_t i = 0; i < n; i++) {
      const double h = timestep * ang_vel[i];
      const double norm = sqrt(x[i] * x[i] + y[i] * y[i]);
      if (norm == 0 || h == 0)
        continue; /* no direction, or at rest: not even a zero's sign changes */
      const double direction_x = x[i] / norm;
      const double direction_y = y[i] / norm;
      x[i] -= h * direction_y;
      y[i] += h * direction_x;
    }
  }
}

WHIRL_DESCRIBE_KERNEL(.summary = "textbook loop, scalar: steps outside, particles inside",
                      .method = WHIRL_KERNEL_EULER, .numeric_class = WHIRL_BITWISE,
                      .error_bound = {.per_radian = 12,
                                      .per_step = 2}, /* docs/accuracy.md derives it */
                      .lanes = 1,
                      /* mul, mul, add, sqrt, 2 div, mul, sub, mul, add, and h */
                      .flops = {.per_particle_step = 11}, .bytes = {.per_particle_step = 40},
                      .demand = {.multiplies = {.per_particle_step = 5},
                                 .additions = {.per_particle_step = 3},
                                 .divides = {.per_particle_step = 2},
                                 .square_roots = {.per_particle_step = 1}},
                      /* One particle alone waits for its own chain. */
                      .cost = {.fixed = 5, .per_particle_step = 6, .particles_at_once = 3},
                      .instructions = WHIRL_BY_COMPILER(27.5, 28.7))
