/* Euler's own error against the true motion, from the closed form of Euler's trajectory.
 * docs/accuracy.md derives the formulas. */
#include <whirl/error.h>

#include <float.h>
#include <math.h>

#include <whirl/kernel.h>

#include "../kernels/spiral_terms.h"
#include "particles.h"

/* The series of T holds up to this s = h / r; beyond it steps are added one by one, until 1/s^2,
 * which grows by 1 a step, is 16. */
static const double s_max = 0.25;

/* s - atan(s), s >= 0. */
static double lag_of_step(double s) {
  if (s > 0.5) return s - atan(s);
  /* The first term left out is below 2^-54 of the sum. */
  enum { TERMS = 26 };
  const double z = s * s;
  double sum = 0;
  for (int k = TERMS; k > 0; k--) sum = 1.0 / (2 * k + 1) - z * sum;
  return sum * z * s;
}

/* T(b) - T(a) over b - a, 0 <= a <= b <= s_max. */
static double slope_of_t(double a, double b) {
  double sum = spiral_terms[0];
  double power = 1, slope = 1; /* b^m, and (b^(m+1) - a^(m+1)) / (b - a) */
  for (size_t k = 1; k < SPIRAL_TERMS; k++) {
    for (int twice = 0; twice < 2; twice++) {
      power *= b;
      slope = power + a * slope;
    }
    sum += spiral_terms[k] * slope;
  }
  return sum;
}

/* 1 - 1 / sqrt(1 + growth): what s has lost where r^2 has grown by that factor. */
static double part_lost(double growth) {
  if (growth > 0x1p106) return 1;
  const double root = sqrt(1 + growth);
  return growth / (root * (1 + root));
}

/* The lag in angle after so many steps, s <= s_max:
 * N s - Theta = N s (N s^2) / (1 + sqrt(1 + N s^2))^2 + T(s) - T(s_N). */
static double lag_by_series(double s, double steps) {
  const double arc = steps * s, growth = arc * s, root = sqrt(1 + growth);
  const double main = arc * (growth / ((1 + root) * (1 + root)));
  return main + s * part_lost(growth) * slope_of_t(s / root, s);
}

/* The lag in angle after so many steps, any s > 0. */
static double lag_of(double s, double steps) {
  if (isinf(s)) return INFINITY; /* a step beside which r is nothing */
  double lag = 0, lost = 0, taken = 0;
  for (; taken < steps && s * (1 - lost) > s_max; taken++) {
    lag += s * lost + lag_of_step(s * (1 - lost));
    lost = part_lost((taken + 1) * s * s);
  }
  if (taken == steps) return lag;
  return lag + (steps - taken) * s * lost + lag_by_series(s * (1 - lost), steps - taken);
}

/* h may have either sign. */
static whirl_euler_error_result error_of(double r, double h, double steps, double largest_lag) {
  if (r == 0 || h == 0 || steps == 0) return (whirl_euler_error_result){0};
  if (!(r > 0) || isinf(r) || !isfinite(h)) return (whirl_euler_error_result){NAN, NAN, NAN};
  const double s = fabs(h) / r;
  whirl_euler_error_result error = {.angle = lag_of(s, steps)};
  double end;
  if (s < 1) {
    const double growth = steps * s * s;
    error.radius = r * (growth / (1 + sqrt(1 + growth)));
    end = r + error.radius;
  } else {
    end = hypot(r, sqrt(steps) * h);
    error.radius = end - r;
  }
  const double chord = 2 * sqrt(r) * sqrt(end) * sin(fmin(error.angle, largest_lag) / 2);
  error.distance = hypot(error.radius, chord);
  error.angle = copysign(error.angle, h);
  return error;
}

whirl_status whirl_euler_error(double r, double ang_vel, double timestep, uint64_t steps,
                               whirl_euler_error_result *out) {
  if (!out) return WHIRL_ERROR_NULL_POINTER;
  if (!(timestep > 0) || isinf(timestep)) return WHIRL_ERROR_BAD_TIMESTEP;
  if (steps > WHIRL_MAX_STEPS) return WHIRL_ERROR_TOO_MANY_STEPS;
  *out = error_of(r, timestep * ang_vel, (double)steps, DBL_MAX);
  return WHIRL_OK;
}

/* Whether the error stays below the tolerance at all times up to t with timestep t / steps. Its
 * radius and its lag grow all the time; the distance grows with either until the lag is pi. A
 * particle whose error is none or no number does not count. */
static bool stays_below(double r, double ang_vel, double t, uint64_t steps, double tolerance) {
  static const double pi = 3.14159265358979323846;
  const double h = t / (double)steps * ang_vel;
  return !(error_of(r, h, (double)steps, pi).distance >= tolerance);
}

/* The least number of steps above `failing` that keeps the error below the tolerance; more than
 * WHIRL_MAX_STEPS where none does. */
static uint64_t least_steps(double r, double ang_vel, double t, double tolerance,
                            uint64_t failing) {
  uint64_t good = failing;
  do {
    failing = good;
    if (good >= WHIRL_MAX_STEPS) return WHIRL_MAX_STEPS + 1;
    good *= 2;
    if (good > WHIRL_MAX_STEPS) good = WHIRL_MAX_STEPS;
  } while (!stays_below(r, ang_vel, t, good, tolerance));
  while (good - failing > 1) {
    const uint64_t middle = failing + (good - failing) / 2;
    if (stays_below(r, ang_vel, t, middle, tolerance))
      good = middle;
    else
      failing = middle;
  }
  return good;
}

whirl_status whirl_largest_timestep(whirl_particles p, double t, double tolerance,
                                    double *timestep) {
  if (!timestep || !whirl_particles_have_arrays(p)) return WHIRL_ERROR_NULL_POINTER;
  if (!(t > 0) || isinf(t)) return WHIRL_ERROR_BAD_DURATION;
  if (!(tolerance > 0)) return WHIRL_ERROR_BAD_TOLERANCE;
  uint64_t steps = 1;
  for (size_t i = 0; i < p.n; i++) {
    const double r = hypot(p.x[i], p.y[i]);
    if (stays_below(r, p.ang_vel[i], t, steps, tolerance)) continue;
    steps = least_steps(r, p.ang_vel[i], t, tolerance, steps);
    if (steps > WHIRL_MAX_STEPS) return WHIRL_ERROR_TOO_MANY_STEPS;
  }
  *timestep = t / (double)steps;
  return WHIRL_OK;
}
