/* Euler's own error, against the true motion that Euler's steps approximate: computed from the
 * closed form, not estimated. It has nothing to do with rounding, nor with kernels. */
#ifndef WHIRL_ERROR_H
#define WHIRL_ERROR_H

#include <stdint.h>

#include <whirl/export.h>
#include <whirl/particles.h>
#include <whirl/status.h>

WHIRL_BEGIN_DECLARATIONS

/* How far the Euler trajectory is from the true motion after the same time. */
typedef struct whirl_euler_error_result {
  double radius;   /* how much farther from the origin Euler is: sqrt(r^2 + N h^2) - r */
  double angle;    /* how far it lags behind, in radians: the angle that the true motion turned by
                      minus the one that Euler did, whole turns included; ang_vel's sign */
  double distance; /* of the two positions */
} whirl_euler_error_result;

/* What N = steps steps of length timestep do to a particle at the distance r from the origin that
 * moves with the speed ang_vel (length per time). h = timestep * ang_vel is rounded as the model
 * rounds it, and the true motion is h / timestep fast. With s = h / r,
 *     angle = N s - sum over 0 <= k < N of atan(s / sqrt(1 + k s^2)),
 * which is computed from the closed form of docs/accuracy.md for any N at the same cost; no
 * difference of nearly equal numbers is taken, so that errors of 1e-300 come out as well. Radius
 * and angle are within 2^-45 of themselves, or of as much as the least doubles are apart
 * (docs/accuracy.md), and so is the distance while the
 * angle is below a radian; beyond, it is what that angle gives. r = 0, ang_vel = 0 and steps = 0
 * give zeros; NaN or infinite r or h, and r < 0, give NaNs.
 * Errors: NULL_POINTER, BAD_TIMESTEP, TOO_MANY_STEPS. Thread-safe. */
WHIRL_API whirl_status whirl_euler_error(double r, double ang_vel, double timestep, uint64_t steps,
                                         whirl_euler_error_result *out);

/* The largest timestep of t, t/2, t/3, ... with which Euler's error in the distance stays below
 * tolerance for all particles of p at all times up to t: *timestep becomes t / N with the least
 * such N. (The error in the distance grows with the time until the lag in angle is half a turn, and
 * beyond that a whole turn's lag is no meeting again: it counts as half a turn.) Particles at the
 * origin, at rest, or with a NaN or an infinity do not count. t is finite and > 0, tolerance > 0;
 * an infinite tolerance gives t. Reads each particle once. Errors: NULL_POINTER, BAD_DURATION,
 * BAD_TOLERANCE, TOO_MANY_STEPS (it takes more than WHIRL_MAX_STEPS). Thread-safe. */
WHIRL_API whirl_status whirl_largest_timestep(whirl_particles p, double t, double tolerance,
                                              double *timestep);

WHIRL_END_DECLARATIONS

#endif
