/* How long the work lasts. A failure here means that the line with the bar promises too much. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../tools/program/clock.h"
#include "../../tools/program/progress.h"
#include "cases.h"

/* As if the work had begun so many seconds ago. */
static double left_after(progress *p, double seconds) {
  p->began = clock_seconds() - seconds;
  return progress_seconds_left(p);
}

static bool is_about(double value, double expected) {
  return fabs(value - expected) < 1e-2 * expected;
}

static void by_amounts(const test_case *test) {
  (void)test;
  progress p;
  progress_begin(&p, 0);
  progress_expect(&p, 3, 1);
  progress_expect(&p, 1, 9);
  assert_true(isnan(progress_seconds_left(&p)));
  progress_advance_by(&p, 1, 1);
  assert_true(is_about(left_after(&p, 1000), 9000));
  /* Half of what is left need not be done. */
  progress_expect(&p, -1, -4.5);
  assert_int_equal(p.total, 3);
  assert_true(is_about(left_after(&p, 1000), 4500));
}

static void at_the_latest(const test_case *test) {
  (void)test;
  progress p;
  progress_begin(&p, 4);
  progress_advance(&p);
  assert_true(is_about(left_after(&p, 1000), 3000));
  progress_ends_in(&p, 2000);
  assert_true(is_about(left_after(&p, 1000), 2000));
  progress_ends_in(&p, -1);
  assert_true(left_after(&p, 1000) == 0);
}

void add_progress_cases(test_suite *suite) {
  suite_add(suite, "progress", "by_amounts", by_amounts, NULL, NULL);
  suite_add(suite, "progress", "at_the_latest", at_the_latest, NULL, NULL);
}
