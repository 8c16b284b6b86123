/* What is constant: status sentences, the version, the table of kernels and its words. */
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "properties.h"

/* If this fails, a status has no sentence of its own, and a user reads the wrong one. */
static void status_sentences(const test_case *test) {
  (void)test;
  const int last = WHIRL_ERROR_WRONG_KERNEL;
  const char *unknown = whirl_status_string((whirl_status)(last - 1));
  for (int code = 0; code >= last; code--) {
    const char *sentence = whirl_status_string((whirl_status)code);
    assert_non_null(sentence);
    assert_true(strlen(sentence) > 3);
    assert_null(strchr(sentence, '\n'));
    assert_int_not_equal(sentence[strlen(sentence) - 1], '.');
    assert_string_not_equal(sentence, unknown);
    for (int other = 0; other > code; other--)
      assert_string_not_equal(sentence, whirl_status_string((whirl_status)other));
  }
  const int strangers[] = {1, 2, 1000, last - 1, last - 1000, INT_MAX, INT_MIN};
  for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
    assert_string_equal(whirl_status_string((whirl_status)strangers[i]), unknown);
}

/* If this fails, headers and library are of different versions. */
static void version(const test_case *test) {
  (void)test;
  char expected[64];
  snprintf(expected, sizeof expected, "%d.%d.%d", WHIRL_VERSION_MAJOR, WHIRL_VERSION_MINOR,
           WHIRL_VERSION_PATCH);
  assert_string_equal(whirl_version(), expected);
}

/* If this fails, walking over the kernels runs past the table or begins with another than naive. */
static void kernel_table_bounds(const test_case *test) {
  (void)test;
  assert_true(whirl_kernel_count() >= 2);
  assert_string_equal(whirl_kernel_at(0)->name, "naive");
  assert_null(whirl_kernel_at(whirl_kernel_count()));
  assert_null(whirl_kernel_at(SIZE_MAX));
}

/* If this fails, a kernel can't be found by the name it is listed under, or two share a name. */
static void kernel_names(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    assert_ptr_equal(whirl_kernel_find(kernel->name), kernel);
    if (kernel->alias) assert_ptr_equal(whirl_kernel_find(kernel->alias), kernel);
  }
  const char *const strangers[] = {"", "nosuch", "Naive", "naive ", "naiv", "-omp", "auto"};
  for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
    assert_null(whirl_kernel_find(strangers[i]));
  assert_null(whirl_kernel_find(NULL));
  assert_non_null(whirl_kernel_find("omp"));
  assert_ptr_equal(whirl_kernel_find("omp"), whirl_kernel_find("swapped-omp"));
}

/* If this fails, some kernel can't be run over threads, or its -omp form runs something else. */
static void kernel_threaded_forms(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *serial = whirl_kernel_at(i);
    if (serial->threaded) continue;
    char name[64];
    snprintf(name, sizeof name, "%s-omp", serial->name);
    const whirl_kernel *threaded = whirl_kernel_find(name);
    assert_non_null(threaded);
    assert_true(threaded->threaded);
    assert_true(threaded->evolve == serial->evolve);
    assert_int_equal(threaded->features, serial->features);
    assert_int_equal(threaded->method, serial->method);
    assert_int_equal(threaded->numeric_class, serial->numeric_class);
  }
}

static bool is_plausible(double a, double b, double c) {
  return isfinite(a) && isfinite(b) && isfinite(c) && a >= 0 && b >= 0 && c >= 0 && a + b + c > 0;
}

/* If this fails, a descriptor lacks a field that lists, tables and choices are made from. */
static void kernel_descriptors(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    print_message("%s\n", kernel->name);
    assert_non_null(kernel->evolve);
    assert_true(strlen(kernel->summary) > 0 && !strchr(kernel->summary, '\n'));
    assert_true(strlen(kernel->isa) > 0);
    assert_int_equal(strcmp(kernel->isa, "baseline") == 0, kernel->features == 0);
    assert_in_range(kernel->lanes, 1, 64);
    assert_non_null(whirl_kernel_method_name(kernel->method));
    assert_non_null(whirl_numeric_class_name(kernel->numeric_class));
    assert_int_equal(whirl_kernel_answers(kernel), kernel->method == WHIRL_KERNEL_ANALYTIC
                                                       ? WHIRL_METHOD_EXACT
                                                       : WHIRL_METHOD_EULER);
    if (kernel->numeric_class == WHIRL_BITWISE)
      assert_int_equal(kernel->method, WHIRL_KERNEL_EULER);
    assert_true(is_plausible(kernel->error_bound.constant, kernel->error_bound.per_radian,
                             kernel->error_bound.per_step));
    assert_true(is_plausible(kernel->flops.per_particle, kernel->flops.per_particle_step, 0));
    assert_true(is_plausible(kernel->bytes.per_particle, kernel->bytes.per_particle_step, 0));
    assert_true(is_plausible(kernel->cost.fixed, kernel->cost.per_particle,
                             kernel->cost.per_particle_step));
  }
}

/* If this fails, a list shows a wrong word, or a program prints a NULL. */
static void words(const test_case *test) {
  (void)test;
  assert_string_equal(whirl_kernel_method_name(WHIRL_KERNEL_EULER), "euler");
  assert_string_equal(whirl_kernel_method_name(WHIRL_KERNEL_SPIRAL), "spiral");
  assert_string_equal(whirl_kernel_method_name(WHIRL_KERNEL_ANALYTIC), "analytic");
  assert_null(whirl_kernel_method_name((whirl_kernel_method)3));
  assert_string_equal(whirl_numeric_class_name(WHIRL_BITWISE), "bitwise");
  assert_string_equal(whirl_numeric_class_name(WHIRL_BOUNDED), "bounded");
  assert_null(whirl_numeric_class_name((whirl_numeric_class)2));
  assert_string_equal(whirl_feature_name(WHIRL_FEATURE_AVX2), "avx2");
  assert_string_equal(whirl_feature_name(WHIRL_FEATURE_FMA), "fma");
  assert_string_equal(whirl_feature_name(WHIRL_FEATURE_AVX512F), "avx512f");
  assert_string_equal(whirl_feature_name(WHIRL_FEATURE_AVX512DQ), "avx512dq");
  assert_string_equal(whirl_feature_name(WHIRL_FEATURE_AVX512VL), "avx512vl");
  assert_string_equal(whirl_feature_name(WHIRL_FEATURE_NEON), "neon");
  assert_string_equal(whirl_feature_name(WHIRL_FEATURE_SVE), "sve");
  assert_null(whirl_feature_name((whirl_feature)0));
  assert_null(whirl_feature_name((whirl_feature)(WHIRL_FEATURE_AVX2 | WHIRL_FEATURE_FMA)));
}

static const test_property properties[] = {
    {"status_sentences", status_sentences, NULL},
    {"version", version, NULL},
    {"kernel_table_bounds", kernel_table_bounds, NULL},
    {"kernel_names", kernel_names, NULL},
    {"kernel_threaded_forms", kernel_threaded_forms, NULL},
    {"kernel_descriptors", kernel_descriptors, NULL},
    {"words", words, NULL},
};

const test_property_list constant_properties = {properties, sizeof properties / sizeof *properties};
