/* Going on with the file of a run that was stopped. */
#ifndef WHIRL_SIM_RESUME_H
#define WHIRL_SIM_RESUME_H

#include <stdbool.h>

#include "film.h"
#include "growing_file.h"
#include "simulation.h"

/* Finds the last whole frame of the reopened file, before any hole, cuts what is behind it, and
 * brings the simulation there. The file is compared with what this run would have written: its
 * head, frame 0, and the last whole frame; where they differ it is another run's, which is told,
 * and it stays as it is. *begun is false where there is not even frame 0: the file is empty then.
 */
bool resume(growing_file *g, const film_format *format, const film *f, simulation *s, bool *begun);

#endif
