/* whirl_evolve and whirl_evolve_steps: how a time is made of steps, the two kinds of answer,
 * errors.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "../support/particles.h"
#include "../support/reference.h"
#include "../support/reference_case.h"
#include "properties.h"

static whirl_dispatcher *stepping_dispatcher(double timestep) {
  whirl_options options = default_options();
  options.bitwise = true;
  options.timestep = timestep;
  return dispatcher_new(&options);
}

static whirl_particles uniform_particles(size_t n, random_numbers *random) {
  const whirl_particles p = particles_new(n);
  population_fill(POPULATION_UNIFORM, p, 1e-5, random);
  return p;
}

/* Fails unless evolving by dt is so many whole steps, bit for bit, and then one of length rest. */
static void assert_steps(double dt, double timestep, uint64_t steps, double rest,
                         random_numbers *random) {
  whirl_dispatcher *d = stepping_dispatcher(timestep);
  const whirl_particles p = uniform_particles(5, random), expected = particles_clone(p);
  reference_textbook(expected, timestep, steps);
  if (rest > 0) reference_textbook(expected, rest, 1);
  assert_int_equal(whirl_evolve(d, p, dt), WHIRL_OK);
  assert_particles_equal(p, expected, "dt = %.17g, timestep = %.17g, expected %llu steps and %.17g",
                         dt, timestep, (unsigned long long)steps, rest);
  particles_delete(expected);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, dt / timestep is truncated and a step is lost, or it is rounded and one is won. */
static void whole_steps(const test_case *test) {
  random_numbers random = random_start(test);
  assert_steps(0.3, 1e-5, 30000, 0, &random);
  assert_steps(0.1, 1e-5, 10000, 0, &random);
  assert_steps(0.7, 0.1, 7, 0, &random);
  assert_steps(2.1, 0.7, 3, 0, &random);
  assert_steps(1e-5, 1e-5, 1, 0, &random);
  assert_steps(3, 1, 3, 0, &random);
  assert_steps(1e-300, 1e-301, 10, 0, &random);
  for (int round = 0; round < 100; round++) {
    const uint64_t steps = 1 + random_below(&random, 3000);
    const double timestep = random_power(&random, -7, 0);
    assert_steps((double)steps * timestep, timestep, steps, 0, &random);
  }
}

/* If this fails, the time beyond the last whole step is lost, or becomes a step too long. */
static void shorter_last_step(const test_case *test) {
  random_numbers random = random_start(test);
  assert_steps(2.5, 1, 2, 0.5, &random);
  assert_steps(0.25, 1, 0, 0.25, &random);
  assert_steps(1e-300, 1e-5, 0, 1e-300, &random);
  assert_steps(1.9990234375, 1, 1, 0.9990234375, &random);
  assert_steps(1 - 0x1p-20, 1, 0, 1 - 0x1p-20, &random);
  assert_steps(1 + 0x1p-40, 1, 1, 0x1p-40, &random);
  for (int round = 0; round < 100; round++) {
    const uint64_t steps = random_below(&random, 1000);
    const double timestep = random_power(&random, -7, 0);
    const double dt = ((double)steps + random_between(&random, 0.001, 0.999)) * timestep;
    /* Not by long double, which is no longer than double under valgrind. */
    const double rest = fma(-(double)steps, timestep, dt);
    assert_steps(dt, timestep, steps, rest, &random);
  }
}

/* If this fails, advancing by nothing moves particles, or changes the signs of their zeros. */
static void no_time(const test_case *test) {
  random_numbers random = random_start(test);
  for (int exact = 0; exact < 2; exact++) {
    whirl_options options = default_options();
    options.method = exact ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
    whirl_dispatcher *d = dispatcher_new(&options);
    const whirl_particles p = uniform_particles(100, &random);
    particles_set(p, 3, (particle){-0.0, -0.0, INFINITY});
    particles_set(p, 4, (particle){-0.0, 1, INFINITY});
    particles_set(p, 5, (particle){INFINITY, -0.0, NAN});
    const whirl_particles before = particles_clone(p);
    assert_int_equal(whirl_evolve(d, p, 0.0), WHIRL_OK);
    assert_int_equal(whirl_evolve(d, p, -0.0), WHIRL_OK);
    assert_int_equal(whirl_evolve_steps(d, p, 0), WHIRL_OK);
    assert_particles_equal(p, before, "dt = 0 and steps = 0");
    particles_delete(before);
    particles_delete(p);
    whirl_dispatcher_destroy(d);
  }
}

static void reference_case(const test_case *test) {
  (void)test;
  for (int exact = 0; exact < 2; exact++) {
    whirl_options options = default_options();
    options.method = exact ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
    whirl_dispatcher *d = dispatcher_new(&options);
    const whirl_particles by_time = reference_case_new(), by_steps = reference_case_new();
    assert_int_equal(whirl_evolve(d, by_time, reference_case_dt), WHIRL_OK);
    reference_case_check(by_time, options.method);
    assert_int_equal(whirl_evolve_steps(d, by_steps, REFERENCE_CASE_STEPS), WHIRL_OK);
    reference_case_check(by_steps, options.method);
    particles_delete(by_time);
    particles_delete(by_steps);
    whirl_dispatcher_destroy(d);
  }
}

/* Whatever the library chooses: if this fails, it chose a kernel that gives another answer. */
static void whatever_is_chosen(const test_case *test) {
  random_numbers random = random_start(test);
  const uint64_t counts[] = {1, 2, 30, 1000};
  for (int round = 0; round < 60; round++) {
    const bool exact = round % 3 == 0;
    whirl_options options = default_options();
    options.method = exact ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
    options.bitwise = round % 3 == 1;
    options.timestep = random_power(&random, -6, -3);
    whirl_dispatcher *d = dispatcher_new(&options);
    const uint64_t steps = counts[round % 4];
    const size_t n = steps == 1000 ? 300 : 1 + random_below(&random, 3000);
    const whirl_particles p = uniform_particles(n, &random), start = particles_clone(p);
    assert_int_equal(whirl_evolve_steps(d, p, steps), WHIRL_OK);
    for (size_t i = 0; i < n; i++) {
      const reference_result expected =
          reference_evolve(options.method, particles_get(start, i), options.timestep, steps);
      const double error = reference_error(expected, particles_get(p, i));
      const double allowed = 20 + 8 * (double)expected.angle + 4 * (double)steps;
      if (!(error <= allowed))
        fail_msg("%s, particle %zu of %zu, %llu steps of %g: off by %g times 2^-53 r, allowed %g",
                 exact ? "exact" : "Euler", i, n, (unsigned long long)steps, options.timestep,
                 error, allowed);
    }
    if (options.bitwise) {
      reference_textbook(start, options.timestep, steps);
      assert_particles_equal(p, start, "bitwise, n = %zu, %llu steps", n,
                             (unsigned long long)steps);
    }
    particles_delete(start);
    particles_delete(p);
    whirl_dispatcher_destroy(d);
  }
}

/* If this fails, EXACT counts steps, and its time is off by a part of one. */
static void exact_takes_any_time(const test_case *test) {
  random_numbers random = random_start(test);
  whirl_options options = default_options();
  options.method = WHIRL_METHOD_EXACT;
  options.timestep = 0.25;
  whirl_dispatcher *d = dispatcher_new(&options);
  const double times[] = {0.1, 0.37, 1e-9, 0.25, 2.6, 10};
  for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
    const whirl_particles p = particles_new(50);
    population_fill(POPULATION_EDGES, p, 1, &random);
    const whirl_particles start = particles_clone(p);
    assert_int_equal(whirl_evolve(d, p, times[t]), WHIRL_OK);
    for (size_t i = 0; i < p.n; i++) {
      const reference_result expected =
          reference_evolve(WHIRL_METHOD_EXACT, particles_get(start, i), times[t], 1);
      const double allowed = 20 + 8 * (double)expected.angle;
      assert_double_near(reference_error(expected, particles_get(p, i)), 0, allowed,
                         "error of particle %zu at time %g in units of 2^-53 r", i, times[t]);
    }
    particles_delete(start);
    particles_delete(p);
  }
  whirl_dispatcher_destroy(d);
}

/* If this fails, a NaN or negative time moves particles. */
static void bad_duration(const test_case *test) {
  random_numbers random = random_start(test);
  const double bad[] = {NAN, -NAN, -1, -0x1p-1074, INFINITY, -INFINITY, -DBL_MAX};
  for (int exact = 0; exact < 2; exact++) {
    whirl_options options = default_options();
    options.method = exact ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
    whirl_dispatcher *d = dispatcher_new(&options);
    const whirl_particles p = uniform_particles(20, &random), before = particles_clone(p);
    const whirl_particles none = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
      assert_int_equal(whirl_evolve(d, p, bad[i]), WHIRL_ERROR_BAD_DURATION);
      assert_int_equal(whirl_evolve(d, none, bad[i]), WHIRL_ERROR_BAD_DURATION);
    }
    assert_particles_equal(p, before, "after a bad duration");
    particles_delete(before);
    particles_delete(p);
    whirl_dispatcher_destroy(d);
  }
}

/* If this fails, a call runs for years, or its count of steps overflows. */
static void too_many_steps(const test_case *test) {
  random_numbers random = random_start(test);
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles p = uniform_particles(20, &random), before = particles_clone(p);
  const uint64_t counts[] = {WHIRL_MAX_STEPS + 1, UINT64_MAX};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    whirl_choice choice;
    assert_int_equal(whirl_evolve_steps(d, p, counts[i]), WHIRL_ERROR_TOO_MANY_STEPS);
    assert_int_equal(whirl_choose(d, 20, counts[i], &choice), WHIRL_ERROR_TOO_MANY_STEPS);
  }
  const double times[] = {1e11, 1e20, 1e300, DBL_MAX}; /* with timestep 1e-5 */
  for (size_t i = 0; i < sizeof times / sizeof *times; i++)
    assert_int_equal(whirl_evolve(d, p, times[i]), WHIRL_ERROR_TOO_MANY_STEPS);
  assert_particles_equal(p, before, "after too many steps");
  /* As many as are allowed, of no particle. */
  const whirl_particles none = {0};
  assert_int_equal(whirl_evolve_steps(d, none, WHIRL_MAX_STEPS), WHIRL_OK);
  whirl_dispatcher_destroy(d);

  /* The true motion has no steps. */
  whirl_options options = default_options();
  options.method = WHIRL_METHOD_EXACT;
  d = dispatcher_new(&options);
  assert_int_equal(whirl_evolve(d, p, 1e11), WHIRL_OK);
  assert_int_equal(whirl_evolve_steps(d, before, WHIRL_MAX_STEPS), WHIRL_OK);
  for (size_t i = 0; i < p.n; i++) {
    assert_true(hypot(p.x[i], p.y[i]) <= 1.5);
    assert_true(hypot(before.x[i], before.y[i]) <= 1.5);
  }
  whirl_dispatcher_destroy(d);
  particles_delete(before);
  particles_delete(p);
}

static void null_pointers(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_new(NULL);
  const whirl_particles p = particles_new(4), none = {0};
  assert_int_equal(whirl_evolve(NULL, p, 0.1), WHIRL_ERROR_NULL_POINTER);
  assert_int_equal(whirl_evolve_steps(NULL, p, 1), WHIRL_ERROR_NULL_POINTER);
  for (int array = 0; array < 3; array++) {
    whirl_particles broken = p;
    if (array == 0) broken.x = NULL;
    if (array == 1) broken.y = NULL;
    if (array == 2) broken.ang_vel = NULL;
    assert_int_equal(whirl_evolve(d, broken, 0.1), WHIRL_ERROR_NULL_POINTER);
    assert_int_equal(whirl_evolve_steps(d, broken, 1), WHIRL_ERROR_NULL_POINTER);
  }
  assert_int_equal(whirl_evolve(d, none, 0.1), WHIRL_OK);
  assert_int_equal(whirl_evolve_steps(d, none, 10), WHIRL_OK);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"whole_steps", whole_steps, NULL},
    {"shorter_last_step", shorter_last_step, NULL},
    {"no_time", no_time, NULL},
    {"reference_case", reference_case, NULL},
    {"whatever_is_chosen", whatever_is_chosen, NULL},
    {"exact_takes_any_time", exact_takes_any_time, NULL},
    {"bad_duration", bad_duration, NULL},
    {"too_many_steps", too_many_steps, NULL},
    {"null_pointers", null_pointers, NULL},
};

const test_property_list evolve_properties = {properties, sizeof properties / sizeof *properties};
