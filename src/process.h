/* Whether this process is the program that was started, or the child of a fork(). */
#ifndef WHIRL_SRC_PROCESS_H
#define WHIRL_SRC_PROCESS_H

#include <stdbool.h>

/* False where it is certain that this process has not come out of a fork() since its program was
 * started with exec: of those threads that OpenMP believes to have, none is lost. */
bool whirl_process_may_be_forked(void);

/* Pure: the same of the process that a text of /proc/PID/stat is about. */
bool whirl_stat_may_be_forked(const char *stat);

#endif
