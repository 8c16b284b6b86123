#define _GNU_SOURCE
#include "suite.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <whirl/version.h>

#include "features.h"

typedef struct suite_options {
  uint64_t seed;
  const char *filter;
  const char **required;
  size_t required_count;
  bool list;
} suite_options;

/* A case as cmocka sees it, with what the command line says of all cases. */
typedef struct scheduled_case {
  const test_case *test;
  const suite_options *options;
} scheduled_case;

void suite_add(test_suite *suite, const char *subject, const char *property, test_function *run,
               const whirl_kernel *kernel, const whirl_kernel *other) {
  if (suite->count == suite->capacity) {
    suite->capacity = suite->capacity ? 2 * suite->capacity : 64;
    suite->cases = realloc(suite->cases, suite->capacity * sizeof *suite->cases);
    if (!suite->cases) abort();
  }
  test_case *test = &suite->cases[suite->count++];
  *test = (test_case){.run = run, .kernel = kernel, .other = other};
  snprintf(test->name, sizeof test->name, "%s/%s", subject, property);
}

void suite_add_properties(test_suite *suite, const char *subject, test_property_list list,
                          const whirl_kernel *kernel) {
  for (size_t i = 0; i < list.count; i++) {
    const test_property *property = &list.properties[i];
    if (property->concerns && !property->concerns(kernel)) continue;
    suite_add(suite, subject, property->name, property->run, kernel, NULL);
  }
}

void suite_skip(const char *format, ...) {
  char reason[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  print_message("[  REASON  ] skipped: %s\n", reason);
  skip();
}

static bool is_required(const suite_options *options, const whirl_kernel *kernel) {
  for (size_t i = 0; i < options->required_count; i++)
    if (strcmp(options->required[i], kernel->name) == 0) return true;
  return false;
}

static void demand_kernel(const suite_options *options, const whirl_kernel *kernel) {
  char missing[128];
  if (!kernel || features_missing(kernel, missing, sizeof missing) == 0) return;
  if (is_required(options, kernel))
    fail_msg("%s is required and can't run: this machine lacks %s", kernel->name, missing);
  suite_skip("%s can't run: this machine lacks %s", kernel->name, missing);
}

/* What the user's environment asks of the library is not what the tests ask. */
static void clear_environment(void) {
  const char *const names[] = {"WHIRL_KERNEL", "WHIRL_NUM_THREADS", "WHIRL_ISA_MAX"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) unsetenv(names[i]);
}

static void run_case(void **state) {
  const scheduled_case *scheduled = *state;
  /* cmocka turns SIGILL, SIGSEGV and their like into a failure of the case by a longjmp out of its
   * handler, which leaves the signal blocked: the next one would end the program. */
  sigset_t caught;
  sigemptyset(&caught);
  sigaddset(&caught, SIGILL);
  sigaddset(&caught, SIGSEGV);
  sigaddset(&caught, SIGBUS);
  sigaddset(&caught, SIGFPE);
  sigprocmask(SIG_UNBLOCK, &caught, NULL);

  clear_environment();
  demand_kernel(scheduled->options, scheduled->test->kernel);
  demand_kernel(scheduled->options, scheduled->test->other);
  scheduled->test->run(scheduled->test);
}

static int bad_usage(const test_suite *suite) {
  fprintf(stderr, "Try 'test_%s --help'.\n", suite->name);
  return 2;
}

/* Gives false and prints why where the command line is wrong or asks for no test at all. */
static bool has_required_cases(const test_suite *suite, const suite_options *options) {
  for (size_t r = 0; r < options->required_count; r++) {
    size_t found = 0;
    for (size_t i = 0; i < suite->count; i++) {
      const whirl_kernel *kernel = suite->cases[i].kernel;
      found += kernel && strcmp(kernel->name, options->required[r]) == 0;
    }
    if (found == 0) {
      fprintf(stderr, "test_%s: --require %s: no test of a kernel with this name\n", suite->name,
              options->required[r]);
      return false;
    }
  }
  return true;
}

static int run_scheduled(test_suite *suite, const suite_options *options) {
  struct CMUnitTest *units = calloc(suite->count, sizeof *units);
  scheduled_case *scheduled = calloc(suite->count, sizeof *scheduled);
  if (!units || !scheduled) abort();
  size_t count = 0;
  for (size_t i = 0; i < suite->count; i++) {
    test_case *test = &suite->cases[i];
    if (options->filter && fnmatch(options->filter, test->name, FNM_EXTMATCH) != 0) continue;
    test->seed = options->seed;
    scheduled[count] = (scheduled_case){.test = test, .options = options};
    units[count] = (struct CMUnitTest){
        .name = test->name, .test_func = run_case, .initial_state = &scheduled[count]};
    count++;
  }
  int status = 2;
  if (count == 0) {
    fprintf(stderr, "test_%s: no test matches '%s'\n", suite->name,
            options->filter ? options->filter : "*");
  } else if (options->list) {
    for (size_t i = 0; i < count; i++) printf("%s\n", units[i].name);
    status = 0;
  } else {
    printf("test_%s --seed %" PRIu64 "\n", suite->name, options->seed);
    fflush(stdout);
    /* The number of failures is no exit status: 256 of them would be 0. */
    status = _cmocka_run_group_tests(suite->name, units, count, NULL, NULL) != 0;
  }
  free(scheduled);
  free(units);
  return status;
}

static bool parse_seed(const char *text, uint64_t *seed) {
  char *end;
  errno = 0;
  const unsigned long long value = strtoull(text, &end, 0);
  if (errno || end == text || *end || *text == '-') return false;
  *seed = value;
  return true;
}

int suite_run(test_suite *suite, int argc, char **argv) {
  const struct option known[] = {{"seed", required_argument, NULL, 's'},
                                 {"filter", required_argument, NULL, 'f'},
                                 {"require", required_argument, NULL, 'r'},
                                 {"list", no_argument, NULL, 'l'},
                                 {"help", no_argument, NULL, 'h'},
                                 {"version", no_argument, NULL, 'v'},
                                 {0}};
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  suite_options options = {.seed = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000,
                           .required = calloc((size_t)argc, sizeof(char *))};
  if (!options.required) abort();
  int status = -1;
  int option;
  while (status < 0 && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
    switch (option) {
    case 's':
      if (!parse_seed(optarg, &options.seed)) {
        fprintf(stderr, "test_%s: --seed %s: not a number below 2^64\n", suite->name, optarg);
        status = bad_usage(suite);
      }
      break;
    case 'f':
      options.filter = optarg;
      break;
    case 'r':
      options.required[options.required_count++] = optarg;
      break;
    case 'l':
      options.list = true;
      break;
    case 'h':
      printf(
          "Usage: test_%s [OPTION]...\n"
          "      --seed N           seed of the random cases (default: from the clock; printed)\n"
          "      --filter PATTERN   run the tests whose names match, with *, ?, @(a|b), !(a|b)\n"
          "      --require KERNEL   fail where this kernel can't run here (may be repeated)\n"
          "      --list             print the names of the tests\n"
          "      --help, --version\n",
          suite->name);
      status = 0;
      break;
    case 'v':
      printf("test_%s %d.%d.%d\n", suite->name, WHIRL_VERSION_MAJOR, WHIRL_VERSION_MINOR,
             WHIRL_VERSION_PATCH);
      status = 0;
      break;
    default:
      status = bad_usage(suite);
    }
  }
  if (status < 0 && optind < argc) {
    fprintf(stderr, "test_%s: unexpected argument '%s'\n", suite->name, argv[optind]);
    status = bad_usage(suite);
  }
  if (status < 0 && !has_required_cases(suite, &options)) status = 2;
  if (status < 0) status = run_scheduled(suite, &options);
  free(options.required);
  free(suite->cases);
  return status;
}
