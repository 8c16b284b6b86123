/* whirl_largest_timestep: that the error stays below the tolerance with what it gives, and does not
 * with the next longer timestep. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/particles.h"
#include "lag.h"
#include "properties.h"

/* The largest exact error in the distance of all particles after N steps of t / N. */
static double largest_error(reference_workspace *workspace, whirl_particles p, double t,
                            uint64_t steps) {
  exact_error e;
  exact_error_init(&e);
  double largest = 0;
  for (size_t i = 0; i < p.n; i++) {
    const double r = hypot(p.x[i], p.y[i]), h = t / (double)steps * p.ang_vel[i];
    if (r == 0 || h == 0 || isnan(r) || isnan(h) || isinf(r) || isinf(h)) continue;
    exact_error_closed(&e, workspace, r, h, steps, 1);
    largest = fmax(largest, mpfr_get_d(e.distance, MPFR_RNDN));
  }
  exact_error_clear(&e);
  return largest;
}

static whirl_particles random_particles(size_t n, random_numbers *random) {
  const whirl_particles p = particles_new(n);
  for (size_t i = 0; i < n; i++) {
    particles_set(p, i,
                  (particle){random_between(random, -1, 1), random_between(random, -1, 1),
                             random_between(random, -1, 1) * random_power(random, -3, 1)});
    const particle idle[] = {{0, 0, 1}, {1, 1, 0}, {NAN, 1, 1}, {1, INFINITY, 1}, {1, 1, NAN}};
    if (random_below(random, 8) == 0) particles_set(p, i, idle[random_below(random, 5)]);
  }
  return p;
}

/* If this fails, the timestep is too long for the tolerance, or shorter than need be. */
static void least_number_of_steps(const test_case *test) {
  random_numbers random = random_start(test);
  reference_workspace *workspace = reference_create();
  for (int round = 0; round < 200; round++) {
    const whirl_particles p = random_particles(random_below(&random, 20), &random);
    const double t = random_power(&random, -2, 1), tolerance = random_power(&random, -9, 1);
    double timestep = 0;
    assert_int_equal(whirl_largest_timestep(p, t, tolerance, &timestep), WHIRL_OK);
    const double steps = rint(t / timestep);
    if (t / steps != timestep) fail_msg("the timestep %a is no whole part of %a", timestep, t);
    /* The library's errors are rounded: what is this near the tolerance may go either way. */
    const double near = 0x1p-44 * tolerance;
    const double error = largest_error(workspace, p, t, (uint64_t)steps);
    const double before =
        steps > 1 ? largest_error(workspace, p, t, (uint64_t)steps - 1) : INFINITY;
    if (!(error < tolerance + near) || !(before >= tolerance - near))
      fail_msg("n = %zu, t = %a, tolerance %a: %g steps make an error of %a, and one less %a", p.n,
               t, tolerance, steps, error, before);
    particles_delete(p);
  }
  reference_destroy(workspace);
}

/* If this fails, a search that leaves out numbers of steps has missed the least. */
static void against_every_number(const test_case *test) {
  random_numbers random = random_start(test);
  for (int round = 0; round < 200; round++) {
    const whirl_particles p = particles_new(1);
    const double r = random_power(&random, -2, 0), ang_vel = random_between(&random, -2, 2);
    particles_set(p, 0, (particle){r, 0, ang_vel});
    const double t = random_power(&random, -2, 1.5), tolerance = r * random_power(&random, -3, 1);
    double timestep = 0;
    assert_int_equal(whirl_largest_timestep(p, t, tolerance, &timestep), WHIRL_OK);
    uint64_t least = 0;
    for (uint64_t steps = 1; least == 0 && steps < 1000; steps++) {
      whirl_euler_error_result e;
      bool stays_below = true;
      /* At all times up to t. */
      for (uint64_t k = 1; stays_below && k <= steps; k++) {
        assert_int_equal(whirl_euler_error(r, ang_vel, t / (double)steps, k, &e), WHIRL_OK);
        stays_below = e.distance < tolerance && fabs(e.angle) <= 3.14159265358979323846;
        /* Half a turn is no reason where the tolerance allows the opposite side. */
        if (fabs(e.angle) > 3.14159265358979323846) stays_below = 2 * r + e.radius < tolerance;
      }
      if (stays_below) least = steps;
    }
    if (least > 0 && timestep != t / (double)least)
      fail_msg("r = %a, ang_vel = %a, t = %a, tolerance %a: %g steps, and %g are enough", r,
               ang_vel, t, tolerance, t / timestep, (double)least);
    particles_delete(p);
  }
}

/* If this fails, particles that do not move decide, or a tolerance of anything asks for steps. */
static void nothing_to_keep(const test_case *test) {
  (void)test;
  const whirl_particles none = {0}, p = particles_new(5);
  const particle idle[] = {{0, 0, 1}, {1, 1, 0}, {NAN, 1, 1}, {1, INFINITY, 1}, {1, 1, NAN}};
  for (size_t i = 0; i < p.n; i++) particles_set(p, i, idle[i]);
  double timestep = 0;
  assert_int_equal(whirl_largest_timestep(none, 0.3, 1e-9, &timestep), WHIRL_OK);
  assert_true(timestep == 0.3);
  assert_int_equal(whirl_largest_timestep(p, 0.7, 1e-300, &timestep), WHIRL_OK);
  assert_true(timestep == 0.7);
  particles_set(p, 0, (particle){1, 0, 1});
  assert_int_equal(whirl_largest_timestep(p, 0.7, INFINITY, &timestep), WHIRL_OK);
  assert_true(timestep == 0.7);
  particles_delete(p);
}

static void errors(const test_case *test) {
  (void)test;
  const whirl_particles p = particles_new(1);
  particles_set(p, 0, (particle){1, 0, 1});
  double timestep = 7;
  assert_int_equal(whirl_largest_timestep(p, 1, 1, NULL), WHIRL_ERROR_NULL_POINTER);
  whirl_particles broken = p;
  broken.ang_vel = NULL;
  assert_int_equal(whirl_largest_timestep(broken, 1, 1, &timestep), WHIRL_ERROR_NULL_POINTER);
  const double bad[] = {0, -0.0, -1, NAN, -INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(whirl_largest_timestep(p, bad[i], 1, &timestep), WHIRL_ERROR_BAD_DURATION);
    assert_int_equal(whirl_largest_timestep(p, 1, bad[i], &timestep), WHIRL_ERROR_BAD_TOLERANCE);
  }
  assert_int_equal(whirl_largest_timestep(p, INFINITY, 1, &timestep), WHIRL_ERROR_BAD_DURATION);
  assert_int_equal(whirl_largest_timestep(p, 1e10, 1e-10, &timestep), WHIRL_ERROR_TOO_MANY_STEPS);
  assert_true(timestep == 7);
  particles_delete(p);
}

static const test_property properties[] = {
    {"least_number_of_steps", least_number_of_steps, NULL},
    {"against_every_number", against_every_number, NULL},
    {"nothing_to_keep", nothing_to_keep, NULL},
    {"errors", errors, NULL},
};

const test_property_list largest_timestep_properties = {properties,
                                                        sizeof properties / sizeof *properties};
