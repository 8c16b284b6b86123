/* A file of results, as --json writes it, read back. */
#ifndef WHIRL_BENCH_RESULTS_H
#define WHIRL_BENCH_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct result_row {
  const char *kernel;
  size_t n;
  uint64_t steps;
  unsigned threads;
  double *seconds;    /* of one evolve, for each repetition; all above 0 */
  size_t count;       /* from 1 to RESULTS_MOST_REPETITIONS */
  const char *wrong;  /* what is wrong with its result, or NULL */
  const char *chosen; /* the kernel that the dispatcher chose, or NULL where it had no choice */
} result_row;

/* A row that ran and did not come to a result. */
typedef struct result_failure {
  const char *kernel;
  size_t n;
  uint64_t steps;
  const char *problem;
} result_failure;

/* Comparing two rows takes all pairs of their repetitions. */
enum { RESULTS_MOST_REPETITIONS = 2000 };

typedef struct bench_results {
  char *name;             /* the file's, for sentences */
  struct cJSON *document; /* what the rows' texts belong to */
  result_row *rows;       /* those that were measured */
  size_t count;
  result_failure *failures;
  size_t failure_count;
  bool complete; /* false where the run ended before all was measured */
} bench_results;

/* Reads a file. NULL, and told, where it can't be read or is none of bench's. */
bench_results *results_read(const char *path);

/* The same from a document in memory. */
bench_results *results_parse(const char *text, const char *name);

void results_destroy(bench_results *r);

/* A text in an object of the document, such as "version" in "build"; "?" where there is none. */
const char *results_text(const bench_results *r, const char *object, const char *member);

/* The command line's arguments that say which work was measured: an allocated array of count texts
 * that live as long as r. */
char **results_arguments(const bench_results *r, size_t *count);

#endif
