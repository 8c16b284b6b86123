/* How a time is made of steps. */
#ifndef WHIRL_SRC_STEPS_H
#define WHIRL_SRC_STEPS_H

#include <stdint.h>

#include <whirl/status.h>

/* dt as whole steps of length timestep and one shorter step of length *rest (0: none). dt >= 0 and
 * timestep > 0 are finite. Errors: TOO_MANY_STEPS. */
whirl_status whirl_count_steps(double dt, double timestep, uint64_t *whole, double *rest);

#endif
