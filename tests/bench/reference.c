/* What bench holds results to: right ones pass, and ones that are wrong in one place do not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../bench/reference.h"
#include "../support/dispatchers.h"
#include "cases.h"

enum { PARTICLES = 200, WRONG = 123 };

/* What bench says of a kernel's result in which particle WRONG is off by a factor in x. */
static bench_case judge(const char *name, double factor, bool by_time) {
  whirl_dispatcher *naive = dispatcher_of_kernel(whirl_kernel_find("naive"), 1, 1e-5);
  bench_options options = {.steps = 100, .timestep = 1e-5, .seed = 1};
  if (by_time)
    options =
        (bench_options){.by_time = true, .dt = 3.5e-5, .steps = 4, .timestep = 1e-5, .seed = 1};
  workload w;
  assert_true(workload_create(&w, &options, PARTICLES, naive));
  reference *r = reference_create(&w, naive);
  assert_non_null(r);
  bench_case row = {.name = name, .kernel = whirl_kernel_find(name), .n = PARTICLES};
  whirl_dispatcher *d = dispatcher_of_kernel(row.kernel, 1, 1e-5);
  workload_restore(&w);
  assert_int_equal(workload_evolve(&w, d, w.working), WHIRL_OK);
  w.working.x[WRONG] *= factor;
  reference_check(r, &w, &row);
  reference_destroy(r);
  workload_destroy(&w);
  whirl_dispatcher_destroy(d);
  whirl_dispatcher_destroy(naive);
  return row;
}

/* If this fails, bench cries wolf. */
static void right_results(const test_case *test) {
  (void)test;
  const char *const names[] = {"naive", "swapped", "spiral", "analytic"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    for (int by_time = 0; by_time < 2; by_time++) {
      const bench_case row = judge(names[i], 1, by_time);
      assert_true(row.checked);
      assert_true(row.largest_error > 0 && row.largest_error < 1e-13);
      assert_string_equal(row.wrong, "");
    }
  }
}

/* If this fails, a kernel that is wrong stands in the table as if it were right. */
static void wrong_results(const test_case *test) {
  (void)test;
  const char *const names[] = {"naive", "spiral", "analytic"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const bench_case off = judge(names[i], 1 + 1e-9, false);
    assert_true(off.largest_error > 1e-10);
    assert_non_null(strstr(off.wrong, "is off by"));
    const bench_case nan = judge(names[i], NAN, false);
    assert_non_null(strstr(nan.wrong, "is off by"));
  }
  /* One unit in the last place is nothing, but to the bitwise class. */
  assert_non_null(strstr(judge("swapped", 1 + 0x1p-52, false).wrong, "differs from naive"));
  assert_string_equal(judge("spiral", 1 + 0x1p-52, false).wrong, "");
}

void add_reference_cases(test_suite *suite) {
  suite_add(suite, "reference", "right_results", right_results, NULL, NULL);
  suite_add(suite, "reference", "wrong_results", wrong_results, NULL, NULL);
}
