/* What is said of a sample of measured times. */
#ifndef WHIRL_BENCH_STATISTICS_H
#define WHIRL_BENCH_STATISTICS_H

#include <stddef.h>

typedef struct statistics {
  double min;
  double median;
  double mad; /* the median absolute deviation from the median, without a factor */
  double max;
  size_t count;
} statistics;

/* scratch has room for count doubles. A count of 0 gives zeros. */
statistics statistics_of(const double *sample, double *scratch, size_t count);

#endif
