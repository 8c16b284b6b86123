/* That a frame is the same whatever other frames are made with it and however they are stored, and
 * that nothing but the frames is written. The reference is a call for that frame alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../support/guarded.h"
#include "../support/particles.h"
#include "properties.h"

/* What frames of n particles are to be, in rows of stride doubles; what is between the rows is NaN
 * and stays so. */
static whirl_particles expected_frames(const whirl_kernel *kernel, whirl_particles start,
                                       double timestep, const uint64_t *steps, size_t count,
                                       size_t stride) {
  const whirl_particles all = particles_new(count * stride);
  for (size_t i = 0; i < all.n; i++) particles_set(all, i, (particle){NAN, NAN, 0});
  for (size_t k = 0; k < count; k++) {
    const whirl_particles frame = particles_clone(start);
    particles_evolve(kernel, frame, timestep, steps[k]);
    for (size_t i = 0; i < start.n; i++) {
      all.x[k * stride + i] = frame.x[i];
      all.y[k * stride + i] = frame.y[i];
    }
    particles_delete(frame);
  }
  return all;
}

/* Frames after any numbers of steps, in any order, of particles that lie against a guard page, into
 * memory that lies against one. */
static void compare_frames(const test_case *test, random_numbers *random, size_t n, size_t count,
                           bool past_caches) {
  enum { MOST_OFFSET = 9 };
  const double timestep = random_below(random, 2) ? 1e-5 : random_power(random, -8, 0);
  const size_t stride = n + random_below(random, 3);
  uint64_t steps[40];
  for (size_t k = 0; k < count; k++)
    steps[k] = 1 + random_below(random, UINT64_C(1) << random_below(random, 54));
  const whirl_particles start = particles_new(n);
  population_mix(start, timestep, random);
  const whirl_particles expected =
      expected_frames(test->kernel, start, timestep, steps, count, stride);
  const whirl_particles blank = particles_new(count * stride);
  for (size_t i = 0; i < blank.n; i++) particles_set(blank, i, (particle){NAN, NAN, 0});

  guarded_particles from = guarded_new(n + 1), to = guarded_new(count * stride + MOST_OFFSET);
  const size_t offset = random_below(random, MOST_OFFSET),
               other = random_below(random, MOST_OFFSET);
  const guard_side side = random_below(random, 2) ? GUARD_BEFORE : GUARD_AFTER;
  guarded_place(&from, start, side, 0, 0, 0);
  guarded_place(&to, blank, side, offset, other, 0);
  const whirl_frames frames = {.count = count,
                               .steps = steps,
                               .x = to.p.x,
                               .y = to.p.y,
                               .stride = stride,
                               .past_caches = past_caches};
  test->kernel->make_frames(from.p.x, from.p.y, from.p.ang_vel, n, timestep, &frames);
  assert_particles_equal(to.p, expected, "%zu frames of %zu particles, %zu apart, %s the caches",
                         count, n, stride, past_caches ? "past" : "through");
  assert_particles_equal(from.p, start, "particles that frames were made of");
  assert_undamaged(&to, "%zu frames of %zu particles", count, n);
  guarded_delete(&from);
  guarded_delete(&to);
  particles_delete(blank);
  particles_delete(expected);
  particles_delete(start);
}

/* If this fails, a frame depends on the frames beside it, or rows run into each other. */
static void many_at_once(const test_case *test) {
  random_numbers random = random_start(test);
  for (int round = 0; round < 60; round++)
    compare_frames(test, &random, random_below(&random, round % 3 ? 40 : 900),
                   random_below(&random, 40), round % 2);
}

/* If this fails, some numbers of particles are stored wrongly: the last of a block of them, or one
 * whose rows begin within a cache line. */
static void every_n(const test_case *test) {
  random_numbers random = random_start(test);
  for (size_t n = 0; n <= 300; n++) compare_frames(test, &random, n, 2, n % 2);
  for (size_t n = 500; n <= 530; n++) compare_frames(test, &random, n, 2, n % 2);
}

/* If this fails, a particle of which the model has no motion has one in frames, or none where it
 * has. */
static void without_a_radius(const test_case *test) {
  static const particle special[] = {{INFINITY, 0.1, 1}, {-INFINITY, INFINITY, 1},
                                     {1e200, 1e200, 1},  {1e160, 0.1, 1},
                                     {1e155, 0, 1e3},    {NAN, 1, 1},
                                     {0, 0, 1},          {1, 1, 0},
                                     {0.3, 0.5, 1}};
  const whirl_kernel *stepper = whirl_kernel_at(0); /* the one that evolves as these frames go */
  for (size_t i = 0; i < whirl_kernel_count(); i++)
    if (whirl_kernel_at(i)->make_frames == test->kernel->make_frames) stepper = whirl_kernel_at(i);
  enum { COUNT = sizeof special / sizeof *special, FRAMES = 3 };
  static const uint64_t steps[FRAMES] = {1, 2, 1000};
  const whirl_particles start = particles_new(COUNT), made = particles_new(COUNT * FRAMES);
  for (size_t i = 0; i < COUNT; i++) particles_set(start, i, special[i]);
  const whirl_frames frames = {
      .count = FRAMES, .steps = steps, .x = made.x, .y = made.y, .stride = COUNT};
  test->kernel->make_frames(start.x, start.y, start.ang_vel, COUNT, 0.1, &frames);
  for (size_t k = 0; k < FRAMES; k++) {
    const whirl_particles evolved = particles_clone(start);
    stepper->evolve(evolved.x, evolved.y, evolved.ang_vel, COUNT, 0.1, steps[k]);
    for (size_t i = 0; i < COUNT; i++) {
      if (!isnan(made.x[k * COUNT + i]) == !isnan(evolved.x[i]) &&
          !isnan(made.y[k * COUNT + i]) == !isnan(evolved.y[i]))
        continue;
      fail_msg("%s: (%g, %g) is at (%g, %g) in a frame, and at (%g, %g) by evolve", test->name,
               special[i].x, special[i].y, made.x[k * COUNT + i], made.y[k * COUNT + i],
               evolved.x[i], evolved.y[i]);
    }
    particles_delete(evolved);
  }
  particles_delete(made);
  particles_delete(start);
}

static const test_property properties[] = {
    {"without_a_radius", without_a_radius, NULL},
    {"many_at_once", many_at_once, NULL},
    {"frames_of_every_n", every_n, NULL},
};

const test_property_list frame_properties = {properties, sizeof properties / sizeof *properties};
