/* What people read: the table of results with what belongs around it, and the list of kernels. */
#ifndef WHIRL_BENCH_TABLE_H
#define WHIRL_BENCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <whirl/whirl.h>

#include "cases.h"
#include "disturbance.h"
#include "options.h"

/* Prints the results on standard output, as a table or as Markdown. False, and told, where that
 * fails. */
bool table_print_results(const bench_options *options, const whirl_machine *machine,
                         const bench_case *cases, size_t count, const disturbances *d);

/* Prints every kernel, and whether it runs on this machine, on standard output. */
bool table_print_kernels(const whirl_machine *machine);

#endif
