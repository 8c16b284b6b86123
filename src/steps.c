/* How a time is made of steps. */
#include <float.h>
#include <math.h>

#include <whirl/dispatcher.h>

whirl_status whirl_count_steps(double dt, double timestep, uint64_t *whole, double *rest) {
  if (!whole || !rest) return WHIRL_ERROR_NULL_POINTER;
  if (!(dt >= 0) || isinf(dt)) return WHIRL_ERROR_BAD_DURATION;
  if (!(timestep > 0) || isinf(timestep)) return WHIRL_ERROR_BAD_TIMESTEP;
  /* dt, timestep and the quotient are each rounded once, by 2^-53 of themselves: 0.3 / 1e-5 gives
   * 29999.999999999996. */
  const double quotient = dt / timestep;
  const double nearest = round(quotient);
  if (!(nearest <= (double)WHIRL_MAX_STEPS)) return WHIRL_ERROR_TOO_MANY_STEPS;
  if (nearest > 0 && fabs(quotient - nearest) <= 4 * DBL_EPSILON * quotient) {
    *whole = (uint64_t)nearest;
    *rest = 0;
  } else {
    *whole = (uint64_t)quotient;
    *rest = *whole == 0 ? dt : fma(-(double)*whole, timestep, dt);
  }
  return WHIRL_OK;
}
