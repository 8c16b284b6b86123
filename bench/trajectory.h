/* How much faster whirl_trajectory makes frames than whirl_evolve, called for each of them. */
#ifndef WHIRL_BENCH_TRAJECTORY_H
#define WHIRL_BENCH_TRAJECTORY_H

#include <stdbool.h>

#include <whirl/whirl.h>

#include "options.h"

/* Whether the format is one that trajectory_run prints, and frames of all numbers of particles fit
 * into memory. Otherwise tells so. */
bool trajectory_can_run(const bench_options *options, const whirl_machine *machine);

/* Checks the frames of both methods, measures them, and prints a table on standard output. naive is
 * a dispatcher for that kernel. False, and told, where that fails or a frame is wrong. */
bool trajectory_run(const bench_options *options, const whirl_dispatcher *naive);

#endif
