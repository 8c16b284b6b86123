/* whirl_particles_alloc and whirl_particles_free. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "properties.h"

static void assert_zero_and_aligned(const double *values, size_t n) {
  assert_non_null(values);
  assert_int_equal((uintptr_t)values % 64, 0);
  static const unsigned char zero[sizeof(double)];
  for (size_t i = 0; i < n; i++)
    if (memcmp(values + i, zero, sizeof zero) != 0) fail_msg("element %zu of %zu is not 0", i, n);
}

/* If this fails, particles begin with garbage, or vectors straddle cache lines. The arrays are
 * written whole, for a sanitizer to see that they are as long as they should be. */
static void fresh_particles(const test_case *test) {
  (void)test;
  const size_t sizes[] = {1, 2, 7, 8, 9, 1000, 4096, 100001};
  for (int threads = 0; threads <= 3; threads++) {
    whirl_options options = default_options();
    options.threads = threads;
    whirl_dispatcher *d = dispatcher_new(&options);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      const size_t n = sizes[i];
      whirl_particles p;
      memset(&p, 0xa5, sizeof p);
      assert_int_equal(whirl_particles_alloc(d, n, &p), WHIRL_OK);
      assert_int_equal(p.n, n);
      assert_zero_and_aligned(p.x, n);
      assert_zero_and_aligned(p.y, n);
      assert_zero_and_aligned(p.ang_vel, n);
      memset(p.x, 1, n * sizeof *p.x);
      memset(p.y, 2, n * sizeof *p.y);
      memset(p.ang_vel, 3, n * sizeof *p.ang_vel);
      assert_int_equal(*(unsigned char *)(p.x + n - 1), 1);
      assert_int_equal(*(unsigned char *)(p.y + n - 1), 2);
      whirl_particles_free(&p);
      assert_int_equal(p.n, 0);
      assert_null(p.x);
      assert_null(p.y);
      assert_null(p.ang_vel);
      whirl_particles_free(&p);
    }
    whirl_dispatcher_destroy(d);
  }
}

static void none(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  whirl_particles p;
  memset(&p, 0xa5, sizeof p);
  assert_int_equal(whirl_particles_alloc(d, 0, &p), WHIRL_OK);
  assert_int_equal(p.n, 0);
  assert_int_equal(whirl_evolve(d, p, 0.1), WHIRL_OK);
  whirl_particles_free(&p);
  whirl_particles_free(&p);
  whirl_particles_free(NULL);
  whirl_dispatcher_destroy(d);
}

/* If this fails, n * 8 overflows and the arrays are shorter than n says. */
static void too_many(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const size_t sizes[] = {SIZE_MAX,         SIZE_MAX - 7,     SIZE_MAX / 8 + 1,   SIZE_MAX / 8 + 2,
                          SIZE_MAX / 8 + 9, SIZE_MAX / 8,     SIZE_MAX / 8 - 7,   SIZE_MAX / 2,
                          SIZE_MAX / 2 + 1, SIZE_MAX / 4 + 3, PTRDIFF_MAX / 8 + 1};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    whirl_particles p, before;
    memset(&p, 0xa5, sizeof p);
    before = p;
    const whirl_status status = whirl_particles_alloc(d, sizes[i], &p);
    if (status != WHIRL_ERROR_TOO_MANY_PARTICLES)
      fail_msg("n = %zu: %s", sizes[i], whirl_status_string(status));
    assert_memory_equal(&p, &before, sizeof p);
  }
  whirl_dispatcher_destroy(d);
}

/* If this fails, a program that asks for more than there is gets NULL arrays or a crash. */
static void out_of_memory(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  whirl_particles p, before;
  memset(&p, 0xa5, sizeof p);
  before = p;
  assert_int_equal(whirl_particles_alloc(d, (size_t)1 << 57, &p), WHIRL_ERROR_OUT_OF_MEMORY);
  assert_memory_equal(&p, &before, sizeof p);
  whirl_dispatcher_destroy(d);
}

static void null_pointers(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  whirl_particles p = {0};
  assert_int_equal(whirl_particles_alloc(NULL, 10, &p), WHIRL_ERROR_NULL_POINTER);
  assert_null(p.x);
  assert_int_equal(whirl_particles_alloc(d, 10, NULL), WHIRL_ERROR_NULL_POINTER);
  assert_int_equal(whirl_particles_alloc(NULL, 0, &p), WHIRL_ERROR_NULL_POINTER);
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"fresh_particles", fresh_particles, NULL},
    {"none", none, NULL},
    {"too_many", too_many, NULL},
    {"out_of_memory", out_of_memory, NULL},
    {"null_pointers", null_pointers, NULL},
};

const test_property_list storage_properties = {properties, sizeof properties / sizeof *properties};
