/* Where one particle really goes: the model's three motions in exact arithmetic, to far more digits
 * than double has (MPFR). It knows the model alone, nothing of the library and its kernels. */
#ifndef WHIRL_TESTS_REFERENCE_H
#define WHIRL_TESTS_REFERENCE_H

#include <mpfr.h>
#include <stdint.h>

/* The position of a particle, its distance r from the origin, and |angle| that it has turned by
 * since it started, in radians, whole turns included. x, y and r are within 2^-100 r of the truth.
 */
typedef struct reference_motion {
  mpfr_t x, y, r;
  double angle;
} reference_motion;

void reference_motion_init(reference_motion *motion);
void reference_motion_clear(reference_motion *motion);

/* Room to compute in, and the coefficients of the closed form. For one thread at a time. */
typedef struct reference_workspace reference_workspace;
reference_workspace *reference_create(void); /* aborts where there is no memory, as MPFR does */
void reference_destroy(reference_workspace *workspace);

/* The Euler trajectory, x, y finite, h = timestep * ang_vel rounded to double as the model says,
 * one step after another: about half a microsecond for each. steps <= 2^40. */
void reference_euler_stepped(reference_workspace *workspace, reference_motion *out, double x,
                             double y, double ang_vel, double timestep, uint64_t steps);

/* The same trajectory in closed form, for any number of steps: well below a millisecond.
 * steps <= 2^53. */
void reference_euler_closed(reference_workspace *workspace, reference_motion *out, double x,
                            double y, double ang_vel, double timestep, uint64_t steps);

/* The angle alone that the closed form turns by, for h > 0; within 2^-150 of itself. */
void reference_euler_angle(reference_workspace *workspace, mpfr_t theta, double r, double h,
                           uint64_t steps);

/* The true motion: rotation by ang_vel * timestep * steps / r, nothing rounded. The angle must be
 * below 2^1000. */
void reference_exact(reference_workspace *workspace, reference_motion *out, double x, double y,
                     double ang_vel, double timestep, uint64_t steps);

/* How far (x, y) is from motion, in units of 2^-53 r. INFINITY where a coordinate is NaN; at r = 0
 * it is 0 for the origin and INFINITY for any other point. */
double reference_error(reference_workspace *workspace, const reference_motion *motion, double x,
                       double y);

/* How far the distance of (x, y) from the origin is from r, in units of 2^-53 r; otherwise the
 * same.
 */
double reference_radius_error(reference_workspace *workspace, const reference_motion *motion,
                              double x, double y);

/* r's mantissa in [1/2, 1): an error of so many units of 2^-53 r, times this, is in units in the
 * last place of r. */
double reference_mantissa(const reference_motion *motion);

/* The distance of two motions over the r of b, as a power of two: -130 says 2^-130; -INFINITY where
 * they are equal. */
double reference_log2_distance(reference_workspace *workspace, const reference_motion *a,
                               const reference_motion *b);

#endif
