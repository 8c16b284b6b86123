/* How the program tells the user that something is wrong. */
#ifndef WHIRL_BENCH_COMPLAINT_H
#define WHIRL_BENCH_COMPLAINT_H

#include <stdbool.h>

/* The exit codes. */
enum { BENCH_OK = 0, BENCH_FAILED = 1, BENCH_BAD_USAGE = 2 };

/* One line on standard error, after the program's name. Returns false, for `return complain(...)`.
 */
__attribute__((format(printf, 1, 2))) bool complain(const char *format, ...);

#endif
