/* How a time is made of steps. */
#include "steps.h"

#include <float.h>
#include <math.h>

#include <whirl/kernel.h>

whirl_status whirl_count_steps(double dt, double timestep, uint64_t *whole, double *rest) {
  /* dt, timestep and the quotient are each rounded once, so a quotient that is meant to be whole is
   * off by less than 2 units in the last place; 0.3 / 1e-5 gives 29999.999999999996. */
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
