/* Measures the cases of one group, and holds their results to the reference. */
#ifndef WHIRL_BENCH_MEASUREMENT_H
#define WHIRL_BENCH_MEASUREMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "cases.h"
#include "limits/limits.h"
#include "program/progress.h"
#include "reference.h"
#include "workload.h"

/* Fills in seconds, checked, largest_error and wrong of the cases that aren't skipped and that
 * Google Benchmark's options select, and refreshes the limits meanwhile. False, and told, where an
 * evolve failed. */
bool measurement_run(bench_case *cases, size_t count, const bench_options *options,
                     const workload *w, const reference *r, limits *l, progress *p);

#endif
