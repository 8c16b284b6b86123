/* Two runs of bench, row by row: what became slower or faster, as far as noise allows to say. */
#ifndef WHIRL_BENCH_COMPARE_H
#define WHIRL_BENCH_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "results.h"
#include "statistics.h"

/* What the interval of the factor new / old says, where changes by up to a threshold t don't
 * count. */
typedef enum compare_verdict {
  COMPARE_SAME,    /* it lies within 1 / (1 + t) and 1 + t */
  COMPARE_SLOWER,  /* it lies above 1 + t */
  COMPARE_FASTER,  /* it lies below 1 / (1 + t) */
  COMPARE_UNSURE,  /* it reaches from one of these into another */
  COMPARE_TOO_FEW, /* there are too few repetitions for a coverage of 0.95 */
  COMPARE_WRONG    /* one of the results is wrong, so that its time says nothing */
} compare_verdict;

typedef struct comparison {
  const result_row *old_row, *new_row;
  factor_found factor; /* of the times, new / old */
  double p;            /* of the Mann-Whitney U test that both are from one distribution */
  compare_verdict verdict;
} comparison;

/* The rows that both runs have, in the order of the new one: the same kernel, particles and steps
 * on the same number of threads, and of several such the first and the first, the second and the
 * second; where each run has such a row once, the numbers of threads may differ, since the
 * dispatcher chooses them. An allocated array. */
comparison *compare_rows(const bench_results *old_run, const bench_results *new_run,
                         double threshold, size_t *count);

/* In what the machines differ and the work: "are from different machines: cores is 2 in the one and
 * 4 in the other". An allocated array of count allocated texts. */
char **compare_differences(const bench_results *old_run, const bench_results *new_run,
                           size_t *count);

/* Whether both ran on the same machine and did the same work. Otherwise tells in what they differ
 * first. */
bool compare_is_fair(const bench_results *old_run, const bench_results *new_run);

#endif
