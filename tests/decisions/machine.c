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
    const whirl_topology topology = {.usable_cores = a->usable_cores,
                                     .usable_logical_cpus = a->usable_logical_cpus};
    const whirl_machine machine =
        whirl_machine_compose(&(whirl_findings){.topology = &topology,
                                                .cpu_quota = a->cpu_quota,
                                                .openmp_threads = a->openmp_threads,
                                                .openmp_limit = a->openmp_limit});
    assert_int_equal(machine.thread_limit, a->thread_limit);
    assert_int_equal(machine.max_threads, a->max_threads);
  }
}

/* If this fails, what was found out about a machine is lost on the way to those who ask for it. */
static void composed(const test_case *test) {
  (void)test;
  const whirl_topology topology = {.cores = 16,
                                   .logical_cpus = 24,
                                   .usable_cores = 12,
                                   .usable_logical_cpus = 20,
                                   .performance_cores = 7,
                                   .numa_nodes = 4,
                                   .usable_numa_nodes = 3,
                                   .l1_data_bytes = 1,
                                   .l2_bytes = 2,
                                   .l3_bytes = 3};
  const whirl_machine machine = whirl_machine_compose(&(whirl_findings){
      .cpu = {.name = "Some CPU", .signature = 0xa00f11, .features = 7, .usable_features = 3},
      .topology = &topology,
      .cpu_quota = 11.5,
      .memory_limit = 1e9,
      .openmp_threads = 20,
      .openmp_limit = 10});
  assert_string_equal(machine.cpu_name, "Some CPU");
  assert_int_equal(machine.cpu_signature, 0xa00f11);
  assert_int_equal(machine.cpu_features, 7);
  assert_int_equal(machine.features, 3);
  assert_int_equal(machine.cores, 16);
  assert_int_equal(machine.logical_cpus, 24);
  assert_int_equal(machine.usable_cores, 12);
  assert_int_equal(machine.usable_logical_cpus, 20);
  assert_int_equal(machine.performance_cores, 7);
  assert_true(machine.cpu_quota == 11.5);
  assert_true(machine.memory_limit == 1e9);
  assert_int_equal(machine.openmp_threads, 10);
  assert_int_equal(machine.thread_limit, 10);
  assert_int_equal(machine.max_threads, 10);
  assert_int_equal(machine.numa_nodes, 4);
  assert_int_equal(machine.usable_numa_nodes, 3);
  assert_int_equal(machine.l1_data_bytes, 1);
  assert_int_equal(machine.l2_bytes, 2);
  assert_int_equal(machine.l3_bytes, 3);
}

void add_machine_cases(test_suite *suite) {
  suite_add(suite, "machine", "thread_limits", thread_limits, NULL, NULL);
  suite_add(suite, "machine", "composed", composed, NULL, NULL);
}
