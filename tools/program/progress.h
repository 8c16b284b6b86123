/* One line on standard error that tells how far the work is and how long it will last; nothing
 * where that is no terminal. */
#ifndef WHIRL_PROGRAM_PROGRESS_H
#define WHIRL_PROGRAM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct progress {
  bool shown; /* standard error is a terminal */
  size_t done;
  size_t total;
  double began; /* clock_seconds() when the work began */
} progress;

void progress_begin(progress *p, size_t total);

/* Shows what is being worked on now. */
void progress_show(const progress *p, const char *what);

/* One more is done. */
void progress_advance(progress *p);

/* Wipes the line. */
void progress_end(const progress *p);

#endif
