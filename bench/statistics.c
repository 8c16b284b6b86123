#include "statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static void sort(double *values, size_t count) {
  qsort(values, count, sizeof *values, compare_doubles);
}

static double median_of_sorted(const double *values, size_t count) {
  return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The probability that exactly k of n fair coins show heads. */
static double coins(size_t n, size_t k) {
  return exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) -
             (double)n * log(2));
}

static interval median_interval(const double *sorted, size_t count) {
  size_t rank = 1; /* from either end */
  double outside = coins(count, 0);
  while (rank + 1 <= count / 2 && 1 - 2 * (outside + coins(count, rank)) >= STATISTICS_COVERAGE) {
    outside += coins(count, rank);
    rank++;
  }
  return (interval){
      .low = sorted[rank - 1], .high = sorted[count - rank], .coverage = fmax(0, 1 - 2 * outside)};
}

/* The ends of an interval that says nothing are at least this far apart. */
static const double widest_sure = 1.25;

bool interval_says_nothing(const interval *sure) {
  return sure->coverage < STATISTICS_COVERAGE || sure->high > widest_sure * sure->low;
}

statistics statistics_of(const double *sample, double *scratch, size_t count) {
  statistics result = {.count = count};
  if (count == 0) return result;
  for (size_t i = 0; i < count; i++) scratch[i] = sample[i];
  sort(scratch, count);
  result.median = median_of_sorted(scratch, count);
  result.min = scratch[0];
  result.max = scratch[count - 1];
  result.sure = median_interval(scratch, count);
  for (size_t i = 0; i < count; i++) scratch[i] = fabs(sample[i] - result.median);
  sort(scratch, count);
  result.mad = median_of_sorted(scratch, count);
  return result;
}

/* The exact distribution is worked out where the samples' product is no larger. */
enum { MOST_EXACT = 2500 };

/* Probabilities of U = 0 .. m n, where both samples are from one distribution without ties: the
 * coefficients of the Gaussian binomial. p has room for m n + 1. */
static void u_distribution(double *p, size_t m, size_t n) {
  const size_t most = m * n;
  for (size_t u = 0; u <= most; u++) p[u] = u == 0;
  for (size_t i = 1; i <= m; i++) {
    for (size_t u = most; u + 1 > n + i; u--) p[u] -= p[u - (n + i)]; /* times 1 - q^(n + i) */
    for (size_t u = i; u <= most; u++) p[u] += p[u - i];              /* over 1 - q^i */
  }
  double sum = 0;
  for (size_t u = 0; u <= most; u++) sum += p[u];
  for (size_t u = 0; u <= most; u++) p[u] /= sum;
}

/* How many pairs have a[i] > b[j], ties counting half. */
static double u_statistic(const double *a, size_t a_count, const double *b, size_t b_count,
                          bool *ties) {
  double u = 0;
  *ties = false;
  for (size_t i = 0; i < a_count; i++) {
    for (size_t j = 0; j < b_count; j++) {
      if (a[i] == b[j]) *ties = true;
      u += a[i] > b[j] ? 1 : a[i] == b[j] ? 0.5 : 0;
    }
  }
  return u;
}

/* The sum of t^3 - t over groups of t equal values, in the sorted union of both samples. */
static double tied(const double *a, size_t a_count, const double *b, size_t b_count) {
  const size_t count = a_count + b_count;
  double *all = malloc(count * sizeof *all), sum = 0;
  if (!all) return 0;
  for (size_t i = 0; i < count; i++) all[i] = i < a_count ? a[i] : b[i - a_count];
  sort(all, count);
  for (size_t i = 0, group; i < count; i += group) {
    for (group = 1; i + group < count && all[i + group] == all[i];) group++;
    sum += pow((double)group, 3) - (double)group;
  }
  free(all);
  return sum;
}

static double normal_p(double u, double m, double n, double ties) {
  const double count = m + n;
  const double variance = m * n / 12 * (count + 1 - ties / (count * (count - 1)));
  if (!(variance > 0)) return 1;
  const double distance = fmax(0, fabs(u - m * n / 2) - 0.5); /* continuity */
  return erfc(distance / sqrt(2 * variance));
}

double statistics_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count) {
  bool ties;
  if (a_count == 0 || b_count == 0) return 1;
  const double u = u_statistic(a, a_count, b, b_count, &ties);
  const size_t most = a_count * b_count;
  double *p = ties || most > MOST_EXACT ? NULL : malloc((most + 1) * sizeof *p);
  if (!p) return normal_p(u, (double)a_count, (double)b_count, tied(a, a_count, b, b_count));
  u_distribution(p, a_count, b_count);
  const size_t tail = (size_t)fmin(u, (double)most - u);
  double below = 0;
  for (size_t i = 0; i <= tail; i++) below += p[i];
  free(p);
  return fmin(1, 2 * below);
}

/* The number of quotients at either end that may be left out. */
static size_t left_out(size_t m, size_t n, double *coverage) {
  const size_t most = m * n;
  double *p = most > MOST_EXACT ? NULL : malloc((most + 1) * sizeof *p);
  if (!p) {
    const double deviation = sqrt((double)most * (double)(m + n + 1) / 12);
    *coverage = STATISTICS_COVERAGE;
    return (size_t)fmax(0, (double)most / 2 - 1.959964 * deviation);
  }
  u_distribution(p, m, n);
  size_t count = 0;
  double outside = p[0];
  while (count + 1 < most / 2 && 1 - 2 * (outside + p[count + 1]) >= STATISTICS_COVERAGE)
    outside += p[++count];
  free(p);
  *coverage = 1 - 2 * outside;
  return count;
}

factor_found statistics_factor(const double *a, size_t a_count, const double *b, size_t b_count,
                               double *quotients) {
  const size_t count = a_count * b_count;
  for (size_t i = 0; i < count; i++) quotients[i] = a[i / b_count] / b[i % b_count];
  sort(quotients, count);
  factor_found result = {.estimate = median_of_sorted(quotients, count)};
  const size_t out = left_out(a_count, b_count, &result.sure.coverage);
  result.sure.low = quotients[out];
  result.sure.high = quotients[count - 1 - out];
  return result;
}
