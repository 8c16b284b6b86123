/* When to stop measuring before everything is measured: Ctrl-C or another signal that asks for an
 * end, or the end of a time. */
#ifndef WHIRL_BENCH_INTERRUPTION_H
#define WHIRL_BENCH_INTERRUPTION_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP do not end the program, but are seen by
 * interruption_is_due; a second one, a quarter of a second later or more, ends it. A SIGHUP that is
 * ignored, as by nohup, stays so. */
void interruption_watch(void);

/* And so is the end of so many seconds. */
void interruption_after(double seconds);

/* How long that is from now; INFINITY where there is no such end. */
double interruption_seconds_left(void);

/* Whether to stop. Only what was begun before that and is complete counts. */
bool interruption_is_due(void);

/* Whether it was a signal rather than the end of the time. */
bool interruption_by_user(void);

#endif
