/* whirl_trajectory: that a frame is the same in every call that has it, that it is where
 * whirl_evolve would bring the particles, and every way in which a call can fail. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "../support/features.h"
#include "../support/particles.h"
#include "../support/reference.h"
#include "properties.h"

static const double timestep = 1e-5;

/* Frames as particles without speed: frame k begins at k * n. */
static whirl_particles trajectory_of(const whirl_dispatcher *d, whirl_particles p, double dt,
                                     uint64_t first, size_t frames) {
  const whirl_particles film = particles_new(frames * p.n);
  for (size_t i = 0; i < film.n; i++) particles_set(film, i, (particle){NAN, NAN, 0});
  const whirl_status status = whirl_trajectory(d, p, dt, first, frames, film.x, film.y);
  if (status != WHIRL_OK) fail_msg("whirl_trajectory: %s", whirl_status_string(status));
  return film;
}

static whirl_dispatcher *dispatcher_on(whirl_method method, const char *kernel, int threads) {
  whirl_options options = default_options();
  options.method = method;
  options.kernel = kernel;
  options.threads = threads;
  options.timestep = timestep;
  return dispatcher_new(&options);
}

/* Of whole steps, of steps and a rest, of a rest alone, of no time. */
static const double durations[] = {1e-3, 2.34e-5, 0.3e-5, 0};
enum { DURATIONS = sizeof durations / sizeof *durations };

static void fill(whirl_particles p, random_numbers *random) {
  population_mix(p, timestep, random);
  if (p.n > 4) {
    particles_set(p, 1, (particle){NAN, 1, 1});
    particles_set(p, 2, (particle){INFINITY, 1, 1});
    particles_set(p, 3, (particle){-0.0, 0.5, 0});
  }
}

/* If this fails, a film that was interrupted and resumed, or made with other threads or in other
 * pieces, is another one; or frames that no cache holds are. */
static void same_in_every_call(const test_case *test) {
  random_numbers random = random_start(test);
  for (int round = 0; round < 40; round++) {
    const whirl_method method = round % 2 ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
    const double dt = durations[round / 2 % DURATIONS];
    const size_t n = 1 + random_below(&random, 3000), frames = 1 + random_below(&random, 70);
    const uint64_t first = random_below(&random, 3) ? random_below(&random, 50) : 0;
    const whirl_particles p = particles_new(n);
    fill(p, &random);
    whirl_dispatcher *alone = dispatcher_on(method, NULL, 1);
    const whirl_particles whole = trajectory_of(alone, p, dt, first, frames);
    for (int threads = 1; threads <= 3; threads++) {
      whirl_dispatcher *d = dispatcher_on(method, NULL, threads);
      for (size_t k = 0; k < frames;) {
        size_t some = 1 + random_below(&random, 40);
        if (some > frames - k) some = frames - k;
        const whirl_particles part = trajectory_of(d, p, dt, first + k, some);
        assert_particles_equal(part, particles_range(whole, k * n, some * n),
                               "frames %zu to %zu of %zu with n = %zu, dt = %g, %d threads", k,
                               k + some, frames, n, dt, threads);
        particles_delete(part);
        k += some;
      }
      whirl_dispatcher_destroy(d);
    }
    particles_delete(whole);
    particles_delete(p);
    whirl_dispatcher_destroy(alone);
  }
}

/* If this fails, frames that are written past the caches are other ones, or unfinished when the
 * call returns. */
static void larger_than_caches(const test_case *test) {
  random_numbers random = random_start(test);
  enum { N = 100003, FRAMES = 45 }; /* 72 MB */
  const whirl_particles p = particles_new(N);
  fill(p, &random);
  whirl_dispatcher *d = dispatcher_on(WHIRL_METHOD_EULER, NULL, 2);
  const whirl_particles whole = trajectory_of(d, p, 1e-3, 3, FRAMES);
  for (size_t k = 0; k < FRAMES; k += 7) {
    const whirl_particles one = trajectory_of(d, p, 1e-3, 3 + k, 1);
    assert_particles_equal(one, particles_range(whole, k * N, N), "frame %zu", k);
    particles_delete(one);
  }
  particles_delete(whole);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, frames are not the motion that whirl_evolve computes. */
static void within_the_bound(const test_case *test) {
  random_numbers random = random_start(test);
  for (size_t index = 0; index < whirl_kernel_count(); index++) {
    const whirl_kernel *kernel = whirl_kernel_at(index);
    if (!kernel->make_frames || kernel->features & ~features_here()) continue;
    const whirl_method method = whirl_kernel_answers(kernel);
    whirl_dispatcher *d = dispatcher_on(method, kernel->name, 0);
    enum { N = 100, FRAMES = 12, STEPS = 30 };
    const whirl_particles p = particles_new(N);
    population_fill(POPULATION_UNIFORM, p, timestep, &random);
    const whirl_particles film = trajectory_of(d, p, STEPS * timestep, 0, FRAMES);
    assert_memory_equal(film.x, p.x, N * sizeof *p.x);
    assert_memory_equal(film.y, p.y, N * sizeof *p.y);
    for (size_t k = 1; k < FRAMES; k++) {
      for (size_t i = 0; i < N; i++) {
        const reference_result expected =
            reference_evolve(method, particles_get(p, i), timestep, k * STEPS);
        const double error = reference_error(expected, particles_get(film, k * N + i));
        const double allowed = reference_allowed(kernel, expected, k * STEPS);
        if (!(error <= allowed))
          fail_msg("%s, frame %zu, particle %zu: off by %g, allowed %g times 2^-53 r", kernel->name,
                   k, i, error, allowed);
      }
    }
    particles_delete(film);
    particles_delete(p);
    whirl_dispatcher_destroy(d);
  }
}

/* If this fails, the time of a frame is made of steps in another way than whirl_evolve's. */
static void frames_between_steps(const test_case *test) {
  random_numbers random = random_start(test);
  whirl_dispatcher *d = dispatcher_on(WHIRL_METHOD_EULER, "spiral", 0);
  const whirl_particles p = particles_new(50);
  fill(p, &random);
  const double dt = 2.34e-5;
  const whirl_particles film = trajectory_of(d, p, dt, 0, 20);
  for (size_t k = 0; k < 20; k++) {
    const whirl_particles expected = particles_clone(p);
    assert_int_equal(whirl_evolve(d, expected, (double)k * dt), WHIRL_OK);
    const whirl_particles frame = particles_range(film, k * p.n, p.n);
    for (size_t i = 0; i < p.n; i++) expected.ang_vel[i] = 0;
    assert_particles_equal(frame, expected, "frame %zu, %g apart", k, dt);
    particles_delete(expected);
  }
  particles_delete(film);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, a kernel that steps, or options.bitwise, gives other bits than the calls of
 * whirl_evolve that it stands for. */
static void stepping(const test_case *test) {
  random_numbers random = random_start(test);
  for (int round = 0; round < 24; round++) {
    whirl_options options = default_options();
    options.timestep = timestep;
    options.threads = 1 + round % 3;
    options.bitwise = round % 2;
    options.kernel = options.bitwise ? NULL : "swapped";
    whirl_dispatcher *d = dispatcher_new(&options);
    const double dt = durations[round / 2 % DURATIONS] / (round % 2 ? 1 : 10);
    const whirl_particles p = particles_new(1 + random_below(&random, 2000));
    fill(p, &random);
    enum { FRAMES = 6 };
    const uint64_t first = random_below(&random, 4);
    const whirl_particles film = trajectory_of(d, p, dt, first, FRAMES);
    const whirl_particles moving = particles_clone(p);
    for (uint64_t f = 0; f < first + FRAMES; f++) {
      if (f >= first) {
        const whirl_particles frame = particles_range(film, (f - first) * p.n, p.n);
        for (size_t i = 0; i < p.n; i++) frame.ang_vel[i] = moving.ang_vel[i];
        assert_particles_equal(frame, moving, "frame %d, dt = %g", (int)f, dt);
      }
      assert_int_equal(whirl_evolve(d, moving, dt), WHIRL_OK);
    }
    particles_delete(moving);
    particles_delete(film);
    particles_delete(p);
    whirl_dispatcher_destroy(d);
  }
}

/* If this fails, a bad call writes frames, or is not refused. */
static void errors(const test_case *test) {
  (void)test;
  const uint64_t most = WHIRL_MAX_STEPS;
  whirl_dispatcher *euler = dispatcher_on(WHIRL_METHOD_EULER, NULL, 0);
  whirl_dispatcher *exact = dispatcher_on(WHIRL_METHOD_EXACT, NULL, 0);
  const whirl_particles p = particles_new(3), none = {0};
  for (size_t i = 0; i < p.n; i++) particles_set(p, i, (particle){1, 0, 1});
  double x[6] = {7, 7, 7, 7, 7, 7}, y[6] = {7, 7, 7, 7, 7, 7};
  for (int i = 0; i < 2; i++) {
    const whirl_dispatcher *d = i ? exact : euler;
    assert_int_equal(whirl_trajectory(NULL, p, 1, 0, 2, x, y), WHIRL_ERROR_NULL_POINTER);
    assert_int_equal(whirl_trajectory(d, p, 1, 0, 2, NULL, y), WHIRL_ERROR_NULL_POINTER);
    assert_int_equal(whirl_trajectory(d, p, 1, 0, 2, x, NULL), WHIRL_ERROR_NULL_POINTER);
    whirl_particles broken = p;
    broken.ang_vel = NULL;
    assert_int_equal(whirl_trajectory(d, broken, 1, 0, 2, x, y), WHIRL_ERROR_NULL_POINTER);
    const double bad[] = {-1, -0x1p-1074, NAN, INFINITY, -INFINITY};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
      assert_int_equal(whirl_trajectory(d, p, bad[k], 0, 2, x, y), WHIRL_ERROR_BAD_DURATION);
    assert_int_equal(whirl_trajectory(d, p, 1e308, 1, 2, x, y), WHIRL_ERROR_BAD_DURATION);
    assert_int_equal(whirl_trajectory(d, p, 0, most, 2, x, y), WHIRL_ERROR_TOO_MANY_STEPS);
    assert_int_equal(whirl_trajectory(d, p, 0, UINT64_MAX, 2, x, y), WHIRL_ERROR_TOO_MANY_STEPS);
    assert_int_equal(whirl_trajectory(d, p, 0, 0, SIZE_MAX, x, y), WHIRL_ERROR_TOO_MANY_STEPS);
    const whirl_particles many = {SIZE_MAX / 64, p.x, p.y, p.ang_vel};
    assert_int_equal(whirl_trajectory(d, many, 0, 0, 20, x, y), WHIRL_ERROR_TOO_MANY_PARTICLES);
    for (int k = 0; k < 6; k++) assert_true(x[k] == 7 && y[k] == 7);
    assert_int_equal(whirl_trajectory(d, none, 1, 0, 2, NULL, NULL), WHIRL_OK);
    assert_int_equal(whirl_trajectory(d, p, 1, 0, 0, NULL, NULL), WHIRL_OK);
  }
  /* A frame that is one step too far; in EXACT steps do not count. */
  assert_int_equal(whirl_trajectory(euler, p, timestep * 0x1p52, 2, 2, x, y),
                   WHIRL_ERROR_TOO_MANY_STEPS);
  assert_int_equal(whirl_trajectory(euler, p, timestep * 0x1p52, 1, 2, x, y), WHIRL_OK);
  assert_int_equal(whirl_trajectory(euler, p, 1e300, 0, 2, x, y), WHIRL_ERROR_TOO_MANY_STEPS);
  assert_int_equal(whirl_trajectory(exact, p, 1e300, 0, 2, x, y), WHIRL_OK);
  particles_delete(p);
  whirl_dispatcher_destroy(euler);
  whirl_dispatcher_destroy(exact);
}

/* If this fails, frames without any time between them take as long as there are frames before. */
static void no_time_between(const test_case *test) {
  (void)test;
  whirl_dispatcher *d = dispatcher_on(WHIRL_METHOD_EULER, "naive", 1);
  const whirl_particles p = particles_new(3);
  for (size_t i = 0; i < p.n; i++) particles_set(p, i, (particle){0.3, 0.5, 1});
  const whirl_particles film = trajectory_of(d, p, 0, UINT64_C(1) << 50, 2);
  for (size_t i = 0; i < film.n; i++) assert_true(film.x[i] == 0.3 && film.y[i] == 0.5);
  particles_delete(film);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"no_time_between", no_time_between, NULL},
    {"same_in_every_call", same_in_every_call, NULL},
    {"larger_than_caches", larger_than_caches, NULL},
    {"within_the_bound", within_the_bound, NULL},
    {"frames_between_steps", frames_between_steps, NULL},
    {"stepping", stepping, NULL},
    {"errors", errors, NULL},
};

const test_property_list trajectory_properties = {properties,
                                                  sizeof properties / sizeof *properties};
