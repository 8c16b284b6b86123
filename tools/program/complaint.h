/* How the program tells the user that something is wrong. */
#ifndef WHIRL_PROGRAM_COMPLAINT_H
#define WHIRL_PROGRAM_COMPLAINT_H

#include <stdbool.h>

/* The exit codes. */
enum { PROGRAM_OK = 0, PROGRAM_FAILED = 1, PROGRAM_BAD_USAGE = 2 };

/* One line on standard error, after the program's name. Returns false, for `return complain(...)`.
 */
__attribute__((format(printf, 1, 2))) bool complain(const char *format, ...);

#endif
