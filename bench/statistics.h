/* What is said of samples of measured times: where they lie, how sure that is, and whether two of
 * them differ. */
#ifndef WHIRL_BENCH_STATISTICS_H
#define WHIRL_BENCH_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

/* The coverage of an interval that something is concluded from. */
#define STATISTICS_COVERAGE 0.95

/* Where a quantity lies, with the probability `coverage`. */
typedef struct interval {
  double low, high;
  double coverage;
} interval;

/* Whether it is too wide to conclude anything from, or covers too little. */
bool interval_says_nothing(const interval *sure);

typedef struct statistics {
  double min;
  double median;
  double mad; /* the median absolute deviation from the median, without a factor */
  double max;
  interval sure; /* where the median of all repetitions that could be made lies */
  size_t count;
} statistics;

/* scratch has room for count doubles. A count of 0 gives zeros.
 * The interval is that of two order statistics, x[k] and x[count + 1 - k]: whatever the
 * distribution is, the median lies outside with the probability that fewer than k of count fair
 * coins show heads, or fewer than k tails. k is the largest that leaves a coverage of 0.95 or more;
 * for a count below 6 there is none, and the whole range is taken, with the coverage that it has.
 * Source: David and Nagaraja, Order Statistics, 3rd ed., section 7.1. */
statistics statistics_of(const double *sample, double *scratch, size_t count);

/* Whether a was drawn from where b was: the two-sided p-value of the Mann-Whitney U test. Exact for
 * samples without ties, by the normal approximation with a correction for ties otherwise and for
 * counts whose product is beyond 2500. 1 for an empty sample.
 * Source: Mann and Whitney, Annals of Mathematical Statistics 18 (1947), 50. */
double statistics_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count);

/* By which factor a is larger than b: the median of all quotients a[i] / b[j], and between which of
 * them, with a probability of 0.95 or more, the factor lies that makes the two the same
 * distribution (Hodges and Lehmann's estimate, and the interval that goes with the U test). For
 * samples too small for 0.95, all of them. quotients has room for a_count * b_count, both above 0.
 */
typedef struct factor_found {
  double estimate;
  interval sure;
} factor_found;
factor_found statistics_factor(const double *a, size_t a_count, const double *b, size_t b_count,
                               double *quotients);

#endif
