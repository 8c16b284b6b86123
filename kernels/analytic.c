/* The true circular motion in the textbook's form: polar coordinates, the angle advanced by
 * ang_vel * t / r, and back. Scalar, with libm's functions. */
#include <math.h>

#include "kernel.h"

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  if (steps == 0) return;
  for (size_t i = 0; i < n; i++) {
    /* In this order it overflows only where h does. */
    const double arc = timestep * ang_vel[i] * (double)steps;
    const double r = sqrt(x[i] * x[i] + y[i] * y[i]);
    if (r == 0 || arc == 0) continue; /* no direction, or at rest: not even a zero's sign changes */
    const double angle = atan2(y[i], x[i]) + arc / r;
    x[i] = r * cos(angle);
    y[i] = r * sin(angle);
  }
}

WHIRL_DESCRIBE_KERNEL(
        .summary = "true motion, scalar: r cos, r sin with libm", .method = WHIRL_KERNEL_ANALYTIC,
        .numeric_class = WHIRL_BOUNDED,
        .error_bound = {.constant = 13, .per_radian = 6}, /* docs/accuracy.md derives it */
        .lanes = 1,
        /* mul, mul, add, sqrt, mul, div, add, mul, mul; atan2, sin and cos count as one each */
        .flops = {.per_particle = 12}, .bytes = {.per_particle = 40},
        .demand = {.multiplies = {.per_particle = 6},
                   .divides = {.per_particle = 1},
                   .square_roots = {.per_particle = 1}},
        .cost = {.fixed = 15, .per_particle = 46, .particles_at_once = 1})
