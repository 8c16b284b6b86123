/* whirl_particles_close. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/particles.h"
#include "properties.h"

/* Fails unless the two particles are found close, or not, in either order. */
static void assert_closeness(particle a, particle b, double tolerance, bool expected) {
  const whirl_particles p = particles_new(2);
  particles_set(p, 0, a);
  particles_set(p, 1, b);
  bool forth = !expected, back = !expected;
  assert_int_equal(whirl_particles_close(p, 0, 1, tolerance, &forth), WHIRL_OK);
  assert_int_equal(whirl_particles_close(p, 1, 0, tolerance, &back), WHIRL_OK);
  if (forth != expected || back != expected)
    fail_msg("(%g, %g) and (%g, %g), tolerance %g: %d and %d, expected %d", a.x, a.y, b.x, b.y,
             tolerance, forth, back, expected);
  particles_delete(p);
}

/* If this fails, collisions are found where there are none, or missed. */
static void meaning(const test_case *test) {
  (void)test;
  const particle p = {1, 2, 5};
  assert_closeness(p, (particle){1.25, 2.25, 5}, 0.5, true);
  assert_closeness(p, (particle){0.75, 1.75, 5}, 0.5, true);
  assert_closeness(p, (particle){1.5, 2, 5}, 0.5, false); /* nearer than, not as near as */
  assert_closeness(p, (particle){1, 2.5, 5}, 0.5, false);
  assert_closeness(p, (particle){1.5, 2, 5}, nextafter(0.5, 1), true);
  assert_closeness(p, (particle){9, 2, 5}, 0.5, false);   /* in x alone */
  assert_closeness(p, (particle){1, -2, 5}, 0.5, false);  /* in y alone */
  assert_closeness(p, (particle){1, 2, -99}, 1e-9, true); /* ang_vel is no coordinate */
  assert_closeness(p, p, 0.0, false);
  assert_closeness(p, p, -0.0, false);
  assert_closeness(p, p, 0x1p-1074, true);
  assert_closeness(p, (particle){1e300, -1e300, 5}, INFINITY, true);
  assert_closeness(p, (particle){NAN, 2, 5}, 1, false);
  assert_closeness(p, (particle){1, NAN, 5}, 1, false);
  assert_closeness(p, (particle){1, 2, NAN}, 1, true);
  assert_closeness(p, (particle){INFINITY, 2, 5}, 1e300, false);
  assert_closeness((particle){-1, 1, 1}, (particle){1, -1, 1}, 1.5, false); /* not | |x| - |x| | */
  assert_closeness((particle){-0.0, 0.0, 1}, (particle){0.0, -0.0, 1}, 0x1p-1074, true);
}

static void itself(const test_case *test) {
  (void)test;
  const whirl_particles p = particles_new(1);
  bool close = false;
  assert_int_equal(whirl_particles_close(p, 0, 0, 1e-300, &close), WHIRL_OK);
  assert_true(close);
  particles_delete(p);
}

/* If this fails, a bad call reads past the arrays or changes *close. */
static void errors(const test_case *test) {
  (void)test;
  const whirl_particles p = particles_new(3), none = {0};
  for (int preset = 0; preset < 2; preset++) {
    bool close = preset;
    assert_int_equal(whirl_particles_close(p, 3, 0, 1, &close), WHIRL_ERROR_BAD_INDEX);
    assert_int_equal(whirl_particles_close(p, 0, 3, 1, &close), WHIRL_ERROR_BAD_INDEX);
    assert_int_equal(whirl_particles_close(p, SIZE_MAX, 0, 1, &close), WHIRL_ERROR_BAD_INDEX);
    assert_int_equal(whirl_particles_close(p, 0, SIZE_MAX, 1, &close), WHIRL_ERROR_BAD_INDEX);
    assert_int_equal(whirl_particles_close(none, 0, 0, 1, &close), WHIRL_ERROR_BAD_INDEX);
    assert_int_equal(whirl_particles_close(p, 0, 1, NAN, &close), WHIRL_ERROR_BAD_TOLERANCE);
    assert_int_equal(whirl_particles_close(p, 0, 1, -1, &close), WHIRL_ERROR_BAD_TOLERANCE);
    assert_int_equal(whirl_particles_close(p, 0, 1, -INFINITY, &close), WHIRL_ERROR_BAD_TOLERANCE);
    assert_int_equal(whirl_particles_close(p, 0, 1, -0x1p-1074, &close), WHIRL_ERROR_BAD_TOLERANCE);
    whirl_particles broken = p;
    broken.x = NULL;
    assert_int_equal(whirl_particles_close(broken, 0, 1, 1, &close), WHIRL_ERROR_NULL_POINTER);
    broken = p;
    broken.y = NULL;
    assert_int_equal(whirl_particles_close(broken, 0, 1, 1, &close), WHIRL_ERROR_NULL_POINTER);
    assert_int_equal(close, preset);
  }
  assert_int_equal(whirl_particles_close(p, 0, 1, 1, NULL), WHIRL_ERROR_NULL_POINTER);
  particles_delete(p);
}

static const test_property properties[] = {
    {"meaning", meaning, NULL},
    {"itself", itself, NULL},
    {"errors", errors, NULL},
};

const test_property_list close_properties = {properties, sizeof properties / sizeof *properties};
