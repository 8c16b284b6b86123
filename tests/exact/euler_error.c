/* whirl_euler_error against its definition: sums of arctangents, and the two motions themselves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/random.h"
#include "lag.h"
#include "properties.h"

/* What include/whirl/error.h promises. */
static const double promised = 0x1p-45;

/* |found - expected| / |expected|; 0 where both are 0, or as near as the least doubles are apart.
 */
static double off_by(double found, const mpfr_t expected) {
  static const double least_apart = 0x1p-1073;
  if (mpfr_zero_p(expected)) return found == 0 ? 0 : INFINITY;
  mpfr_t difference;
  mpfr_init2(difference, LAG_PRECISION);
  mpfr_sub_d(difference, expected, found, MPFR_RNDN);
  if (fabs(mpfr_get_d(difference, MPFR_RNDN)) <= least_apart) mpfr_set_zero(difference, 1);
  mpfr_div(difference, difference, expected, MPFR_RNDN);
  const double off = fabs(mpfr_get_d(difference, MPFR_RNDN));
  mpfr_clear(difference);
  return off;
}

static void compare(const exact_error *expected, double r, double h, uint64_t steps) {
  whirl_euler_error_result found;
  /* A timestep of 1, so that h is not rounded again. */
  assert_int_equal(whirl_euler_error(r, h, 1, steps, &found), WHIRL_OK);
  const double radius = off_by(found.radius, expected->radius);
  const double angle = off_by(fabs(found.angle), expected->lag);
  if (!(radius <= promised && angle <= promised))
    fail_msg("r = %a, h = %a, %llu steps: the radius is off by %g, the angle by %g of itself", r, h,
             (unsigned long long)steps, radius, angle);
  if (found.angle != 0 && signbit(found.angle) != signbit(h))
    fail_msg("r = %a, h = %a: the angle %a has the other sign", r, h, found.angle);
  const double distance = off_by(found.distance, expected->distance);
  if (fabs(found.angle) < 1 && !(distance <= promised))
    fail_msg("r = %a, h = %a, %llu steps: the distance is off by %g of itself", r, h,
             (unsigned long long)steps, distance);
  /* Beyond a radian the angle's own error shows: as much of r as of the angle. */
  const double allowed = promised * (1 + fabs(found.angle)) * (r + fabs(found.radius));
  if (!(fabs(found.distance - mpfr_get_d(expected->distance, MPFR_RNDN)) <= allowed))
    fail_msg("r = %a, h = %a, %llu steps: the distance %g is not %g", r, h,
             (unsigned long long)steps, found.distance, mpfr_get_d(expected->distance, MPFR_RNDN));
}

/* If this fails, the closed form of the lag is wrong, or loses its digits to cancellation. */
static void few_steps(const test_case *test) {
  random_numbers random = random_start(test);
  exact_error expected;
  exact_error_init(&expected);
  for (int round = 0; round < 400; round++) {
    const double r = random_power(&random, round % 5 ? -3 : -130, round % 5 ? 3 : 130);
    const double s = round % 4 == 0 ? random_between(&random, 0.2, 0.3) /* where the way changes */
                                    : random_power(&random, round % 3 ? -8 : -100, 4);
    const uint64_t steps = 1 + random_below(&random, round % 8 ? 40 : 600);
    const double h = random_sign(&random) * s * r;
    exact_error_summed(&expected, r, h, steps, 0);
    compare(&expected, r, h, steps);
  }
  exact_error_clear(&expected);
}

/* If this fails, errors after many steps are wrong. */
static void any_number_of_steps(const test_case *test) {
  random_numbers random = random_start(test);
  exact_error expected;
  exact_error_init(&expected);
  reference_workspace *workspace = reference_create();
  for (int round = 0; round < 1000; round++) {
    const double r = random_power(&random, -3, 3), s = random_power(&random, -12, 3);
    const uint64_t steps =
        round % 50 == 0 ? WHIRL_MAX_STEPS : 1 + (uint64_t)random_power(&random, 0, 15.9);
    const double h = random_sign(&random) * s * r;
    exact_error_closed(&expected, workspace, r, h, steps, 0);
    compare(&expected, r, h, steps);
  }
  reference_destroy(workspace);
  exact_error_clear(&expected);
}

/* If this fails, it is not the error of Euler's steps that the function computes. */
static void against_the_motions(const test_case *test) {
  random_numbers random = random_start(test);
  reference_workspace *workspace = reference_create();
  reference_motion euler, exact;
  reference_motion_init(&euler);
  reference_motion_init(&exact);
  for (int round = 0; round < 100; round++) {
    const double timestep = random_power(&random, -4, -1), ang_vel = random_between(&random, -1, 1);
    const double x = random_between(&random, -1, 1);
    const uint64_t steps = 1 + random_below(&random, 2000);
    /* The true motion as fast as the rounded h is. */
    const double h = timestep * ang_vel;
    reference_euler_stepped(workspace, &euler, x, 0, h, 1, steps);
    reference_exact(workspace, &exact, x, 0, h, 1, steps);
    mpfr_t distance, other;
    mpfr_inits2(192, distance, other, (mpfr_ptr)0);
    mpfr_sub(distance, euler.x, exact.x, MPFR_RNDN);
    mpfr_sub(other, euler.y, exact.y, MPFR_RNDN);
    mpfr_hypot(distance, distance, other, MPFR_RNDN);
    const double expected = mpfr_get_d(distance, MPFR_RNDN);
    mpfr_sub(distance, euler.r, exact.r, MPFR_RNDN);
    const double radius = mpfr_get_d(distance, MPFR_RNDN);
    mpfr_clears(distance, other, (mpfr_ptr)0);
    whirl_euler_error_result found;
    assert_int_equal(whirl_euler_error(fabs(x), ang_vel, timestep, steps, &found), WHIRL_OK);
    const double allowed = promised * (1 + fabs(found.angle)) * (fabs(x) + found.radius);
    if (!(fabs(found.distance - expected) <= allowed && fabs(found.radius - radius) <= allowed))
      fail_msg("x = %a, ang_vel = %a, timestep = %a, %llu steps: distance %.17g and radius %.17g, "
               "expected %.17g and %.17g",
               x, ang_vel, timestep, (unsigned long long)steps, found.distance, found.radius,
               expected, radius);
  }
  reference_motion_clear(&euler);
  reference_motion_clear(&exact);
  reference_destroy(workspace);
}

static void assert_all(whirl_euler_error_result e, bool nan) {
  if (nan ? !isnan(e.radius) || !isnan(e.angle) || !isnan(e.distance)
          : e.radius != 0 || e.angle != 0 || e.distance != 0)
    fail_msg("radius %g, angle %g, distance %g", e.radius, e.angle, e.distance);
}

/* If this fails, what has no error has one, or what is no number becomes one. */
static void special(const test_case *test) {
  (void)test;
  const struct {
    double r, ang_vel;
    uint64_t steps;
    bool nan;
  } cases[] = {
      {0, 1, 5, false},        {1, 0, 5, false},  {1, -0.0, 5, false},     {1, 1, 0, false},
      {NAN, 1, 5, true},       {1, NAN, 5, true}, {INFINITY, 1, 5, true},  {1, INFINITY, 5, true},
      {1, -INFINITY, 5, true}, {-1, 1, 5, true},  {-INFINITY, 1, 5, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    whirl_euler_error_result found = {7, 7, 7};
    assert_int_equal(whirl_euler_error(cases[i].r, cases[i].ang_vel, 1e-3, cases[i].steps, &found),
                     WHIRL_OK);
    assert_all(found, cases[i].nan);
  }
  /* A step so long that r is nothing beside it. */
  whirl_euler_error_result far;
  assert_int_equal(whirl_euler_error(5e-324, 1, 1, 1000, &far), WHIRL_OK);
  assert_true(isinf(far.angle) && fabs(far.radius - sqrt(1000)) < 1e-12 && !isnan(far.distance));
}

static void errors(const test_case *test) {
  (void)test;
  whirl_euler_error_result out = {7, 7, 7};
  assert_int_equal(whirl_euler_error(1, 1, 1, 1, NULL), WHIRL_ERROR_NULL_POINTER);
  const double bad[] = {0, -0.0, -1, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(whirl_euler_error(1, 1, bad[i], 1, &out), WHIRL_ERROR_BAD_TIMESTEP);
  assert_int_equal(whirl_euler_error(1, 1, 1, WHIRL_MAX_STEPS + 1, &out),
                   WHIRL_ERROR_TOO_MANY_STEPS);
  assert_true(out.radius == 7 && out.angle == 7 && out.distance == 7);
}

static const test_property properties[] = {
    {"few_steps", few_steps, NULL},
    {"any_number_of_steps", any_number_of_steps, NULL},
    {"against_the_motions", against_the_motions, NULL},
    {"special", special, NULL},
    {"errors", errors, NULL},
};

const test_property_list euler_error_properties = {properties,
                                                   sizeof properties / sizeof *properties};
