/* bench --once: one kernel alone, for programs that look at it from outside. No benchmark framework
 * around it, no other kernel, no limits, no reference. */
#ifndef WHIRL_BENCH_ONCE_H
#define WHIRL_BENCH_ONCE_H

#include <whirl/whirl.h>

#include "options.h"

/* Runs the one kernel of the options and prints one line; as JSON, that also has the most memory
 * that the process held and the core's clock. `base` is any dispatcher. Returns the program's exit
 * code. */
int once_run(bench_options *options, const whirl_dispatcher *base);

/* The work, all of it and nothing else: a profiler that is pointed at this function sees no set-up.
 * Each repetition goes on from where the one before it ended. Gives the time of the shortest. */
whirl_status once_work(const bench_options *options, const whirl_dispatcher *d, whirl_particles p,
                       double *best_seconds);

#endif
