/* whirl_particles_random: the numbers, and that they depend on (seed, index) alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "../support/guarded.h"
#include "../support/particles.h"
#include "../support/random.h"
#include "properties.h"

static whirl_particles fill(const whirl_dispatcher *d, size_t n, uint64_t seed, uint64_t first) {
  const whirl_particles p = particles_new(n);
  assert_int_equal(whirl_particles_random(d, p, seed, first), WHIRL_OK);
  return p;
}

static double as_uniform(uint64_t bits) {
  return (double)(int64_t)(bits >> 11) * 0x1p-52 - 1;
}

/* The known answers of Philox4x64-10 that come with Random123 (kat_vectors), for the counter and
 * the key 0. If this fails, the same seed gives other particles than in another version. */
static void known_answer(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles p = fill(d, 1, 0, 0);
  assert_double_near(p.x[0], as_uniform(UINT64_C(0x16554d9eca36314c)), 0, "x");
  assert_double_near(p.y[0], as_uniform(UINT64_C(0xdb20fe9d672d0fdc)), 0, "y");
  assert_double_near(p.ang_vel[0], as_uniform(UINT64_C(0xd7e772cee186176b)), 0, "ang_vel");
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

static void assert_in_range_and_grid(const double *values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const double scaled = ldexp(values[i], 52);
    if (!(values[i] >= -1 && values[i] < 1 && scaled == floor(scaled)))
      fail_msg("%a is not a multiple of 2^-52 in [-1, 1)", values[i]);
  }
}

/* Mean 0, variance 1/3, and the product of two of mean 0 and variance 1/9, each within 6 standard
 * deviations of what n samples give: chance passes it but for 1 in 10^8. */
static void assert_looks_uniform(const double *a, const double *b, size_t n) {
  double sum = 0, squares = 0, products = 0;
  for (size_t i = 0; i < n; i++) {
    sum += a[i];
    squares += a[i] * a[i];
    products += a[i] * b[i];
  }
  const double count = (double)n;
  assert_double_near(sum / count, 0, 6 * sqrt(1.0 / 3 / count), "mean");
  assert_double_near(squares / count, 1.0 / 3, 6 * sqrt(4.0 / 45 / count), "variance");
  assert_double_near(products / count, 0, 6 * sqrt(1.0 / 9 / count), "correlation");
}

static void distribution(const test_case *test) {
  random_numbers random = random_start(test);
  enum { N = 100000 };
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles p = fill(d, N, random_bits(&random), random_bits(&random));
  assert_in_range_and_grid(p.x, N);
  assert_in_range_and_grid(p.y, N);
  assert_in_range_and_grid(p.ang_vel, N);
  assert_looks_uniform(p.x, p.y, N);
  assert_looks_uniform(p.y, p.ang_vel, N);
  assert_looks_uniform(p.ang_vel, p.x, N);
  assert_looks_uniform(p.x + 1, p.x, N - 1); /* neighbours */
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, a run can't be repeated on a machine with another number of cores. */
static void same_on_any_threads(const test_case *test) {
  random_numbers random = random_start(test);
  const uint64_t seed = random_bits(&random), first = random_bits(&random);
  const size_t sizes[] = {0, 1, 7, 9, 100, 5003};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    whirl_particles expected = {0};
    for (int threads = 1; threads <= 4; threads++) {
      whirl_options options = default_options();
      options.threads = threads;
      whirl_dispatcher *d = dispatcher_new(&options);
      const whirl_particles p = fill(d, sizes[s], seed, first);
      if (threads == 1) expected = particles_clone(p);
      assert_particles_equal(p, expected, "%d threads", threads);
      particles_delete(p);
      whirl_dispatcher_destroy(d);
    }
    particles_delete(expected);
  }
}

/* If this fails, processes that fill parts of one system don't get the same system. */
static void same_in_parts(const test_case *test) {
  random_numbers random = random_start(test);
  whirl_dispatcher *d = dispatcher_new(NULL);
  for (int round = 0; round < 20; round++) {
    /* Every other round the index wraps at 2^64 on the way. */
    const uint64_t seed = random_bits(&random);
    const uint64_t first = round % 2 ? random_bits(&random) : 0 - random_below(&random, 1000);
    const whirl_particles whole = fill(d, 1000, seed, first), parts = particles_new(1000);
    for (size_t begin = 0; begin < parts.n;) {
      size_t n = random_below(&random, 300);
      if (n > parts.n - begin) n = parts.n - begin;
      assert_int_equal(
          whirl_particles_random(d, particles_range(parts, begin, n), seed, first + begin),
          WHIRL_OK);
      begin += n;
    }
    assert_particles_equal(parts, whole, "parts, first = %llu", (unsigned long long)first);
    particles_delete(parts);
    particles_delete(whole);
  }
  whirl_dispatcher_destroy(d);
}

static void index_wraps(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles around = fill(d, 3, 5, UINT64_MAX), zero = fill(d, 2, 5, 0);
  assert_particles_equal(particles_range(around, 1, 2), zero, "after index 2^64 - 1");
  particles_delete(around);
  particles_delete(zero);
  whirl_dispatcher_destroy(d);
}

/* If this fails, two seeds or two indices give one and the same particle. */
static void seeds_and_indices_differ(const test_case *test) {
  random_numbers random = random_start(test);
  whirl_dispatcher *d = dispatcher_new(NULL);
  const uint64_t seed = random_bits(&random);
  const whirl_particles p = fill(d, 100, seed, 0);
  for (int bit = 0; bit < 64; bit++) {
    const whirl_particles other = fill(d, 100, seed ^ UINT64_C(1) << bit, 0);
    for (size_t i = 0; i < p.n; i++) assert_false(p.x[i] == other.x[i] && p.y[i] == other.y[i]);
    particles_delete(other);
    if (bit < 7) continue; /* an index within p */
    const whirl_particles far_away = fill(d, 100, seed, UINT64_C(1) << bit);
    for (size_t i = 0; i < p.n; i++)
      assert_false(p.x[i] == far_away.x[i] && p.y[i] == far_away.y[i]);
    particles_delete(far_away);
  }
  for (size_t i = 1; i < p.n; i++) assert_false(p.x[i] == p.x[i - 1] && p.y[i] == p.y[i - 1]);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

static void null_pointers(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles p = particles_new(4), before = particles_clone(p);
  assert_int_equal(whirl_particles_random(NULL, p, 1, 0), WHIRL_ERROR_NULL_POINTER);
  whirl_particles broken = p;
  broken.x = NULL;
  assert_int_equal(whirl_particles_random(d, broken, 1, 0), WHIRL_ERROR_NULL_POINTER);
  broken = p;
  broken.y = NULL;
  assert_int_equal(whirl_particles_random(d, broken, 1, 0), WHIRL_ERROR_NULL_POINTER);
  broken = p;
  broken.ang_vel = NULL;
  assert_int_equal(whirl_particles_random(d, broken, 1, 0), WHIRL_ERROR_NULL_POINTER);
  assert_particles_equal(p, before, "after errors");
  const whirl_particles empty = {0};
  assert_int_equal(whirl_particles_random(d, empty, 1, 0), WHIRL_OK);
  particles_delete(before);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"known_answer", known_answer, NULL},
    {"distribution", distribution, NULL},
    {"same_on_any_threads", same_on_any_threads, NULL},
    {"same_in_parts", same_in_parts, NULL},
    {"index_wraps", index_wraps, NULL},
    {"seeds_and_indices_differ", seeds_and_indices_differ, NULL},
    {"null_pointers", null_pointers, NULL},
};

const test_property_list random_properties = {properties, sizeof properties / sizeof *properties};
