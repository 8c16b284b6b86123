#include "reference.h"

#include <float.h>
#include <math.h>

void reference_textbook(whirl_particles p, double timestep, uint64_t steps) {
  for (size_t i = 0; i < p.n; i++) {
    for (uint64_t step = 0; step < steps; step++) {
      const double old_x = p.x[i], old_y = p.y[i];
      const double h = timestep * p.ang_vel[i];
      const double norm = sqrt(old_x * old_x + old_y * old_y);
      if (norm == 0 || h == 0) break;
      p.x[i] = old_x - h * (old_y / norm);
      p.y[i] = old_y + h * (old_x / norm);
    }
  }
}

static reference_result euler_steps(particle start, long double h, uint64_t steps) {
  long double x = start.x, y = start.y, angle = 0;
  for (uint64_t step = 0; step < steps; step++) {
    const long double r = sqrtl(x * x + y * y);
    const long double step_x = -h * (y / r), step_y = h * (x / r);
    x += step_x;
    y += step_y;
    angle += atanl(fabsl(h) / r);
  }
  return (reference_result){x, y, sqrtl(x * x + y * y), angle};
}

static reference_result rotation(particle start, long double arc) {
  const long double x = start.x, y = start.y;
  const long double r = sqrtl(x * x + y * y);
  const long double angle = arc / r, sine = sinl(angle), cosine = cosl(angle);
  return (reference_result){x * cosine - y * sine, y * cosine + x * sine, r, fabsl(angle)};
}

reference_result reference_evolve(whirl_method method, particle start, double timestep,
                                  uint64_t steps) {
  if (method == WHIRL_METHOD_EXACT)
    return rotation(start, (long double)timestep * start.ang_vel * (long double)steps);
  const double h = timestep * start.ang_vel; /* the model rounds it */
  return euler_steps(start, h, steps);
}

double reference_error(reference_result reference, particle result) {
  const long double x = result.x - reference.x, y = result.y - reference.y;
  return (double)(sqrtl(x * x + y * y) / reference.r * 0x1p53L);
}

double reference_allowed(const whirl_kernel *kernel, reference_result reference, uint64_t steps) {
  const whirl_error_bound bound = kernel->error_bound;
  const double angle = (double)reference.angle;
  /* An error in the radius at one step shows in the angle of the later ones: see docs/accuracy.md.
   */
  const double growth = (double)steps * (1 + angle / 2);
  const double own = (double)(LDBL_EPSILON * 0x1p52L) * (growth + angle + 4);
  return bound.constant + bound.per_radian * angle + bound.per_step * growth + own;
}
