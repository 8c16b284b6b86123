#include "progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_begin(progress *p, size_t total) {
  *p = (progress){.shown = isatty(STDERR_FILENO), .total = total};
}

void progress_show(const progress *p, const char *what) {
  if (p->shown) fprintf(stderr, "\r\033[K%3zu of %zu  %s", p->done, p->total, what);
}

void progress_advance(progress *p) {
  if (p->done < p->total) p->done++;
}

void progress_end(const progress *p) {
  if (p->shown) fputs("\r\033[K", stderr);
}
