/* The true circular motion in the textbook's form: polar coordinates, the angle advanced by
 * ang_vel * t / r, and back. Scalar, with libm's functions. */
#include <math.h>

#include "kernel.h"

static double radius_of(double x, double y) {
  return sqrt(x * x + y * y);
}

/* In this order it overflows only where h does. */
static double arc_of(double timestep, double ang_vel, uint64_t steps) {
  return timestep * ang_vel * (double)steps;
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  if (steps == 0) return;
  for (size_t i = 0; i < n; i++) {
    const double arc = arc_of(timestep, ang_vel[i], steps), r = radius_of(x[i], y[i]);
    if (r == 0 || arc == 0) continue; /* no direction, or at rest: not even a zero's sign changes */
    const double angle = atan2(y[i], x[i]) + arc / r;
    x[i] = r * cos(angle);
    y[i] = r * sin(angle);
  }
}

void WHIRL_FRAMES_FUNCTION(const double *x, const double *y, const double *ang_vel, size_t n,
                           double timestep, const whirl_frames *frames) {
  for (size_t i = 0; i < n; i++) {
    const double r = radius_of(x[i], y[i]), start = atan2(y[i], x[i]);
    for (size_t k = 0; k < frames->count; k++) {
      double *to_x = frames->x + k * frames->stride + i, *to_y = frames->y + k * frames->stride + i;
      const double arc = arc_of(timestep, ang_vel[i], frames->steps[k]), angle = start + arc / r;
      const bool still = r == 0 || arc == 0;
      *to_x = still ? x[i] : r * cos(angle);
      *to_y = still ? y[i] : r * sin(angle);
    }
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
        .make_frames = WHIRL_FRAMES_FUNCTION,
        .cost = {.fixed = 15, .per_particle = 46, .particles_at_once = 1})
