/* How far off Euler's positions will be at the last frame, before anything is computed. */
#ifndef WHIRL_SIM_PREDICTION_H
#define WHIRL_SIM_PREDICTION_H

#include <stdbool.h>

#include "plan.h"

/* Tells on standard error what Euler's error will be, and for which particle it is largest. */
void prediction_tell(const plan *p, whirl_particles particles);

/* Prints Euler's error for each particle, as CSV. False, and told, where that can't be written. */
bool prediction_print(const plan *p, whirl_particles particles);

#endif
