/* The results as comma-separated values with a header: one row of the table in each line, in SI
 * units and with all digits. */
#ifndef WHIRL_BENCH_CSV_H
#define WHIRL_BENCH_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "cases.h"

/* Prints on standard output. False, and told, where that fails. */
bool csv_print(const bench_options *options, const bench_case *cases, size_t count);

#endif
