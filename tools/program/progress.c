#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "clock.h"

void progress_begin(progress *p, size_t total) {
  *p = (progress){.shown = isatty(STDERR_FILENO), .total = total, .began = clock_seconds()};
}

void progress_show(const progress *p, const char *what) {
  enum { BAR = 24 };
  static const char bar[] = "########################", rest[] = "........................";
  if (!p->shown) return;
  const size_t filled = p->total > 0 ? BAR * p->done / p->total : 0;
  fprintf(stderr, "\r\033[K[%.*s%.*s] %zu of %zu", (int)filled, bar, (int)(BAR - filled), rest,
          p->done, p->total);
  if (p->done > 0 && p->done < p->total) {
    const double left =
        (clock_seconds() - p->began) / (double)p->done * (double)(p->total - p->done);
    fprintf(stderr, ", %.0f s left", left);
  }
  fprintf(stderr, "  %s", what);
}

void progress_advance(progress *p) {
  if (p->done < p->total) p->done++;
}

void progress_end(const progress *p) {
  if (p->shown) fputs("\r\033[K", stderr);
}
