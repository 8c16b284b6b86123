/* What whirl_dispatcher_create takes and refuses, and what it tells the log. */
#include <float.h>
#include <limits.h>
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

/* A dispatcher is refused with this status and leaves *out alone; where `told` is given, an error
 * that holds it is told to the log. */
static void assert_refused(whirl_options options, whirl_status expected, const char *told) {
  log_record record = {0};
  options.log = log_into_record;
  options.log_context = &record;
  whirl_dispatcher *const untouched = (whirl_dispatcher *)(void *)&record;
  whirl_dispatcher *d = untouched;
  const whirl_status status = whirl_dispatcher_create(&d, &options);
  if (status == WHIRL_OK) whirl_dispatcher_destroy(d);
  assert_string_equal(whirl_status_string(status), whirl_status_string(expected));
  assert_ptr_equal(d, untouched);
  if (!told) return;
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, told));
  for (int i = 0; i < record.count && i < LOG_LINES; i++) {
    assert_true(strlen(record.lines[i]) > 10);
    assert_null(strchr(record.lines[i], '\n'));
  }
}

/* If this fails, options begin with other values than the header says. */
static void defaults(const test_case *test) {
  (void)test;
  whirl_options options;
  memset(&options, 0xa5, sizeof options);
  whirl_options_init(&options);
  assert_int_equal(options.size, sizeof options);
  assert_int_equal(options.method, WHIRL_METHOD_EULER);
  assert_false(options.bitwise);
  assert_true(options.timestep == 1e-5);
  assert_null(options.kernel);
  assert_int_equal(options.threads, 0);
  assert_false(options.pin);
  assert_null((void *)(uintptr_t)options.log);
  assert_null(options.log_context);
}

/* If this fails, a program that was built with other headers than the library's has its memory
 * overwritten, or its new fields read as garbage. */
static void other_versions(const test_case *test) {
  (void)test;
  struct {
    whirl_options options;
    unsigned char more[64];
  } newer;
  memset(&newer, 0xa5, sizeof newer);
  whirl_options_init_sized(&newer.options, offsetof(whirl_options, log));
  const unsigned char *bytes = (const unsigned char *)&newer;
  for (size_t i = offsetof(whirl_options, log); i < sizeof newer; i++)
    assert_int_equal(bytes[i], 0xa5);
  assert_int_equal(newer.options.size, offsetof(whirl_options, log));

  memset(&newer, 0xa5, sizeof newer);
  whirl_options_init_sized(&newer.options, sizeof newer - 8);
  for (size_t i = sizeof newer.options; i < sizeof newer - 8; i++) assert_int_equal(bytes[i], 0);
  for (size_t i = sizeof newer - 8; i < sizeof newer; i++) assert_int_equal(bytes[i], 0xa5);
  whirl_dispatcher *d = NULL;
  assert_int_equal(whirl_dispatcher_create(&d, &newer.options), WHIRL_OK);
  whirl_dispatcher_destroy(d);

  /* A field that this library doesn't know asks for something that it can't give. */
  newer.more[0] = 1;
  d = NULL;
  assert_int_equal(whirl_dispatcher_create(&d, &newer.options), WHIRL_ERROR_BAD_OPTIONS);
  assert_null(d);
}

static void null_pointers(const test_case *test) {
  (void)test;
  assert_int_equal(whirl_dispatcher_create(NULL, NULL), WHIRL_ERROR_NULL_POINTER);
  const whirl_options options = default_options();
  assert_int_equal(whirl_dispatcher_create(NULL, &options), WHIRL_ERROR_NULL_POINTER);
  whirl_dispatcher_destroy(NULL);
  whirl_dispatcher *d = NULL;
  assert_int_equal(whirl_dispatcher_create(&d, NULL), WHIRL_OK);
  assert_non_null(d);
  whirl_dispatcher_destroy(d);
}

static void bad_size(const test_case *test) {
  (void)test;
  const size_t sizes[] = {0, 1, sizeof(size_t), SIZE_MAX};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    whirl_options options = default_options();
    options.size = sizes[i];
    assert_refused(options, WHIRL_ERROR_BAD_OPTIONS, NULL);
  }
}

/* If this fails, a NaN or a negative timestep gets into every particle. */
static void bad_timestep(const test_case *test) {
  (void)test;
  const double bad[] = {NAN, 0.0, -0.0, -1e-5, INFINITY, -INFINITY, -0x1p-1074};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    whirl_options options = default_options();
    options.timestep = bad[i];
    assert_refused(options, WHIRL_ERROR_BAD_TIMESTEP, "timestep");
  }
  const double good[] = {0x1p-1074, DBL_MIN, 1, DBL_MAX};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    whirl_options options = default_options();
    options.timestep = good[i];
    whirl_dispatcher_destroy(dispatcher_new(&options));
  }
}

static void bad_threads(const test_case *test) {
  (void)test;
  const int bad[] = {-1, -100, INT_MIN, INT_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    whirl_options options = default_options();
    options.threads = bad[i];
    assert_refused(options, WHIRL_ERROR_BAD_OPTIONS, "threads");
  }
}

static void bad_method(const test_case *test) {
  (void)test;
  const int bad[] = {2, -1, INT_MAX};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    whirl_options options = default_options();
    options.method = (whirl_method)bad[i];
    assert_refused(options, WHIRL_ERROR_BAD_OPTIONS, "method");
  }
}

/* If this fails, a mistyped name silently runs some kernel. */
static void unknown_kernel(const test_case *test) {
  (void)test;
  const char *const names[] = {"nosuch", "", "NAIVE", "naive ", "auto-omp", "naive-omp-omp"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    whirl_options options = default_options();
    options.kernel = names[i];
    assert_refused(options, WHIRL_ERROR_UNKNOWN_KERNEL, names[i]);
    assert_refused(options, WHIRL_ERROR_UNKNOWN_KERNEL, "naive"); /* what there is */
  }
}

/* If this fails, a program that asks for one kind of answer gets the other. */
static void wrong_kernel(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    if (kernel->features & ~features_here()) continue;
    whirl_options options = default_options();
    options.kernel = kernel->name;
    options.method = whirl_kernel_answers(kernel) == WHIRL_METHOD_EULER ? WHIRL_METHOD_EXACT
                                                                        : WHIRL_METHOD_EULER;
    assert_refused(options, WHIRL_ERROR_WRONG_KERNEL, kernel->name);
    if (kernel->numeric_class == WHIRL_BITWISE) continue;
    if (whirl_kernel_answers(kernel) != WHIRL_METHOD_EULER) continue;
    options.method = WHIRL_METHOD_EULER;
    options.bitwise = true;
    assert_refused(options, WHIRL_ERROR_WRONG_KERNEL, kernel->name);
  }
}

/* If this fails, a program dies of an illegal instruction, or silently runs another kernel. */
static void unsupported_kernel(const test_case *test) {
  (void)test;
  size_t refused = 0;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    const uint64_t missing = kernel->features & ~features_here();
    if (!missing) continue;
    const char *feature = whirl_feature_name((whirl_feature)(missing & (~missing + 1)));
    whirl_options options = default_options();
    options.kernel = kernel->name;
    options.method = whirl_kernel_answers(kernel);
    assert_refused(options, WHIRL_ERROR_UNSUPPORTED_KERNEL, feature);
    refused++;
  }
  if (refused == 0) suite_skip("every kernel of this build runs on this machine");
}

/* If this fails, the library talks behind the program's back, or says nothing of what it found. */
static void log_is_for_create_only(const test_case *test) {
  (void)test;
  log_record record = {0};
  whirl_options options = default_options();
  options.log = log_into_record;
  options.log_context = &record;
  whirl_dispatcher *d = NULL;
  assert_int_equal(whirl_dispatcher_create(&d, &options), WHIRL_OK);
  const int told = record.count;
  assert_true(told > 0);
  assert_true(log_holds(&record, WHIRL_LOG_INFO, ""));
  assert_false(log_holds(&record, WHIRL_LOG_ERROR, ""));
  whirl_particles p;
  whirl_choice choice;
  assert_int_equal(whirl_particles_alloc(d, 1000, &p), WHIRL_OK);
  assert_int_equal(whirl_evolve(d, p, 0.01), WHIRL_OK);
  assert_int_equal(whirl_evolve(d, p, NAN), WHIRL_ERROR_BAD_DURATION);
  assert_int_equal(whirl_choose(d, 1000, 10, &choice), WHIRL_OK);
  whirl_particles_free(&p);
  whirl_dispatcher_destroy(d);
  assert_int_equal(record.count, told);
}

static const test_property properties[] = {
    {"defaults", defaults, NULL},
    {"other_versions", other_versions, NULL},
    {"null_pointers", null_pointers, NULL},
    {"bad_size", bad_size, NULL},
    {"bad_timestep", bad_timestep, NULL},
    {"bad_threads", bad_threads, NULL},
    {"bad_method", bad_method, NULL},
    {"unknown_kernel", unknown_kernel, NULL},
    {"wrong_kernel", wrong_kernel, NULL},
    {"unsupported_kernel", unsupported_kernel, NULL},
    {"log_is_for_create_only", log_is_for_create_only, NULL},
};

const test_property_list option_properties = {properties, sizeof properties / sizeof *properties};
