/* Median, spread and speed-up of samples that are known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../bench/cases.h"
#include "../../bench/statistics.h"
#include "cases.h"

/* If this fails, the table shows another quantity than its heading says. */
static void known_samples(const test_case *test) {
  (void)test;
  double scratch[5];
  const double odd[] = {9, 1, 4, 2, 100}; /* deviations from 4: 5, 3, 0, 2, 96 */
  statistics s = statistics_of(odd, scratch, 5);
  assert_true(s.min == 1 && s.median == 4 && s.mad == 3 && s.max == 100);
  assert_int_equal(s.count, 5);
  const double even[] = {8, 1, 2, 5}; /* deviations from 3.5: 4.5, 2.5, 1.5, 1.5 */
  s = statistics_of(even, scratch, 4);
  assert_true(s.min == 1 && s.median == 3.5 && s.mad == 2 && s.max == 8);
  const double one[] = {7};
  s = statistics_of(one, scratch, 1);
  assert_true(s.min == 7 && s.median == 7 && s.mad == 0 && s.max == 7);
  assert_int_equal(statistics_of(one, scratch, 0).count, 0);
}

/* If this fails, speed-ups are upside down, or taken from another row than naive's. */
static void speed_up_over_naive(const test_case *test) {
  (void)test;
  double fast[] = {1, 3, 2}, slow[] = {8, 10, 12};
  const whirl_kernel *naive = whirl_kernel_find("naive"), *swapped = whirl_kernel_find("swapped");
  bench_case rows[] = {
      {.name = "swapped", .kernel = swapped, .n = 5, .steps = 2, .seconds = fast, .repetitions = 3},
      {.name = "naive", .kernel = naive, .n = 5, .steps = 2, .seconds = slow, .repetitions = 3},
  };
  cases_summarise(rows, 2);
  assert_true(rows[0].time.median == 2 && rows[0].naive_seconds == 10);
  assert_true(rows[1].time.median == 10 && rows[1].naive_seconds == 10);
  /* 5 particles and 2 steps in 2 s: 3 for each particle and 7 for each step of each. */
  const whirl_work work = {.per_particle = 3, .per_particle_step = 7};
  assert_true(cases_rate(&rows[0], work) == (5 * 3 + 5 * 2 * 7) / 2.0);
}

void add_statistics_cases(test_suite *suite) {
  suite_add(suite, "statistics", "known_samples", known_samples, NULL, NULL);
  suite_add(suite, "statistics", "speed_up_over_naive", speed_up_over_naive, NULL, NULL);
}
