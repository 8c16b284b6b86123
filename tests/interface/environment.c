/* WHIRL_KERNEL, WHIRL_NUM_THREADS and WHIRL_ISA_MAX: obeyed, beaten by options, refused where they
 * mean nothing, read once. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "../support/features.h"
#include "properties.h"

static whirl_choice choice_with(const whirl_options *options, size_t n, uint64_t steps) {
  whirl_dispatcher *d = dispatcher_new(options);
  whirl_choice choice;
  assert_int_equal(whirl_choose(d, n, steps, &choice), WHIRL_OK);
  whirl_dispatcher_destroy(d);
  return choice;
}

/* If this fails, a user can't choose the kernel of a program that he didn't write. */
static void kernel(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *named = whirl_kernel_at(i);
    if (named->features & ~features_here()) continue;
    whirl_options options = default_options();
    options.method = whirl_kernel_answers(named);
    setenv("WHIRL_KERNEL", named->name, 1);
    const whirl_choice choice = choice_with(&options, 1000, 10);
    assert_true(choice.kernel->evolve == named->evolve);
    assert_non_null(strstr(choice.reason, "WHIRL_KERNEL"));
    if (!named->threaded) assert_int_equal(choice.threads, 1);
  }
}

/* If this fails, a user can't say how many threads a program takes, or can make it take more than
 * it may use. */
static void num_threads(const test_case *test) {
  (void)test;
  const unsigned limit = thread_limit_here();
  setenv("WHIRL_KERNEL", "omp", 1);
  for (unsigned threads = 1; threads <= limit + 1; threads++) {
    char text[16];
    snprintf(text, sizeof text, "%u", threads);
    setenv("WHIRL_NUM_THREADS", text, 1);
    assert_int_equal(choice_with(NULL, 100000, 10).threads, threads < limit ? threads : limit);
  }
}

/* If this fails, WHIRL_ISA_MAX doesn't keep away kernels that a user distrusts. */
static void isa_max(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  for (int exact = 0; exact < 2; exact++) {
    options.method = exact ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
    setenv("WHIRL_ISA_MAX", "baseline", 1);
    assert_string_equal(choice_with(&options, 100000, 100).kernel->isa, "baseline");
    assert_string_equal(choice_with(&options, 1, 1).kernel->isa, "baseline");
  }
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    setenv("WHIRL_ISA_MAX", whirl_kernel_at(i)->isa, 1);
    choice_with(NULL, 1000, 10);
  }
}

static void assert_environment_refused(const char *name, const char *value, whirl_status expected) {
  log_record record = {0};
  whirl_options options = default_options();
  options.log = log_into_record;
  options.log_context = &record;
  setenv(name, value, 1);
  whirl_dispatcher *d = NULL;
  const whirl_status status = whirl_dispatcher_create(&d, &options);
  unsetenv(name);
  if (status == WHIRL_OK) whirl_dispatcher_destroy(d);
  if (status != expected)
    fail_msg("%s=\"%s\" gives the status \"%s\"", name, value, whirl_status_string(status));
  assert_null(d);
  if (!log_holds(&record, WHIRL_LOG_ERROR, name) || !log_holds(&record, WHIRL_LOG_ERROR, value))
    fail_msg("%s=\"%s\" is refused, and the log doesn't say so", name, value);
}

/* If this fails, a mistyped variable silently changes nothing, or something else. */
static void bad_values(const test_case *test) {
  (void)test;
  const char *const bad_threads[] = {
      "0", "-1", "two", "2x", "1.5", "1e3", "2 ", "0x2", "99999999999999999999"};
  for (size_t i = 0; i < sizeof bad_threads / sizeof *bad_threads; i++)
    assert_environment_refused("WHIRL_NUM_THREADS", bad_threads[i], WHIRL_ERROR_BAD_ENVIRONMENT);
  assert_environment_refused("WHIRL_ISA_MAX", "nosuch", WHIRL_ERROR_BAD_ENVIRONMENT);
  assert_environment_refused("WHIRL_ISA_MAX", "AVX2", WHIRL_ERROR_BAD_ENVIRONMENT);
  assert_environment_refused("WHIRL_KERNEL", "nosuch", WHIRL_ERROR_UNKNOWN_KERNEL);
}

/* If this fails, a kernel that gives another answer than the program asked for is used, or the user
 * isn't told that it is not. */
static void kernel_of_another_answer(const test_case *test) {
  (void)test;
  log_record record = {0};
  whirl_options options = default_options();
  options.method = WHIRL_METHOD_EXACT;
  options.log = log_into_record;
  options.log_context = &record;
  setenv("WHIRL_KERNEL", "naive", 1);
  const whirl_choice choice = choice_with(&options, 1000, 10);
  assert_int_equal(whirl_kernel_answers(choice.kernel), WHIRL_METHOD_EXACT);
  assert_true(log_holds(&record, WHIRL_LOG_WARNING, "WHIRL_KERNEL"));
}

/* If this fails, the environment overrules a program that knows what it wants. */
static void options_come_first(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  setenv("WHIRL_KERNEL", "naive", 1);
  options.kernel = "swapped";
  assert_string_equal(choice_with(&options, 1000, 10).kernel->name, "swapped");
  options.kernel = "omp";
  options.threads = 1;
  setenv("WHIRL_NUM_THREADS", "2", 1);
  const whirl_choice choice = choice_with(&options, 1000, 10);
  assert_string_equal(choice.kernel->name, "swapped");
  assert_int_equal(choice.threads, 1);
  setenv("WHIRL_ISA_MAX", "baseline", 1);
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *named = whirl_kernel_at(i);
    if (named->features & ~features_here()) continue;
    options = default_options();
    options.kernel = named->name;
    options.method = whirl_kernel_answers(named);
    assert_true(choice_with(&options, 1000, 10).kernel->evolve == named->evolve);
  }
}

/* If this fails, a dispatcher changes after it was created. */
static void read_once(const test_case *test) {
  (void)test;
  setenv("WHIRL_KERNEL", "swapped", 1);
  whirl_dispatcher *d = dispatcher_new(NULL);
  setenv("WHIRL_KERNEL", "naive", 1);
  whirl_choice choice;
  assert_int_equal(whirl_choose(d, 10, 10, &choice), WHIRL_OK);
  assert_string_equal(choice.kernel->name, "swapped");
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"kernel", kernel, NULL},
    {"num_threads", num_threads, NULL},
    {"isa_max", isa_max, NULL},
    {"bad_values", bad_values, NULL},
    {"kernel_of_another_answer", kernel_of_another_answer, NULL},
    {"options_come_first", options_come_first, NULL},
    {"read_once", read_once, NULL},
};

const test_property_list environment_properties = {properties,
                                                   sizeof properties / sizeof *properties};
