/* The machine's limits by themselves, for people. */
#ifndef WHIRL_BENCH_LIMITS_SHOW_H
#define WHIRL_BENCH_LIMITS_SHOW_H

#include <stdbool.h>

#include "limits/limits.h"

/* Prints all limits that were measured, a column for each number of threads, on standard output,
 * which is not finished yet. False, and told, where that fails. */
bool limits_print(const limits *l, const whirl_machine *machine);

#endif
