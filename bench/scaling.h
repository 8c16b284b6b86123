/* How a kernel's time changes with the number of threads: strong scaling, the same work for all, or
 * weak scaling, as much for each. */
#ifndef WHIRL_BENCH_SCALING_H
#define WHIRL_BENCH_SCALING_H

#include <stdbool.h>
#include <stddef.h>

#include "cases.h"
#include "statistics.h"

/* A row against the one of the same kernel and amount of work on the fewest threads. */
typedef struct scaling {
  const bench_case *row, *base;
  factor_found speed_up; /* in work done in a second */
  double efficiency;     /* the speed-up over that of the numbers of threads */
} scaling;

/* Finds the base of a row among the cases. False where there is none, or the row has no threads to
 * speak of. weak: cases whose n is in proportion to their threads belong together. */
bool scaling_of(scaling *found, const bench_case *row, const bench_case *cases, size_t count,
                bool weak);

/* Prints the table on standard output, or nothing where no kernel was measured on different numbers
 * of threads. False, and told, where that fails. */
bool scaling_print(const bench_case *cases, size_t count, bool weak, bool markdown);

#endif
