/* Particles that have no direction, are at rest, or are no numbers: that they end as the contract
 * says, in whatever lane, and that their neighbours don't notice. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../support/particles.h"
#include "../support/reference.h"
#include "properties.h"

static const double timestep = 1e-5;
static const uint64_t step_counts[] = {1, 3, 50};
enum { STEP_COUNTS = sizeof step_counts / sizeof *step_counts };

/* More vectors than any kernel has in flight, and a tail. */
static size_t crowd(const whirl_kernel *kernel) {
  return 16 * (size_t)kernel->lanes + kernel->lanes - (kernel->lanes > 1);
}

/* r = 0: no direction, so it stays, bit for bit, the signs of its zeros included. */
static const particle at_origin[] = {
    {0.0, 0.0, 1},        {-0.0, 0.0, 1},          {0.0, -0.0, -1},  {-0.0, -0.0, 3},
    {-0.0, -0.0, -3},     {0.0, 0.0, 1e300},       {-0.0, 0.0, 0.0}, {0.0, -0.0, -0.0},
    {0.0, 0.0, INFINITY}, {-0.0, -0.0, -INFINITY}, {0.0, -0.0, NAN}, {-0.0, 0.0, 1e-300},
};

/* x*x + y*y underflows to 0: as at the origin. */
static const particle underflowing[] = {
    {1e-163, 0.0, 1},
    {-1e-163, -0.0, 1},
    {0.0, 1e-170, -1},
    {-0.0, -1e-200, 3},
    {1e-165, -1e-165, 1},
    {0x1p-1074, -0.0, 1e9},
    {-0x1p-1074, 0x1p-1074, -1e9},
    {DBL_MIN, DBL_MIN, 2},
    {0x1p-538, 0.0, 1},
    {0.0, -0x1p-538, 1e12},
};

/* ang_vel = 0: it stays, bit for bit, wherever it is. */
static const particle at_rest[] = {
    {1, 2, 0.0},
    {1, 2, -0.0},
    {-0.0, 0.5, 0.0},
    {-0.0, 0.5, -0.0},
    {0.5, -0.0, 0.0},
    {0.5, -0.0, -0.0},
    {INFINITY, 1, 0.0},
    {-INFINITY, -0.0, -0.0},
    {1, -INFINITY, 0.0},
    {NAN, 1, 0.0},
    {-0.0, NAN, -0.0},
    {INFINITY, INFINITY, 0.0},
    {DBL_MAX, -DBL_MAX, 0.0},
    {0x1p-1074, -0.0, 0.0},
    {-1e-160, 1e-160, -0.0},
    {1e300, -0.0, 0.0},
    {0.1, 0.7, 0.0},
    {-0.3, 1e-9, -0.0},
};

/* No number in, and the model gives no number out. */
static const particle not_numbers[] = {
    {NAN, 1, 1}, {1, NAN, 1}, {NAN, NAN, -1}, {0.5, 0.5, NAN}, {NAN, 0.0, 1e-3}, {-0.0, NAN, 2},
};

/* The model gives a value for one coordinate at most. */
static const particle infinite[] = {
    {INFINITY, 1, 1},          {1, INFINITY, -1},
    {-INFINITY, INFINITY, 1},  {0.0, -INFINITY, 1},
    {0.5, 0.5, INFINITY},      {0.5, -0.5, -INFINITY},
    {INFINITY, 0.0, INFINITY}, {INFINITY, INFINITY, 1e-300},
};

/* Outside of the contract on accuracy: nothing is promised but that nothing else is touched. */
static const particle beyond[] = {
    {1e200, 1e200, 1},       {DBL_MAX, DBL_MAX, DBL_MAX},
    {-DBL_MAX, 1, -DBL_MAX}, {1, 1, 1e300},
    {1e-155, 1e-155, 1},     {1e-161, 0, -1},
    {1, 1, 0x1p-1074},       {1e-3, 1, DBL_MAX},
    {1e160, 1e-160, 1e165},  {1e-150, -1e-158, 1e-150},
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

typedef void outcome_check(const test_case *test, particle start, particle result, uint64_t steps);

static void fail_outcome(const test_case *test, particle start, particle result, uint64_t steps,
                         const char *expected) {
  fail_msg("%s: (%a, %a, %a) became (%a, %a) after %llu steps; %s", test->kernel->name, start.x,
           start.y, start.ang_vel, result.x, result.y, (unsigned long long)steps, expected);
}

static void check_kept(const test_case *test, particle start, particle result, uint64_t steps) {
  if (!same_bits_exactly(start.x, result.x) || !same_bits_exactly(start.y, result.y))
    fail_outcome(test, start, result, steps, "it should stay, bit for bit");
}

static void check_not_a_number(const test_case *test, particle start, particle result,
                               uint64_t steps) {
  if (!isnan(result.x) || !isnan(result.y))
    fail_outcome(test, start, result, steps, "both coordinates should be NaN");
}

static void check_not_finite(const test_case *test, particle start, particle result,
                             uint64_t steps) {
  if (isfinite(result.x) && isfinite(result.y))
    fail_outcome(test, start, result, steps, "the model gives no finite position");
}

static void check_nothing(const test_case *test, particle start, particle result, uint64_t steps) {
  (void)test, (void)start, (void)result, (void)steps;
}

/* The special particles one by one in every place of a crowd of ordinary ones. */
static void one_in_a_crowd(const test_case *test, const particle *specials, size_t count,
                           outcome_check *check) {
  random_numbers random = random_start(test);
  const size_t n = crowd(test->kernel);
  const whirl_particles start = particles_new(n), p = particles_new(n);
  for (int c = 0; c < STEP_COUNTS; c++) {
    const uint64_t steps = step_counts[c];
    population_fill(POPULATION_UNIFORM, start, timestep, &random);
    const whirl_particles ordinary = particles_clone(start);
    particles_evolve(test->kernel, ordinary, timestep, steps);
    for (size_t s = 0; s < count; s++) {
      for (size_t place = 0; place < n; place++) {
        particles_copy(p, start);
        particles_set(p, place, specials[s]);
        particles_evolve(test->kernel, p, timestep, steps);
        const particle result = particles_get(p, place);
        check(test, specials[s], result, steps);
        /* With the ordinary result in its place, all must be as without it. */
        particles_set(p, place, particles_get(ordinary, place));
        assert_particles_equal(p, ordinary, "beside (%a, %a, %a) in place %zu, %llu steps",
                               specials[s].x, specials[s].y, specials[s].ang_vel, place,
                               (unsigned long long)steps);
      }
    }
    particles_delete(ordinary);
  }
  particles_delete(p);
  particles_delete(start);
}

/* Whole ranges of one special particle: no lane has work. */
static void alone(const test_case *test, const particle *specials, size_t count,
                  outcome_check *check) {
  const size_t n = crowd(test->kernel);
  const whirl_particles p = particles_new(n);
  for (int c = 0; c < STEP_COUNTS; c++) {
    for (size_t s = 0; s < count; s++) {
      for (size_t i = 0; i < n; i++) particles_set(p, i, specials[s]);
      particles_evolve(test->kernel, p, timestep, step_counts[c]);
      for (size_t i = 0; i < n; i++) check(test, specials[s], particles_get(p, i), step_counts[c]);
    }
  }
  particles_delete(p);
}

/* If these fail, particles jump out of the origin, become NaN there, or lose a zero's sign. */
static void origin(const test_case *test) {
  one_in_a_crowd(test, at_origin, LENGTH(at_origin), check_kept);
  alone(test, at_origin, LENGTH(at_origin), check_kept);
}

static void underflow(const test_case *test) {
  one_in_a_crowd(test, underflowing, LENGTH(underflowing), check_kept);
  alone(test, underflowing, LENGTH(underflowing), check_kept);
}

/* If this fails, particles at rest move, or x - 0 * y / r changes the sign of a zero or makes NaN
 * of an infinity. */
static void rest(const test_case *test) {
  one_in_a_crowd(test, at_rest, LENGTH(at_rest), check_kept);
  alone(test, at_rest, LENGTH(at_rest), check_kept);
}

/* If these fail, a simulation's broken particle hides behind a number, or breaks others. */
static void nan_particle(const test_case *test) {
  one_in_a_crowd(test, not_numbers, LENGTH(not_numbers), check_not_a_number);
  alone(test, not_numbers, LENGTH(not_numbers), check_not_a_number);
}

static void infinite_particle(const test_case *test) {
  one_in_a_crowd(test, infinite, LENGTH(infinite), check_not_finite);
  alone(test, infinite, LENGTH(infinite), check_not_finite);
}

/* If this fails, a particle that is too large or too small for the contract spoils its neighbours.
 */
static void beyond_the_contract(const test_case *test) {
  one_in_a_crowd(test, beyond, LENGTH(beyond), check_nothing);
  alone(test, beyond, LENGTH(beyond), check_nothing);
}

/* If this fails, a particle near the origin, which may take a way of its own, has another result or
 * changes that of others when it shares a vector with them. */
static void near_origin(const test_case *test) {
  random_numbers random = random_start(test);
  enum { NEAR = 24 };
  particle specials[NEAR];
  for (size_t s = 0; s < NEAR; s++) {
    const double ratio = pow(10, -3 + 6.0 * (double)s / (NEAR - 1)); /* h / r */
    const double angle = random_between(&random, -3.2, 3.2), h = random_power(&random, -6, 0);
    specials[s] = (particle){h / ratio * cos(angle), h / ratio * sin(angle),
                             random_sign(&random) * h / timestep};
  }
  one_in_a_crowd(test, specials, NEAR, check_nothing);
}

/* If this fails, a program that traps invalid operations, to find its own mistakes, dies in the
 * library although its particles are all in order: none of them is at the origin. */
static void raises_nothing_invalid(const test_case *test) {
  random_numbers random = random_start(test);
  for (size_t n = 1; n < 100; n++) {
    const whirl_particles p = particles_new(n);
    for (size_t i = 0; i < n; i++)
      particles_set(p, i,
                    (particle){random_between(&random, -1, 1), random_between(&random, -1, 1),
                               random_below(&random, 4) ? random_between(&random, -1, 1) : 0});
    feclearexcept(FE_ALL_EXCEPT);
    particles_evolve(test->kernel, p, timestep, step_counts[n % STEP_COUNTS]);
    assert_int_equal(fetestexcept(FE_INVALID | FE_DIVBYZERO), 0);
    particles_delete(p);
  }
}

static particle any_particle(random_numbers *random) {
  static const struct {
    const particle *particles;
    size_t count;
  } kinds[] = {
      {at_origin, LENGTH(at_origin)}, {underflowing, LENGTH(underflowing)},
      {at_rest, LENGTH(at_rest)},     {not_numbers, LENGTH(not_numbers)},
      {infinite, LENGTH(infinite)},   {beyond, LENGTH(beyond)},
  };
  const size_t kind = random_below(random, LENGTH(kinds) + 4);
  if (kind < LENGTH(kinds)) return kinds[kind].particles[random_below(random, kinds[kind].count)];
  return (particle){random_between(random, -1, 1), random_between(random, -1, 1),
                    random_between(random, -1, 1)};
}

/* If this fails, two special particles of different kinds in one vector disturb each other. */
static void crowds_of_special(const test_case *test) {
  random_numbers random = random_start(test);
  for (int round = 0; round < 500; round++) {
    const uint64_t steps = step_counts[round % STEP_COUNTS];
    const whirl_particles p = particles_new(1 + random_below(&random, crowd(test->kernel)));
    for (size_t i = 0; i < p.n; i++) particles_set(p, i, any_particle(&random));
    const whirl_particles expected = particles_clone(p);
    particles_evolve_alone(test->kernel, expected, timestep, steps);
    particles_evolve(test->kernel, p, timestep, steps);
    assert_particles_equal(p, expected, "special particles, n = %zu, %llu steps", p.n,
                           (unsigned long long)steps);
    particles_delete(expected);
    particles_delete(p);
  }
}

static bool is_bitwise(const whirl_kernel *kernel) {
  return kernel->numeric_class == WHIRL_BITWISE;
}

/* If this fails, a kernel of the bitwise class gives a special particle other bits than the
 * textbook, which turns it into NaN coordinate by coordinate. */
static void textbook_bits_of_special(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles p = particles_new(crowd(test->kernel));
  for (int round = 0; round < 200; round++) {
    for (size_t i = 0; i < p.n; i++) particles_set(p, i, any_particle(&random));
    const whirl_particles expected = particles_clone(p);
    const uint64_t steps = step_counts[round % STEP_COUNTS];
    reference_textbook(expected, timestep, steps);
    particles_evolve(test->kernel, p, timestep, steps);
    assert_particles_equal(p, expected, "special particles, %llu steps", (unsigned long long)steps);
    particles_delete(expected);
  }
  particles_delete(p);
}

/* x*x + y*y underflows to 0 on the way of some of these, not at its beginning. If this fails, they
 * become NaN there. */
static void textbook_bits_of_underflow_on_the_way(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles p = particles_new(1000);
  for (int round = 0; round < 20; round++) {
    for (size_t i = 0; i < p.n; i++)
      particles_set(p, i,
                    (particle){ldexp(random_between(&random, -2, 2), -538),
                               ldexp(random_between(&random, -2, 2), -538),
                               ldexp(random_between(&random, -2, 2), -541)});
    particles_set(p, 0,
                  (particle){-0x1.02ee78ba666p-540, 0x1.9ed04935572p-538, 0x1.40c8f4db98f8p-541});
    const whirl_particles expected = particles_clone(p);
    reference_textbook(expected, 1, 8);
    particles_evolve(test->kernel, p, 1, 8);
    assert_particles_equal(p, expected, "underflow on the way");
    particles_delete(expected);
  }
  particles_delete(p);
}

static const test_property properties[] = {
    {"origin", origin, NULL},
    {"underflow", underflow, NULL},
    {"rest", rest, NULL},
    {"nan", nan_particle, NULL},
    {"infinite", infinite_particle, NULL},
    {"beyond_the_contract", beyond_the_contract, NULL},
    {"near_origin", near_origin, NULL},
    {"raises_nothing_invalid", raises_nothing_invalid, NULL},
    {"crowds_of_special", crowds_of_special, NULL},
    {"textbook_bits_of_special", textbook_bits_of_special, is_bitwise},
    {"textbook_bits_of_underflow_on_the_way", textbook_bits_of_underflow_on_the_way, is_bitwise},
};

const test_property_list particle_properties = {properties, sizeof properties / sizeof *properties};
