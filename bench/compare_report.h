/* A comparison of two runs, as people and programs read it. */
#ifndef WHIRL_BENCH_COMPARE_REPORT_H
#define WHIRL_BENCH_COMPARE_REPORT_H

#include "compare.h"
#include "options.h"

/* Prints on standard output how the new run compares with the options' old one, in the options'
 * format, and names on standard error what became slower by more than is allowed. Returns the
 * program's exit status. */
int compare_report(const bench_options *options, const bench_results *new_run);

#endif
