/* That a kernel's results are right: known numbers, an identity, the bits, the error. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../support/particles.h"
#include "../support/reference.h"
#include "../support/reference_case.h"
#include "properties.h"

enum { PARTICLES = 400 };
static const uint64_t step_counts[] = {1, 2, 3, 10, 100, 1000};
enum { STEP_COUNTS = sizeof step_counts / sizeof *step_counts };

static bool answers_euler(const whirl_kernel *kernel) {
  return whirl_kernel_answers(kernel) == WHIRL_METHOD_EULER;
}

static bool is_bitwise(const whirl_kernel *kernel) {
  return kernel->numeric_class == WHIRL_BITWISE;
}

static bool is_bitwise_stepping(const whirl_kernel *kernel) {
  return is_bitwise(kernel) && kernel->method == WHIRL_KERNEL_EULER;
}

/* If this fails, users of the simulator get other numbers than they know. */
static void reference_case(const test_case *test) {
  const whirl_particles p = reference_case_new();
  particles_evolve(test->kernel, p, reference_case_timestep, REFERENCE_CASE_STEPS);
  reference_case_check(p, whirl_kernel_answers(test->kernel));
  particles_delete(p);
}

/* A turning particle whose true motion turns by more than 64 radians takes the double's error of
 * the angle beyond what long double can judge: slow it down. */
static void limit_angle(whirl_particles p, double timestep, uint64_t steps) {
  for (size_t i = 0; i < p.n; i++) {
    const double r = hypot(p.x[i], p.y[i]);
    const double angle = fabs(timestep * p.ang_vel[i]) * (double)steps / r;
    if (angle > 64) p.ang_vel[i] *= exp2(-ceil(log2(angle / 64)));
  }
}

static void fill(const whirl_kernel *kernel, population kind, whirl_particles p, double timestep,
                 uint64_t steps, random_numbers *random) {
  population_fill(kind, p, timestep, random);
  if (whirl_kernel_answers(kernel) == WHIRL_METHOD_EXACT) limit_angle(p, timestep, steps);
}

/* r_N^2 = r_0^2 + N h^2 is a theorem about Euler's steps and needs no reference kernel. If this
 * fails, a kernel steps along a chord that is not at right angles to the radius, or takes another
 * number of steps. */
static void radius_identity(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_error_bound bound = test->kernel->error_bound;
  const whirl_particles p = particles_new(PARTICLES);
  for (int kind = 0; kind < POPULATION_COUNT; kind++) {
    for (int c = 0; c < STEP_COUNTS; c++) {
      const double timestep = random_power(&random, -8, 0);
      const double steps = (double)step_counts[c];
      population_fill((population)kind, p, timestep, &random);
      const whirl_particles start = particles_clone(p);
      particles_evolve(test->kernel, p, timestep, step_counts[c]);
      for (size_t i = 0; i < p.n; i++) {
        const long double x0 = start.x[i], y0 = start.y[i], x = p.x[i], y = p.y[i];
        const long double h = timestep * start.ang_vel[i]; /* rounded, as the model has it */
        const long double expected = x0 * x0 + y0 * y0 + (long double)steps * h * h;
        const double angle = fabs((double)(h / sqrtl(x0 * x0 + y0 * y0))) * steps;
        const double error = (double)(fabsl(x * x + y * y - expected) / expected);
        const double allowed = 2 * 0x1p-53 *
                               (bound.constant + bound.per_radian * fmin(angle, 2 * steps) +
                                bound.per_step * steps + 1);
        if (!(error <= allowed))
          fail_msg("%s, timestep %a, %g steps, particle (%a, %a, %a): r^2 is off by %g, allowed %g",
                   population_name((population)kind), timestep, steps, start.x[i], start.y[i],
                   start.ang_vel[i], error, allowed);
      }
      particles_delete(start);
    }
  }
  particles_delete(p);
}

static void compare_with_textbook(const test_case *test, whirl_particles p, double timestep,
                                  uint64_t steps, const char *what) {
  const whirl_particles expected = particles_clone(p);
  reference_textbook(expected, timestep, steps);
  particles_evolve(test->kernel, p, timestep, steps);
  assert_particles_equal(p, expected, "%s, timestep %a, %llu steps", what, timestep,
                         (unsigned long long)steps);
  particles_delete(expected);
}

/* If this fails, a kernel of the bitwise class rounds somewhere else than the textbook's step. */
static void textbook_bits(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles p = particles_new(PARTICLES);
  for (int kind = 0; kind < POPULATION_COUNT; kind++) {
    for (int c = 0; c < STEP_COUNTS; c++) {
      const double timestep = c % 2 ? 1e-5 : random_power(&random, -8, 0);
      population_fill((population)kind, p, timestep, &random);
      compare_with_textbook(test, p, timestep, step_counts[c], population_name((population)kind));
    }
  }
  particles_delete(p);
}

/* The whole range of doubles: subnormal squares, squares that overflow, infinities, NaNs. If this
 * fails, a kernel of the bitwise class is right for ordinary particles only. */
static void textbook_bits_of_any_double(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles p = particles_new(PARTICLES);
  for (int round = 0; round < 100; round++) {
    const double timestep = random_power(&random, -8, 0);
    const int exponent = (int)random_below(&random, 2200) - 1150;
    for (size_t i = 0; i < p.n; i++) {
      particle value = {random_double(&random), random_double(&random), random_double(&random)};
      if (round % 2) {
        /* All three near one power of two, so that they meet: r^2 subnormal or overflowing. */
        value.x = ldexp(random_between(&random, -1, 1), exponent);
        value.y =
            ldexp(random_between(&random, -1, 1), exponent + (int)random_below(&random, 60) - 30);
        value.ang_vel =
            ldexp(random_between(&random, -1, 1), exponent + (int)random_below(&random, 60) - 30);
      }
      particles_set(p, i, value);
    }
    compare_with_textbook(test, p, timestep, step_counts[round % 4], "any doubles");
  }
  particles_delete(p);
}

/* If this fails, a kernel promises a smaller error than it has, or is wrong. */
static void error_bound(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_method method = whirl_kernel_answers(test->kernel);
  const whirl_particles p = particles_new(PARTICLES);
  for (int kind = 0; kind < POPULATION_COUNT; kind++) {
    for (int c = 0; c < STEP_COUNTS; c++) {
      const double timestep = c % 2 ? 1e-5 : random_power(&random, -8, 0);
      const uint64_t steps = step_counts[c];
      fill(test->kernel, (population)kind, p, timestep, steps, &random);
      const whirl_particles start = particles_clone(p);
      particles_evolve(test->kernel, p, timestep, steps);
      for (size_t i = 0; i < p.n; i++) {
        const reference_result reference =
            reference_evolve(method, particles_get(start, i), timestep, steps);
        const double error = reference_error(reference, particles_get(p, i));
        const double allowed = reference_allowed(test->kernel, reference, steps);
        if (!(error <= allowed))
          fail_msg("%s, timestep %a, %llu steps, particle (%a, %a, %a): the result (%.17g, %.17g) "
                   "should be (%.20Lg, %.20Lg): off by %g, allowed %g times 2^-53 r",
                   population_name((population)kind), timestep, (unsigned long long)steps,
                   start.x[i], start.y[i], start.ang_vel[i], p.x[i], p.y[i], reference.x,
                   reference.y, error, allowed);
      }
      particles_delete(start);
    }
  }
  particles_delete(p);
}

/* If this fails, taking no step moves particles. */
static void no_steps(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles p = particles_new(PARTICLES);
  for (size_t i = 0; i < p.n; i++)
    particles_set(
        p, i, (particle){random_double(&random), random_double(&random), random_double(&random)});
  particles_set(p, 0, (particle){-0.0, -0.0, 1});
  particles_set(p, 1, (particle){-0.0, NAN, -INFINITY});
  const whirl_particles start = particles_clone(p);
  particles_evolve(test->kernel, p, 1e-5, 0);
  for (size_t i = 0; i < p.n; i++)
    if (!same_bits_exactly(p.x[i], start.x[i]) || !same_bits_exactly(p.y[i], start.y[i]))
      fail_msg("no step, and particle (%a, %a, %a) became (%a, %a)", start.x[i], start.y[i],
               start.ang_vel[i], p.x[i], p.y[i]);
  particles_delete(start);
  particles_delete(p);
}

/* If this fails, a stepping kernel carries something from step to step that is not the particle. */
static void steps_add_up(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles p = particles_new(PARTICLES);
  for (int round = 0; round < 20; round++) {
    const uint64_t first = random_below(&random, 40), second = random_below(&random, 40);
    population_mix(p, 1e-5, &random);
    const whirl_particles whole = particles_clone(p);
    particles_evolve(test->kernel, whole, 1e-5, first + second);
    particles_evolve(test->kernel, p, 1e-5, first);
    particles_evolve(test->kernel, p, 1e-5, second);
    assert_particles_equal(p, whole, "%llu and then %llu steps", (unsigned long long)first,
                           (unsigned long long)second);
    particles_delete(whole);
  }
  particles_delete(p);
}

void family_same_bits(const test_case *test) {
  random_numbers random = random_start(test);
  for (int round = 0; round < 400; round++) {
    const double timestep = round % 2 ? 1e-5 : random_power(&random, -8, 0);
    const uint64_t steps = step_counts[round % STEP_COUNTS];
    const whirl_particles p = particles_new(random_below(&random, PARTICLES));
    population_mix(p, timestep, &random);
    if (round % 4 == 0)
      for (size_t i = 0; i < p.n; i++)
        particles_set(
            p, i,
            (particle){random_double(&random), random_double(&random), random_double(&random)});
    const whirl_particles expected = particles_clone(p);
    particles_evolve(test->other, expected, timestep, steps);
    particles_evolve(test->kernel, p, timestep, steps);
    assert_particles_equal(p, expected, "n = %zu, timestep %a, %llu steps", p.n, timestep,
                           (unsigned long long)steps);
    particles_delete(expected);
    particles_delete(p);
  }
}

static const test_property properties[] = {
    {"reference_case", reference_case, NULL},
    {"radius_identity", radius_identity, answers_euler},
    {"textbook_bits", textbook_bits, is_bitwise},
    {"textbook_bits_of_any_double", textbook_bits_of_any_double, is_bitwise},
    {"error_bound", error_bound, NULL},
    {"no_steps", no_steps, NULL},
    {"steps_add_up", steps_add_up, is_bitwise_stepping},
};

const test_property_list result_properties = {properties, sizeof properties / sizeof *properties};
