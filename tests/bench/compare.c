/* Two runs against each other: what is called slower, which rows belong together, what can't be
 * compared. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../bench/compare.h"
#include "cases.h"

enum { TEXT_SIZE = 4096 };

/* A row of so many repetitions, 1 % apart from each other, around a time. */
static void add_row(char text[TEXT_SIZE], const char *kernel, int n, int threads, double seconds,
                    int repetitions) {
  size_t at = strlen(text);
  const char *comma = text[at - 1] == '}' ? "," : "";
  at += (size_t)snprintf(text + at, TEXT_SIZE - at,
                         "%s{\"kernel\":\"%s\",\"n\":%d,\"steps\":100,\"threads\":%d,\"seconds\":{"
                         "\"samples\":[",
                         comma, kernel, n, threads);
  for (int i = 0; i < repetitions; i++) {
    at += (size_t)snprintf(text + at, TEXT_SIZE - at, "%s%.17g", i ? "," : "",
                           seconds * (1 + 0.01 * (i - repetitions / 2)));
  }
  snprintf(text + at, TEXT_SIZE - at, "]}}");
}

static void begin(char text[TEXT_SIZE], int cores, int seed) {
  snprintf(text, TEXT_SIZE,
           "{\"machine\":{\"cores\":%d},\"workload\":{\"seed\":%d,\"arguments\":[\"--n=1\"]},"
           "\"results\":[",
           cores, seed);
}

static bench_results *end(char text[TEXT_SIZE]) {
  strcat(text, "]}");
  bench_results *r = results_parse(text, "a test's run");
  assert_non_null(r);
  return r;
}

static bench_results *run_of(const char *kernel, double seconds, int repetitions) {
  char text[TEXT_SIZE];
  begin(text, 2, 1);
  add_row(text, kernel, 10, 1, seconds, repetitions);
  return end(text);
}

static comparison compared(double old_seconds, double new_seconds, int repetitions,
                           double threshold) {
  bench_results *old_run = run_of("naive", old_seconds, repetitions);
  bench_results *new_run = run_of("naive", new_seconds, repetitions);
  size_t count;
  comparison *rows = compare_rows(old_run, new_run, threshold, &count);
  assert_int_equal(count, 1);
  const comparison result = rows[0];
  free(rows);
  results_destroy(old_run);
  results_destroy(new_run);
  return result;
}

/* If this fails, a change of speed is not seen, or noise is taken for one. */
static void verdicts(const test_case *test) {
  (void)test;
  assert_int_equal(compared(1, 1.2, 9, 0.05).verdict, COMPARE_SLOWER);
  assert_int_equal(compared(1.2, 1, 9, 0.05).verdict, COMPARE_FASTER);
  assert_int_equal(compared(1, 1.2, 9, 0.4).verdict, COMPARE_SAME);
  assert_int_equal(compared(1, 1, 9, 0.05).verdict, COMPARE_SAME);
  /* It is slower, but not surely by more than is allowed. */
  const comparison near = compared(1, 1.06, 9, 0.05);
  assert_int_equal(near.verdict, COMPARE_UNSURE);
  assert_true(near.factor.sure.low > 1 && near.p < 0.05);
  /* The threshold is less than the noise: it is not called the same. */
  assert_int_equal(compared(1, 1, 9, 0.001).verdict, COMPARE_UNSURE);
  /* Three repetitions of each prove nothing. */
  assert_int_equal(compared(1, 2, 3, 0.05).verdict, COMPARE_TOO_FEW);
}

/* If this fails, the quotient is upside down. */
static void factor_of_new_over_old(const test_case *test) {
  (void)test;
  const comparison c = compared(2, 3, 9, 0.05);
  assert_true(fabs(c.factor.estimate - 1.5) < 1e-12);
}

/* If this fails, rows are compared that did different work, or rows get lost. */
static void rows_that_belong_together(const test_case *test) {
  (void)test;
  char old_text[TEXT_SIZE], new_text[TEXT_SIZE];
  begin(old_text, 2, 1);
  add_row(old_text, "naive", 10, 1, 1, 4);
  add_row(old_text, "omp", 10, 1, 2, 4);
  add_row(old_text, "omp", 10, 2, 3, 4);
  add_row(old_text, "auto", 10, 1, 4, 4);
  add_row(old_text, "swapped", 10, 1, 5, 4);
  add_row(old_text, "spiral", 10, 8, 5, 4);
  begin(new_text, 2, 1);
  add_row(new_text, "auto", 10, 2, 6, 4);   /* the dispatcher chose another number */
  add_row(new_text, "omp", 10, 2, 7, 4);    /* there are two in the old run */
  add_row(new_text, "omp", 10, 4, 8, 4);    /* none in the old run */
  add_row(new_text, "naive", 11, 1, 9, 4);  /* other particles */
  add_row(new_text, "spiral", 10, 1, 9, 4); /* which of these two is it? */
  add_row(new_text, "spiral", 10, 2, 9, 4);
  bench_results *old_run = end(old_text), *new_run = end(new_text);
  size_t count;
  comparison *rows = compare_rows(old_run, new_run, 0.05, &count);
  assert_int_equal(count, 2);
  assert_ptr_equal(rows[0].new_row, &new_run->rows[0]);
  assert_ptr_equal(rows[0].old_row, &old_run->rows[3]);
  assert_ptr_equal(rows[1].new_row, &new_run->rows[1]);
  assert_ptr_equal(rows[1].old_row, &old_run->rows[2]);
  free(rows);
  results_destroy(old_run);
  results_destroy(new_run);
}

/* If this fails, a run is not the same as itself: a kernel of one thread stands in each group of a
 * run over threads, and took another time in each. */
static void repeated_rows(const test_case *test) {
  (void)test;
  char text[TEXT_SIZE];
  begin(text, 2, 1);
  add_row(text, "naive", 10, 1, 1, 9);
  add_row(text, "omp", 10, 1, 1, 9);
  add_row(text, "naive", 10, 1, 2, 9);
  add_row(text, "omp", 10, 2, 3, 9);
  add_row(text, "naive", 10, 1, 4, 9);
  bench_results *r = end(text);
  size_t count;
  comparison *rows = compare_rows(r, r, 0.05, &count);
  assert_int_equal(count, r->count);
  for (size_t i = 0; i < count; i++) {
    assert_ptr_equal(rows[i].old_row, &r->rows[i]);
    assert_int_equal(rows[i].verdict, COMPARE_SAME);
  }
  free(rows);
  results_destroy(r);
}

static bool fair(int old_cores, int old_seed, int new_cores, int new_seed) {
  char old_text[TEXT_SIZE], new_text[TEXT_SIZE];
  begin(old_text, old_cores, old_seed);
  begin(new_text, new_cores, new_seed);
  bench_results *old_run = end(old_text), *new_run = end(new_text);
  const bool result = compare_is_fair(old_run, new_run);
  results_destroy(old_run);
  results_destroy(new_run);
  return result;
}

/* If this fails, a slower machine passes for a slower kernel. */
static void machines_and_workloads(const test_case *test) {
  (void)test;
  assert_true(fair(2, 1, 2, 1));
  assert_false(fair(2, 1, 4, 1));
  assert_false(fair(2, 1, 2, 5));
}

/* If this fails, a file that is something else ends in a crash or in nonsense. */
static void other_files(const test_case *test) {
  (void)test;
  const char *const texts[] = {
      "",
      "no JSON",
      "[]",
      "{}",
      "{\"machine\":{},\"workload\":{},\"results\":{}}",
      "{\"machine\":{},\"workload\":{},\"results\":[]} and more",
      "{\"machine\":{},\"workload\":{},\"results\":[1]}",
      "{\"machine\":{},\"workload\":{},\"results\":[{\"kernel\":\"naive\",\"n\":1,\"steps\":1,"
      "\"threads\":1}]}",
      "{\"machine\":{},\"workload\":{},\"results\":[{\"kernel\":\"naive\",\"n\":1,\"steps\":1,"
      "\"threads\":1,\"seconds\":{\"samples\":[1,0]}}]}",
      "{\"machine\":{},\"workload\":{},\"results\":[{\"kernel\":\"naive\",\"n\":-1,\"steps\":1,"
      "\"threads\":1,\"seconds\":{\"samples\":[1]}}]}"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_null(results_parse(texts[i], "a test's file"));
}

void add_compare_cases(test_suite *suite) {
  suite_add(suite, "compare", "verdicts", verdicts, NULL, NULL);
  suite_add(suite, "compare", "factor_of_new_over_old", factor_of_new_over_old, NULL, NULL);
  suite_add(suite, "compare", "rows_that_belong_together", rows_that_belong_together, NULL, NULL);
  suite_add(suite, "compare", "repeated_rows", repeated_rows, NULL, NULL);
  suite_add(suite, "compare", "machines_and_workloads", machines_and_workloads, NULL, NULL);
  suite_add(suite, "compare", "other_files", other_files, NULL, NULL);
}
