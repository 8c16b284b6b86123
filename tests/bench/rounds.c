/* Google Benchmark behind its shim: repetitions are taken in rounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../bench/google_benchmark.h"
#include "cases.h"

enum { SUBJECTS = 3, ROUNDS = 5, MOST = SUBJECTS * ROUNDS };

/* Which subject had a repetition, in order. */
static size_t reported[MOST], reported_count;

static bool iterate(void *context, double *seconds) {
  (void)context;
  *seconds = 1e-3;
  return true;
}

static void pause_after(void *context) {
  (void)context;
}

static void report(void *context, double seconds) {
  (void)seconds;
  assert_true(reported_count < MOST);
  reported[reported_count++] = *(const size_t *)context;
}

static bool always(void *rounds) {
  ++*(int *)rounds;
  return true;
}

static bool twice(void *rounds) {
  return ++*(int *)rounds <= 2;
}

static size_t run(bool (*begins)(void *rounds), int *rounds) {
  static char name[] = "test", min_time[] = "--benchmark_min_time=0",
              interleave[] = "--benchmark_enable_random_interleaving=true";
  static size_t numbers[SUBJECTS] = {0, 1, 2};
  char *arguments[] = {name, min_time, interleave, NULL};
  int count = 3;
  google_benchmark_initialize(&count, arguments);
  reported_count = 0;
  for (size_t i = 0; i < SUBJECTS; i++) {
    const char *const names[] = {"a", "b", "c"};
    google_benchmark_register(names[i], &(google_benchmark_subject){.iterate = iterate,
                                                                    .pause = pause_after,
                                                                    .report = report,
                                                                    .context = &numbers[i]});
  }
  return google_benchmark_run(ROUNDS, false, begins, rounds);
}

static void each_round_has_each_subject_once(const test_case *test) {
  (void)test;
  int asked = 0;
  assert_int_equal(run(always, &asked), SUBJECTS);
  assert_int_equal(asked, ROUNDS);
  assert_int_equal(reported_count, MOST);
  for (size_t round = 0; round < ROUNDS; round++) {
    unsigned seen = 0;
    for (size_t i = 0; i < SUBJECTS; i++) seen |= 1u << reported[round * SUBJECTS + i];
    assert_int_equal(seen, (1u << SUBJECTS) - 1);
  }
}

static void no_round_begins_after_the_end(const test_case *test) {
  (void)test;
  int asked = 0;
  run(twice, &asked);
  assert_int_equal(reported_count, 2 * SUBJECTS);
}

void add_rounds_cases(test_suite *suite) {
  suite_add(suite, "rounds", "each_subject_once", each_round_has_each_subject_once, NULL, NULL);
  suite_add(suite, "rounds", "none_after_the_end", no_round_begins_after_the_end, NULL, NULL);
}
