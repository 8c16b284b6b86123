/* whirl_choose and whirl_dispatcher_machine: that a choice is one that can be run, serves the
 * question, and says why. Not whether it is the fastest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "../support/features.h"
#include "properties.h"

static const size_t particle_counts[] = {0, 1, 3, 64, 1000, 1000000, 1000000000, SIZE_MAX / 24};
static const uint64_t step_counts[] = {0, 1, 10, 10000, 1000000000, WHIRL_MAX_STEPS};

typedef void choice_check(const whirl_dispatcher *d, const whirl_choice *choice);

static void check_every_choice(const whirl_options *options, choice_check *check) {
  whirl_dispatcher *d = dispatcher_new(options);
  for (size_t i = 0; i < sizeof particle_counts / sizeof *particle_counts; i++) {
    for (size_t j = 0; j < sizeof step_counts / sizeof *step_counts; j++) {
      whirl_choice choice;
      memset(&choice, 0xa5, sizeof choice);
      assert_int_equal(whirl_choose(d, particle_counts[i], step_counts[j], &choice), WHIRL_OK);
      assert_non_null(choice.kernel);
      assert_ptr_equal(whirl_kernel_find(choice.kernel->name), choice.kernel);
      assert_non_null(memchr(choice.reason, '\0', sizeof choice.reason));
      assert_true(strlen(choice.reason) > 10);
      assert_null(strchr(choice.reason, '\n'));
      check(d, &choice);
    }
  }
  whirl_dispatcher_destroy(d);
}

static void check_runs_here(const whirl_dispatcher *d, const whirl_choice *choice) {
  const whirl_machine *machine = whirl_dispatcher_machine(d);
  assert_int_equal(choice->kernel->features & ~features_here(), 0);
  assert_in_range(choice->threads, 1, machine->max_threads);
  assert_int_equal(choice->kernel->threaded, choice->threads > 1);
  if (choice->threads > 1) assert_true(choice->grain > 0 && choice->grain % 8 == 0);
}

static void check_euler(const whirl_dispatcher *d, const whirl_choice *choice) {
  check_runs_here(d, choice);
  assert_int_equal(whirl_kernel_answers(choice->kernel), WHIRL_METHOD_EULER);
}

static void check_bitwise(const whirl_dispatcher *d, const whirl_choice *choice) {
  check_euler(d, choice);
  assert_int_equal(choice->kernel->numeric_class, WHIRL_BITWISE);
}

static void check_exact(const whirl_dispatcher *d, const whirl_choice *choice) {
  check_runs_here(d, choice);
  assert_int_equal(choice->kernel->method, WHIRL_KERNEL_ANALYTIC);
}

static void check_all_threads(const whirl_dispatcher *d, const whirl_choice *choice) {
  const unsigned limit = whirl_dispatcher_machine(d)->thread_limit;
  assert_int_equal(choice->threads, limit);
  assert_int_equal(choice->kernel->threaded, limit > 1);
}

/* If this fails, the library runs a kernel that the machine can't, or one of another answer. */
static void serves_euler(const test_case *test) {
  (void)test;
  const whirl_options options = default_options();
  check_every_choice(&options, check_euler);
  check_every_choice(NULL, check_euler);
}

static void serves_bitwise(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  options.bitwise = true;
  check_every_choice(&options, check_bitwise);
}

static void serves_exact(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  options.method = WHIRL_METHOD_EXACT;
  check_every_choice(&options, check_exact);
  options.bitwise = true; /* says something of EULER only */
  check_every_choice(&options, check_exact);
}

static void serves_threads(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  options.threads = (int)thread_limit_here();
  check_every_choice(&options, check_all_threads);
}

/* If this fails, a library in a container with half a core starts as many threads as it is told to,
 * or takes fewer without a word. */
static void threads_are_limited(const test_case *test) {
  (void)test;
  log_record record = {0};
  whirl_options options = default_options();
  options.threads = (int)thread_limit_here() + 1;
  options.log = log_into_record;
  options.log_context = &record;
  check_every_choice(&options, check_all_threads);
  assert_true(log_holds(&record, WHIRL_LOG_WARNING, "options.threads asks for"));
}

/* If this fails, starting threads costs a small simulation more than its work. */
static void little_work_is_serial(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  for (size_t n = 0; n <= 8; n++) {
    whirl_choice choice;
    assert_int_equal(whirl_choose(d, n, 1, &choice), WHIRL_OK);
    assert_int_equal(choice.threads, 1);
  }
  whirl_dispatcher_destroy(d);
}

static void null_pointers(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  whirl_choice choice;
  assert_int_equal(whirl_choose(NULL, 1, 1, &choice), WHIRL_ERROR_NULL_POINTER);
  assert_int_equal(whirl_choose(d, 1, 1, NULL), WHIRL_ERROR_NULL_POINTER);
  whirl_dispatcher_destroy(d);
}

/* If this fails, the machine that choices rest on is not this one. */
static void machine(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_machine *here = whirl_dispatcher_machine(d);
  assert_int_equal(here->features, features_here());
  assert_int_equal(here->features & ~here->cpu_features, 0);
  assert_true(strlen(here->cpu_name) > 0);
  assert_in_range(here->usable_cores, 1, here->cores);
  assert_in_range(here->usable_logical_cpus, here->usable_cores, here->logical_cpus);
  assert_true(here->logical_cpus >= here->cores);
  assert_true(here->cpu_quota > 0);
  assert_in_range(here->max_threads, 1, here->usable_cores);
  assert_true(here->max_threads <= here->openmp_threads);
  assert_true(here->max_threads <= fmax(here->cpu_quota, 1));
  assert_true(here->numa_nodes >= 1);
  assert_in_range(here->usable_numa_nodes, 1, here->numa_nodes);
  assert_in_range(here->performance_cores, 0, here->usable_cores);
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"serves_euler", serves_euler, NULL},
    {"serves_bitwise", serves_bitwise, NULL},
    {"serves_exact", serves_exact, NULL},
    {"serves_threads", serves_threads, NULL},
    {"threads_are_limited", threads_are_limited, NULL},
    {"little_work_is_serial", little_work_is_serial, NULL},
    {"null_pointers", null_pointers, NULL},
    {"machine", machine, NULL},
};

const test_property_list choice_properties = {properties, sizeof properties / sizeof *properties};
