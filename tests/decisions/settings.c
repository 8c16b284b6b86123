/* What the library makes of options and environment together. The log is part of the promise: a
 * mistake is told in a sentence that names it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/settings.h"
#include "../support/dispatchers.h"
#include "cases.h"

static whirl_status resolve(const whirl_options *options, whirl_environment environment,
                            uint64_t features, whirl_settings *settings, log_record *record) {
  memset(record, 0, sizeof *record);
  const whirl_logger logger = {.function = log_into_record, .context = record};
  return whirl_settings_resolve(options, &environment, features, &logger, settings);
}

static void options_come_first(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  whirl_settings settings;
  log_record record;
  const whirl_environment environment = {.kernel = "naive", .num_threads = "5"};
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_string_equal(settings.kernel->name, "naive");
  assert_int_equal(settings.threads, 1); /* naive is serial, naive-omp would run on 5 */
  options.kernel = "omp";
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_string_equal(settings.kernel->name, "omp");
  assert_int_equal(settings.threads, 5);
  options.threads = 3;
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_int_equal(settings.threads, 3);
}

/* A kernel that the CPU lacks is an error that names what is missing, never another kernel. */
static void missing_feature_is_named(const test_case *test) {
  if (!whirl_kernel_find("avx2")) suite_skip("%s: this build has no kernel avx2", test->name);
  whirl_options options = default_options();
  whirl_settings settings;
  log_record record;
  options.kernel = "avx2";
  assert_int_equal(resolve(&options, (whirl_environment){0}, WHIRL_FEATURE_FMA, &settings, &record),
                   WHIRL_ERROR_UNSUPPORTED_KERNEL);
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, "needs avx2,"));
  options.kernel = NULL;
  assert_int_equal(
      resolve(&options, (whirl_environment){.kernel = "avx2-omp"}, 0, &settings, &record),
      WHIRL_ERROR_UNSUPPORTED_KERNEL);
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, "WHIRL_KERNEL names the kernel avx2-omp"));
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, "needs avx2 and fma"));
}

/* If this fails, what options and environment say against each other is settled without a word. */
static void contradictions_are_told(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  whirl_settings settings;
  log_record record;
  whirl_environment environment = {.kernel = "naive", .num_threads = "5"};
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_true(log_holds(&record, WHIRL_LOG_WARNING, "WHIRL_NUM_THREADS is 5, and WHIRL_KERNEL"));
  options.threads = 3;
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_int_equal(record.count, 0);
  environment.num_threads = "-1";
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_true(log_holds(&record, WHIRL_LOG_WARNING, "WHIRL_NUM_THREADS is \"-1\""));
  options.kernel = "swapped";
  environment = (whirl_environment){.kernel = "nosuch"};
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_true(log_holds(&record, WHIRL_LOG_WARNING, "WHIRL_KERNEL is \"nosuch\""));
  if (!whirl_kernel_find("avx2")) return;
  options.kernel = "avx2";
  environment = (whirl_environment){.isa_max = "baseline"};
  assert_int_equal(resolve(&options, environment, UINT64_MAX, &settings, &record), WHIRL_OK);
  assert_true(log_holds(&record, WHIRL_LOG_WARNING, "more than WHIRL_ISA_MAX=baseline allows"));
}

/* If this fails, a variable can steer the terminal that a message is printed on. */
static void messages_are_plain(const test_case *test) {
  (void)test;
  const whirl_options options = default_options();
  whirl_settings settings;
  log_record record;
  const whirl_environment environment = {.kernel = "a\033[2Jb\nc"};
  assert_int_equal(resolve(&options, environment, 0, &settings, &record),
                   WHIRL_ERROR_UNKNOWN_KERNEL);
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, "names \"a?[2Jb?c\""));
}

static void environment_of_another_method(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  whirl_settings settings;
  log_record record;
  const whirl_environment environment = {.kernel = "analytic"};
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_OK);
  assert_null(settings.kernel);
  assert_true(log_holds(&record, WHIRL_LOG_WARNING, "WHIRL_KERNEL names analytic"));
  options.kernel = "analytic";
  assert_int_equal(resolve(&options, environment, 0, &settings, &record), WHIRL_ERROR_WRONG_KERNEL);
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, "options.kernel names analytic"));
}

static void senseless_environment(const test_case *test) {
  (void)test;
  const whirl_options options = default_options();
  whirl_settings settings;
  log_record record;
  const char *const threads[] = {"", "0", "-1", "two", "2x", "1e3", "99999999999999999999"};
  for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
    assert_int_equal(
        resolve(&options, (whirl_environment){.num_threads = threads[i]}, 0, &settings, &record),
        WHIRL_ERROR_BAD_ENVIRONMENT);
    assert_true(log_holds(&record, WHIRL_LOG_ERROR, "WHIRL_NUM_THREADS"));
  }
  assert_int_equal(resolve(&options, (whirl_environment){.isa_max = "mmx"}, 0, &settings, &record),
                   WHIRL_ERROR_BAD_ENVIRONMENT);
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, "baseline"));
  assert_int_equal(
      resolve(&options, (whirl_environment){.kernel = "nosuch"}, 0, &settings, &record),
      WHIRL_ERROR_UNKNOWN_KERNEL);
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, "WHIRL_KERNEL names \"nosuch\""));
}

void add_settings_cases(test_suite *suite) {
  suite_add(suite, "settings", "options_come_first", options_come_first, NULL, NULL);
  suite_add(suite, "settings", "contradictions_are_told", contradictions_are_told, NULL, NULL);
  suite_add(suite, "settings", "messages_are_plain", messages_are_plain, NULL, NULL);
  suite_add(suite, "settings", "missing_feature_is_named", missing_feature_is_named, NULL, NULL);
  suite_add(suite, "settings", "environment_of_another_method", environment_of_another_method, NULL,
            NULL);
  suite_add(suite, "settings", "senseless_environment", senseless_environment, NULL, NULL);
}
