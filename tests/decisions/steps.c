/* How a time is made of steps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <whirl/dispatcher.h>

#include "cases.h"

static void expect_steps(double dt, double timestep, uint64_t expected_whole,
                         double expected_rest) {
  uint64_t whole = UINT64_MAX;
  double rest = NAN;
  assert_int_equal(whirl_count_steps(dt, timestep, &whole, &rest), WHIRL_OK);
  assert_int_equal(whole, expected_whole);
  assert_true(rest == expected_rest);
}

static void whole_numbers(const test_case *test) {
  (void)test;
  expect_steps(0.1, 1e-5, 10000, 0);
  expect_steps(0.3, 1e-5, 30000, 0); /* the quotient is 29999.999999999996 */
  expect_steps(1, 1, 1, 0);
  expect_steps(1e-5, 1e-5, 1, 0);
  for (int count = 1; count < 100000; count++) {
    expect_steps(count * 1e-5, 1e-5, (uint64_t)count, 0);
    expect_steps(count * 0.1, 0.1, (uint64_t)count, 0);
    expect_steps(count / 3.0, 1 / 3.0, (uint64_t)count, 0);
  }
}

static void rest_is_kept(const test_case *test) {
  (void)test;
  expect_steps(0.75, 0.5, 1, 0.25);
  expect_steps(0.25, 0.5, 0, 0.25);
  expect_steps(10.5, 1, 10, 0.5);
  expect_steps(1 + 0x1p-40, 1, 1, 0x1p-40);
  expect_steps(1 - 0x1p-40, 1, 0, 1 - 0x1p-40);
  expect_steps(0x1p-1074, 1, 0, 0x1p-1074);     /* the quotient is tiny */
  expect_steps(0x1p-1074, 1e300, 0, 0x1p-1074); /* the quotient underflows to 0 */
}

static void limits(const test_case *test) {
  (void)test;
  uint64_t whole;
  double rest;
  expect_steps(0x1p53, 1, WHIRL_MAX_STEPS, 0);
  assert_int_equal(whirl_count_steps(0x1p54, 1, &whole, &rest), WHIRL_ERROR_TOO_MANY_STEPS);
  assert_int_equal(whirl_count_steps(1e300, 1e-300, &whole, &rest), WHIRL_ERROR_TOO_MANY_STEPS);
}

static void errors(const test_case *test) {
  (void)test;
  uint64_t whole = 7;
  double rest = 7;
  const double bad[] = {NAN, INFINITY, -1, -0x1p-1074};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(whirl_count_steps(bad[i], 1, &whole, &rest), WHIRL_ERROR_BAD_DURATION);
    assert_int_equal(whirl_count_steps(1, bad[i], &whole, &rest), WHIRL_ERROR_BAD_TIMESTEP);
  }
  assert_int_equal(whirl_count_steps(1, 0, &whole, &rest), WHIRL_ERROR_BAD_TIMESTEP);
  assert_int_equal(whirl_count_steps(1, 1, NULL, &rest), WHIRL_ERROR_NULL_POINTER);
  assert_int_equal(whirl_count_steps(1, 1, &whole, NULL), WHIRL_ERROR_NULL_POINTER);
  assert_int_equal(whole, 7);
  assert_true(rest == 7);
}

void add_steps_cases(test_suite *suite) {
  suite_add(suite, "steps", "whole_numbers", whole_numbers, NULL, NULL);
  suite_add(suite, "steps", "rest_is_kept", rest_is_kept, NULL, NULL);
  suite_add(suite, "steps", "limits", limits, NULL, NULL);
  suite_add(suite, "steps", "errors", errors, NULL, NULL);
}
