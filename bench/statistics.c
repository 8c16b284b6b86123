#include "statistics.h"

#include <math.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static double sort_for_median(double *values, size_t count) {
  qsort(values, count, sizeof *values, compare_doubles);
  return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

statistics statistics_of(const double *sample, double *scratch, size_t count) {
  statistics result = {.count = count};
  if (count == 0) return result;
  for (size_t i = 0; i < count; i++) scratch[i] = sample[i];
  result.median = sort_for_median(scratch, count);
  result.min = scratch[0];
  result.max = scratch[count - 1];
  for (size_t i = 0; i < count; i++) scratch[i] = fabs(sample[i] - result.median);
  result.mad = sort_for_median(scratch, count);
  return result;
}
