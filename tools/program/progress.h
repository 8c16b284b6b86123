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
  /* The same, each by what it should take; in any unit. The bar and the time left go by that. */
  double amount_done, amount;
  double began; /* clock_seconds() when the work began */
  double ends;  /* and when it ends at the latest */
} progress;

/* Things to do that take as long as each other. */
void progress_begin(progress *p, size_t total);

/* Things to do that don't, added to those that there are; negative for what need not be done. */
void progress_expect(progress *p, long count, double amount);

/* The work begins only now: what was done before is no measure of the time that is left. */
void progress_restart(progress *p);

/* It ends in so many seconds, done or not. */
void progress_ends_in(progress *p, double seconds);

/* The seconds that are left, NAN while nothing tells. */
double progress_seconds_left(const progress *p);

/* Shows what is being worked on now. */
void progress_show(const progress *p, const char *what);

/* One more is done, or so many, which should have taken so much. */
void progress_advance(progress *p);
void progress_advance_by(progress *p, size_t count, double amount);

/* Wipes the line. */
void progress_end(const progress *p);

#endif
