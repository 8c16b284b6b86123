/* How many threads a process may use, on machines of any kind. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/machine.h"
#include "cases.h"

typedef struct allowance {
  unsigned usable_cores, usable_logical_cpus;
  double cpu_quota;
  unsigned openmp_threads, openmp_limit;
  unsigned thread_limit, max_threads; /* expected */
} allowance;

static const unsigned no_limit = 2147483647;

/* If this fails, the library takes more of a machine than its process may use, or less. */
static void thread_limits(const test_case *test) {
  (void)test;
  const allowance allowances[] = {
      {64, 128, INFINITY, 128, no_limit, 128, 64}, /* one thread a core, unless asked for more */
      {64, 128, 8, 128, no_limit, 8, 8},
      {64, 128, 2.5, 128, no_limit, 2, 2}, /* a quota of 2.5 keeps two threads busy */
      {64, 128, 0.5, 128, no_limit, 1, 1},
      {64, 128, 1e9, 128, no_limit, 128, 64},
      {64, 128, INFINITY, 4, no_limit, 128, 4}, /* OMP_NUM_THREADS: a wish */
      {64, 128, INFINITY, 4, 3, 3, 3},          /* OMP_THREAD_LIMIT: a limit */
      {1, 1, INFINITY, 1, no_limit, 1, 1},
      {1, 2, 4, 2, no_limit, 2, 1},
  };
  for (size_t i = 0; i < sizeof allowances / sizeof *allowances; i++) {
    const allowance *a = &allowances[i];
    whirl_machine machine = {.usable_cores = a->usable_cores,
                             .usable_logical_cpus = a->usable_logical_cpus,
                             .cpu_quota = a->cpu_quota,
                             .openmp_threads = a->openmp_threads};
    whirl_limit_threads(&machine, a->openmp_limit);
    assert_int_equal(machine.thread_limit, a->thread_limit);
    assert_int_equal(machine.max_threads, a->max_threads);
  }
}

void add_machine_cases(test_suite *suite) {
  suite_add(suite, "machine", "thread_limits", thread_limits, NULL, NULL);
}
