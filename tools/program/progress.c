#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"

void progress_begin(progress *p, size_t total) {
  *p = (progress){.shown = isatty(STDERR_FILENO), .began = clock_seconds(), .ends = INFINITY};
  progress_expect(p, (long)total, (double)total);
}

void progress_expect(progress *p, long count, double amount) {
  p->total = (size_t)((long)p->total + count);
  p->amount += amount;
}

void progress_restart(progress *p) {
  p->began = clock_seconds();
}

void progress_ends_in(progress *p, double seconds) {
  p->ends = clock_seconds() + seconds;
}

/* Of what is to be done, from 0 to 1. */
static double part_done(const progress *p) {
  return p->amount > 0 ? fmin(1, p->amount_done / p->amount) : 0;
}

double progress_seconds_left(const progress *p) {
  const double now = clock_seconds(), part = part_done(p);
  return part > 0 ? fmax(0, fmin((now - p->began) * (1 - part) / part, p->ends - now)) : NAN;
}

void progress_show(const progress *p, const char *what) {
  enum { BAR = 24 };
  static const char bar[] = "########################", rest[] = "........................";
  if (!p->shown) return;
  const int filled = (int)(BAR * part_done(p));
  fprintf(stderr, "\r\033[K[%.*s%.*s] %zu of %zu", filled, bar, BAR - filled, rest, p->done,
          p->total);
  const double left = progress_seconds_left(p);
  if (!isnan(left) && p->done < p->total) fprintf(stderr, ", %.0f s left", left);
  fprintf(stderr, "  %s", what);
}

void progress_advance(progress *p) {
  progress_advance_by(p, 1, 1);
}

void progress_advance_by(progress *p, size_t count, double amount) {
  p->done = p->total - p->done < count ? p->total : p->done + count;
  p->amount_done += amount;
}

void progress_end(const progress *p) {
  if (p->shown) fputs("\r\033[K", stderr);
}
