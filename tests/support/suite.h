/* A test program: cases gathered at run time, named KERNEL/PROPERTY or SUBJECT/PROPERTY, run by
 * cmocka, each with no WHIRL_ variable in the environment. Takes --seed, --filter, --require,
 * --list. Knows nothing of what the cases test. */
#ifndef WHIRL_TESTS_SUITE_H
#define WHIRL_TESTS_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/kernel.h>

typedef struct test_case test_case;
typedef void test_function(const test_case *test);

struct test_case {
  char name[96];
  test_function *run;
  const whirl_kernel *kernel; /* the kernel under test: where it can't run, the case is skipped */
  const whirl_kernel *other;  /* one that it is compared with, likewise */
  uint64_t seed;              /* set by suite_run */
};

typedef struct test_suite {
  const char *name;
  test_case *cases;
  size_t count;
  size_t capacity;
} test_suite;

/* Something that shall be true of a subject: one case for each subject that it concerns. */
typedef struct test_property {
  const char *name;
  test_function *run;
  bool (*concerns)(const whirl_kernel *kernel); /* NULL: every kernel */
} test_property;

typedef struct test_property_list {
  const test_property *properties;
  size_t count;
} test_property_list;

/* Adds a case for each property in the list; kernel may be NULL. */
void suite_add_properties(test_suite *suite, const char *subject, test_property_list list,
                          const whirl_kernel *kernel);

/* Adds the case SUBJECT/PROPERTY; kernel and other may be NULL. */
void suite_add(test_suite *suite, const char *subject, const char *property, test_function *run,
               const whirl_kernel *kernel, const whirl_kernel *other);

/* Runs the cases that the command line asks for, and frees them. Gives the program's exit status:
 * 0, 1 where a case failed, 2 for bad usage. */
int suite_run(test_suite *suite, int argc, char **argv);

/* Ends the case as skipped, and prints why. */
void suite_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
