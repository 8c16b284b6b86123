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

/* If this fails, the table claims to be surer than it is. */
static void intervals_of_the_median(const test_case *test) {
  (void)test;
  double sample[25], scratch[25];
  for (int i = 0; i < 25; i++) sample[(i * 7) % 25] = i + 1; /* 1 to 25 in disorder */
  /* Ranks and coverages of tables of the binomial distribution with p = 1/2. */
  const struct {
    size_t count, rank;
    double coverage;
  } known[] = {{25, 8, 0.9567}, {20, 6, 0.9586}, {10, 2, 0.9785}, {9, 2, 0.9609},
               {7, 1, 0.9844},  {6, 1, 0.9688},  {5, 1, 0.9375},  {2, 1, 0.5}};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    const size_t count = known[k].count;
    for (size_t i = 0; i < count; i++) sample[i] = (double)(count - i);
    const interval sure = statistics_of(sample, scratch, count).sure;
    assert_true(sure.low == (double)known[k].rank);
    assert_true(sure.high == (double)(count + 1 - known[k].rank));
    assert_true(fabs(sure.coverage - known[k].coverage) < 5e-5);
  }
}

/* If this fails, bench --compare finds differences in noise, or misses true ones. */
static void mann_whitney(const test_case *test) {
  (void)test;
  /* U = 2 of 5 and 5: counted over all 252 ways to divide ten values, 8 are as extreme. */
  const double low[] = {1, 2, 3, 5, 7}, high[] = {4, 6, 8, 9, 10};
  assert_true(fabs(statistics_mann_whitney(low, 5, high, 5) - 14 / 252.0) < 1e-12);
  assert_true(fabs(statistics_mann_whitney(high, 5, low, 5) - 14 / 252.0) < 1e-12);
  /* All of three below all of four: 2 of 35. */
  assert_true(fabs(statistics_mann_whitney(low, 3, high, 4) - 2 / 35.0) < 1e-12);
  /* Half of the pairs each way. */
  const double a[] = {1, 4}, b[] = {2, 3};
  assert_true(statistics_mann_whitney(a, 2, b, 2) == 1);
  assert_true(statistics_mann_whitney(a, 2, a, 2) == 1); /* ties */
  assert_true(statistics_mann_whitney(a, 0, b, 2) == 1);
  /* Large samples: the exact tail and the normal approximation agree. */
  double left[60], right[60];
  for (int i = 0; i < 60; i++) left[i] = 2 * i, right[i] = 2 * i + 15;
  const double exact = statistics_mann_whitney(left, 50, right, 50);
  left[10] = right[3] = 20.5; /* a tie: they were 20 and 21 */
  const double approximate = statistics_mann_whitney(left, 50, right, 50);
  assert_true(exact > 1e-4 && exact < 0.05);
  assert_true(fabs(approximate / exact - 1) < 0.2);
}

static void factors(const test_case *test) {
  (void)test;
  double quotients[100];
  const double b[] = {1, 2, 4}, a[] = {2, 4, 8};
  /* Quotients: 1/2 1 2, 1 2 4, 2 4 8 */
  factor_found f = statistics_factor(a, 3, b, 3, quotients);
  assert_true(f.estimate == 2 && f.sure.low == 0.5 && f.sure.high == 8);
  assert_true(fabs(f.sure.coverage - 0.9) < 1e-12); /* 1 - 2 / 20 */
  /* Of 7 and 7 the 8 least and the 8 largest of 49 are left out: P(U <= 8) = 0.01894. */
  double x[7], y[7];
  for (int i = 0; i < 7; i++) x[i] = pow(2, i), y[i] = 1;
  f = statistics_factor(x, 7, y, 7, quotients);
  assert_true(f.estimate == 8 && f.sure.low == 2 && f.sure.high == 32);
  assert_true(f.sure.coverage >= 0.95 && f.sure.coverage < 0.98);
}

/* If this fails, speed-ups are upside down, taken from another row than naive's, or not pair by
 * pair. */
static void speed_up_over_naive(const test_case *test) {
  (void)test;
  double fast[] = {1, 3, 2}, slow[] = {8, 30, 12};
  const whirl_kernel *naive = whirl_kernel_find("naive"), *swapped = whirl_kernel_find("swapped");
  bench_case rows[] = {
      {.name = "swapped", .kernel = swapped, .n = 5, .steps = 2, .seconds = fast, .repetitions = 3},
      {.name = "naive", .kernel = naive, .n = 5, .steps = 2, .seconds = slow, .repetitions = 3},
  };
  cases_summarise(rows, 2);
  /* 8, 10 and 6, while the quotient of the medians is 6. */
  assert_true(rows[0].time.median == 2 && rows[0].speed_up.median == 8);
  assert_true(rows[0].speed_up.sure.low == 6 && rows[0].speed_up.sure.high == 10);
  assert_true(rows[1].time.median == 12 && rows[1].speed_up.median == 1);
  assert_true(cases_speed_up_is_unsure(&rows[0]) && !cases_speed_up_is_unsure(&rows[1]));
  assert_true(cases_time_is_unsure(&rows[0]) && cases_time_is_unsure(&rows[1]));
  /* 5 particles and 2 steps in 2 s: 3 for each particle and 7 for each step of each. */
  const whirl_work work = {.per_particle = 3, .per_particle_step = 7};
  assert_true(cases_rate(&rows[0], work) == (5 * 3 + 5 * 2 * 7) / 2.0);
  /* Repetitions that agree say nothing while they are few. */
  enum { ENOUGH = 6 };
  double same[ENOUGH] = {1, 1, 1, 1, 1, 1}, twice[ENOUGH] = {2, 2, 2, 2, 2, 2};
  for (size_t count = 1; count <= ENOUGH; count++) {
    rows[0].seconds = same;
    rows[1].seconds = twice;
    rows[0].repetitions = rows[1].repetitions = count;
    cases_summarise(rows, 2);
    assert_true(rows[0].speed_up.median == 2);
    assert_int_equal(cases_is_unsure(&rows[0]), count < ENOUGH);
    assert_int_equal(cases_is_unsure(&rows[1]), count < ENOUGH);
  }
  /* The machine became slower, for both: their quotient is as it was. */
  double drifting[ENOUGH] = {1, 1, 1, 2, 2, 2}, also[ENOUGH] = {3, 3, 3, 6, 6, 6};
  rows[0].seconds = drifting;
  rows[1].seconds = also;
  cases_summarise(rows, 2);
  assert_true(cases_time_is_unsure(&rows[0]) && !cases_speed_up_is_unsure(&rows[0]));
  assert_true(cases_is_unsure(&rows[0]) && cases_is_unsure(&rows[1]));
}

void add_statistics_cases(test_suite *suite) {
  suite_add(suite, "statistics", "known_samples", known_samples, NULL, NULL);
  suite_add(suite, "statistics", "intervals_of_the_median", intervals_of_the_median, NULL, NULL);
  suite_add(suite, "statistics", "mann_whitney", mann_whitney, NULL, NULL);
  suite_add(suite, "statistics", "factors", factors, NULL, NULL);
  suite_add(suite, "statistics", "speed_up_over_naive", speed_up_over_naive, NULL, NULL);
}
