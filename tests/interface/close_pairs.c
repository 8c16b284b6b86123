/* whirl_close_pairs: the pairs that whirl_particles_close finds one by one, in their order. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "../support/particles.h"
#include "properties.h"

static whirl_dispatcher *dispatcher_on(int threads) {
  whirl_options options = default_options();
  options.threads = threads;
  return dispatcher_new(&options);
}

/* Fails unless the pairs are those of all n (n - 1) / 2 that are close. */
static void compare_with_all_pairs(const whirl_dispatcher *d, whirl_particles p, double tolerance,
                                   const char *what) {
  whirl_pair *pairs = NULL;
  size_t count = 0, found = 0;
  assert_int_equal(whirl_close_pairs(d, p, tolerance, &pairs, &count), WHIRL_OK);
  for (size_t i = 0; i < p.n; i++) {
    for (size_t j = i + 1; j < p.n; j++) {
      bool close = false;
      assert_int_equal(whirl_particles_close(p, i, j, tolerance, &close), WHIRL_OK);
      if (!close) continue;
      if (found >= count || pairs[found].first != i || pairs[found].second != j)
        fail_msg("%s, n = %zu, tolerance %a: pair %zu of %zu is not (%zu, %zu), which is (%a, %a) "
                 "and (%a, %a)",
                 what, p.n, tolerance, found, count, i, j, p.x[i], p.y[i], p.x[j], p.y[j]);
      found++;
    }
  }
  if (found != count)
    fail_msg("%s, n = %zu, tolerance %a: %zu pairs, and %zu are close", what, p.n, tolerance, count,
             found);
  if (count == 0 && pairs) fail_msg("no pairs, but memory for them");
  whirl_pairs_free(pairs);
}

/* Where particles are. */
typedef enum crowd {
  CROWD_UNIFORM,
  CROWD_CLUSTERS, /* a few places, and all particles within some tolerances of one */
  CROWD_LATTICE,  /* multiples of the tolerance, and of halves of it: distances that are just it */
  CROWD_ALIKE,    /* few places, each with many particles */
  CROWD_FAR,      /* coordinates whose last bit is larger than the tolerance, or next to it */
  CROWD_ANYTHING, /* any doubles: zeros of either sign, subnormal and huge ones, infinities, NaNs */
  CROWDS
} crowd;
static const char *const crowd_names[CROWDS] = {"uniform", "clusters", "lattice",
                                                "alike",   "far",      "anything"};

static double coordinate(crowd kind, double tolerance, random_numbers *random) {
  switch (kind) {
  case CROWD_UNIFORM:
    return random_between(random, -1, 1);
  case CROWD_CLUSTERS:
    return 0.25 * (double)random_below(random, 4) + tolerance * random_between(random, -2, 2);
  case CROWD_LATTICE:
    return tolerance * 0.5 * ((double)random_below(random, 40) - 20);
  case CROWD_ALIKE:
    return tolerance * 1.25 * ((double)random_below(random, 6) - 3);
  case CROWD_FAR: {
    const double far = ldexp(tolerance, 50 + (int)random_below(random, 5));
    return random_sign(random) *
           (far + ldexp(tolerance, -2) * (double)random_below(random, 32) + far);
  }
  default:
    break;
  }
  const double anything[] = {0.0,      -0.0,      tolerance, -tolerance, 0x1p-1074, -0x1p-1074,
                             INFINITY, -INFINITY, NAN,       1e308,      -1e308};
  const size_t which = random_below(random, 2 * sizeof anything / sizeof *anything);
  return which < sizeof anything / sizeof *anything ? anything[which] : random_double(random);
}

/* If this fails, pairs are missed, found twice or out of order. */
static void all_pairs(const test_case *test) {
  random_numbers random = random_start(test);
  static const double tolerances[] = {1e-5, 0.01, 0.25, 0.1, 3, 1e-300, 0x1p-1074, 1e300, INFINITY};
  enum { TOLERANCES = sizeof tolerances / sizeof *tolerances };
  for (int threads = 1; threads <= 3; threads++) {
    whirl_dispatcher *d = dispatcher_on(threads);
    for (int round = 0; round < CROWDS * TOLERANCES * 2; round++) {
      const crowd kind = (crowd)(round % CROWDS);
      const double tolerance = tolerances[round / CROWDS % TOLERANCES];
      const double scale = isinf(tolerance) ? 1 : tolerance;
      const whirl_particles p = particles_new(random_below(&random, round % 2 ? 12 : 300));
      for (size_t i = 0; i < p.n; i++) {
        const double x = coordinate(kind, scale, &random), y = coordinate(kind, scale, &random);
        particles_set(p, i, (particle){x, y, random_double(&random)});
      }
      compare_with_all_pairs(d, p, tolerance, crowd_names[kind]);
      particles_delete(p);
    }
    whirl_dispatcher_destroy(d);
  }
}

/* If this fails, particles whose distance is the tolerance to the bit count as nearer than it. */
static void ties(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles p = particles_new(4);
  particles_set(p, 0, (particle){0.5, 0.5, 0});
  particles_set(p, 1, (particle){0.75, 0.5, 0});
  particles_set(p, 2, (particle){0.5, 0.75, 0});
  particles_set(p, 3, (particle){0.75, 0.75, 0});
  whirl_pair *pairs = NULL;
  size_t count = 99;
  assert_int_equal(whirl_close_pairs(d, p, 0.25, &pairs, &count), WHIRL_OK);
  assert_int_equal(count, 0);
  assert_null(pairs);
  assert_int_equal(whirl_close_pairs(d, p, nextafter(0.25, 1), &pairs, &count), WHIRL_OK);
  assert_int_equal(count, 6);
  whirl_pairs_free(pairs);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, results depend on the number of threads where there are enough particles to share,
 * or the order is lost there. */
static void many_particles(const test_case *test) {
  random_numbers random = random_start(test);
  enum { N = 40000 };
  const whirl_particles p = particles_new(N);
  for (size_t i = 0; i < N; i++) {
    const bool crowded = random_below(&random, 4) == 0;
    const double width = crowded ? 0.01 : 1;
    particles_set(
        p, i,
        (particle){random_between(&random, -width, width), random_between(&random, -1, 1), 0});
  }
  whirl_pair *pairs[3];
  size_t counts[3];
  for (int threads = 1; threads <= 3; threads++) {
    whirl_dispatcher *d = dispatcher_on(threads);
    const int at = threads - 1;
    assert_int_equal(whirl_close_pairs(d, p, 1e-3, &pairs[at], &counts[at]), WHIRL_OK);
    assert_true(counts[at] > N / 10);
    assert_int_equal(counts[at], counts[0]);
    assert_memory_equal(pairs[at], pairs[0], counts[0] * sizeof *pairs[0]);
    whirl_dispatcher_destroy(d);
  }
  for (size_t k = 0; k < counts[0]; k++) {
    const whirl_pair pair = pairs[0][k];
    bool close = false;
    assert_int_equal(whirl_particles_close(p, pair.first, pair.second, 1e-3, &close), WHIRL_OK);
    if (!close || pair.first >= pair.second)
      fail_msg("(%zu, %zu) is no pair", pair.first, pair.second);
    const bool ascends =
        k == 0 || pairs[0][k - 1].first < pair.first ||
        (pairs[0][k - 1].first == pair.first && pairs[0][k - 1].second < pair.second);
    if (!ascends) fail_msg("pair %zu, (%zu, %zu), is out of order", k, pair.first, pair.second);
  }
  for (int at = 0; at < 3; at++) whirl_pairs_free(pairs[at]);
  particles_delete(p);
}

/* If this fails, a bad call reads past the arrays, or changes what it should leave. */
static void errors(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles p = particles_new(3), none = {0};
  for (size_t i = 0; i < p.n; i++) particles_set(p, i, (particle){0, 0, 0});
  whirl_pair kept = {7, 8}, *pairs = &kept;
  size_t count = 77;
  assert_int_equal(whirl_close_pairs(NULL, p, 1, &pairs, &count), WHIRL_ERROR_NULL_POINTER);
  assert_int_equal(whirl_close_pairs(d, p, 1, NULL, &count), WHIRL_ERROR_NULL_POINTER);
  assert_int_equal(whirl_close_pairs(d, p, 1, &pairs, NULL), WHIRL_ERROR_NULL_POINTER);
  whirl_particles broken = p;
  broken.x = NULL;
  assert_int_equal(whirl_close_pairs(d, broken, 1, &pairs, &count), WHIRL_ERROR_NULL_POINTER);
  broken = p;
  broken.y = NULL;
  assert_int_equal(whirl_close_pairs(d, broken, 1, &pairs, &count), WHIRL_ERROR_NULL_POINTER);
  const double bad[] = {NAN, -1, -INFINITY, -0x1p-1074};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(whirl_close_pairs(d, p, bad[i], &pairs, &count), WHIRL_ERROR_BAD_TOLERANCE);
  assert_ptr_equal(pairs, &kept);
  assert_int_equal(count, 77);
  assert_int_equal(whirl_close_pairs(d, none, 1, &pairs, &count), WHIRL_OK);
  assert_null(pairs);
  assert_int_equal(count, 0);
  assert_int_equal(whirl_close_pairs(d, p, -0.0, &pairs, &count), WHIRL_OK);
  assert_int_equal(count, 0);
  assert_int_equal(whirl_close_pairs(d, p, INFINITY, &pairs, &count), WHIRL_OK);
  assert_int_equal(count, 3);
  whirl_pairs_free(pairs);
  whirl_pairs_free(NULL);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"all_pairs", all_pairs, NULL},
    {"ties", ties, NULL},
    {"many_particles", many_particles, NULL},
    {"errors", errors, NULL},
};

const test_property_list close_pairs_properties = {properties,
                                                   sizeof properties / sizeof *properties};
