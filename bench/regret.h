/* How much slower the dispatcher's own choice is than the best: over a grid of amounts of work. */
#ifndef WHIRL_BENCH_REGRET_H
#define WHIRL_BENCH_REGRET_H

#include <stdbool.h>

#include <whirl/whirl.h>

#include "options.h"

/* Runs the dispatcher's choice and every kernel that gives the same answer at each point of the
 * grid, and prints a table on standard output. False, and told, where that fails. */
bool regret_run(const bench_options *options, const whirl_machine *machine);

#endif
