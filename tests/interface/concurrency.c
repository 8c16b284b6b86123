/* The library within threaded programs: in parallel regions, from several threads at once, and what
 * it leaves behind. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <omp.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "../support/particles.h"
#include "../support/reference.h"
#include "../support/surroundings.h"
#include "properties.h"

enum { WORKERS = 4, EACH = 1501, ROUNDS = 20, STEPS = 7 };
static const double timestep = 1e-5;

static whirl_dispatcher *bitwise_dispatcher(int threads) {
  whirl_options options = default_options();
  options.bitwise = true;
  options.threads = threads;
  options.timestep = timestep;
  return dispatcher_new(&options);
}

static whirl_particles share(whirl_particles all, int worker) {
  return particles_range(all, (size_t)worker * EACH, EACH);
}

/* If this fails, a program that calls the library from its own OpenMP threads gets wrong results,
 * or a library that starts a team of its own in each of them. */
static void in_a_parallel_region(const test_case *test) {
  random_numbers random = random_start(test);
  whirl_dispatcher *d = bitwise_dispatcher(3);
  const whirl_particles p = particles_new(WORKERS * EACH);
  population_mix(p, timestep, &random);
  const whirl_particles expected = particles_clone(p);
  reference_textbook(expected, timestep, ROUNDS * STEPS);
  const int levels = omp_get_max_active_levels();
  omp_set_max_active_levels(2); /* so that a nested team would be one */
  int failures = 0;
#pragma omp parallel num_threads(WORKERS) reduction(+ : failures)
  {
#pragma omp for schedule(static, 1)
    for (int worker = 0; worker < WORKERS; worker++)
      for (int round = 0; round < ROUNDS; round++)
        failures += whirl_evolve_steps(d, share(p, worker), STEPS) != WHIRL_OK;
  }
  omp_set_max_active_levels(levels);
  assert_int_equal(failures, 0);
  assert_particles_equal(p, expected, "in a parallel region");
  particles_delete(expected);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

typedef struct work {
  const whirl_dispatcher *d;
  whirl_particles p;
  whirl_status status;
} work;

static void *evolve_share(void *argument) {
  work *w = argument;
  for (int round = 0; round < ROUNDS && w->status == WHIRL_OK; round++)
    w->status = whirl_evolve_steps(w->d, w->p, STEPS);
  return NULL;
}

/* If this fails, a dispatcher holds something that calls change, and threads spoil each other. */
static void from_many_threads(const test_case *test) {
  random_numbers random = random_start(test);
  for (int threads = 1; threads <= 2; threads++) {
    whirl_dispatcher *d = bitwise_dispatcher(threads);
    const whirl_particles p = particles_new(WORKERS * EACH);
    population_mix(p, timestep, &random);
    const whirl_particles expected = particles_clone(p);
    reference_textbook(expected, timestep, ROUNDS * STEPS);
    pthread_t workers[WORKERS];
    work works[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
      works[i] = (work){.d = d, .p = share(p, i)};
      assert_int_equal(pthread_create(&workers[i], NULL, evolve_share, &works[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i], NULL);
    for (int i = 0; i < WORKERS; i++) assert_int_equal(works[i].status, WHIRL_OK);
    assert_particles_equal(p, expected, "from %d threads, %d each", WORKERS, threads);
    particles_delete(expected);
    particles_delete(p);
    whirl_dispatcher_destroy(d);
  }
}

static void *create_and_destroy(void *argument) {
  whirl_status *status = argument;
  for (int round = 0; round < 5 && *status == WHIRL_OK; round++) {
    whirl_dispatcher *d = NULL;
    *status = whirl_dispatcher_create(&d, NULL);
    if (*status == WHIRL_OK) whirl_dispatcher_destroy(d);
  }
  return NULL;
}

/* If this fails, looking at the machine isn't thread-safe. */
static void created_by_many_threads(const test_case *test) {
  (void)test;
  pthread_t workers[WORKERS];
  whirl_status statuses[WORKERS] = {WHIRL_OK};
  for (int i = 0; i < WORKERS; i++)
    assert_int_equal(pthread_create(&workers[i], NULL, create_and_destroy, &statuses[i]), 0);
  for (int i = 0; i < WORKERS; i++) pthread_join(workers[i], NULL);
  for (int i = 0; i < WORKERS; i++) assert_int_equal(statuses[i], WHIRL_OK);
}

/* If this fails, a child process waits for ever for threads that it doesn't have. */
static void in_a_forked_child(const test_case *test) {
  random_numbers random = random_start(test);
  whirl_dispatcher *d = bitwise_dispatcher(2);
  const whirl_particles p = particles_new(WORKERS * EACH);
  population_mix(p, timestep, &random);
  const whirl_particles expected = particles_clone(p);
  reference_textbook(expected, timestep, 2 * STEPS);
  assert_int_equal(whirl_evolve_steps(d, p, STEPS), WHIRL_OK); /* the team exists */
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    alarm(20); /* ends a child that hangs */
    bool same = whirl_evolve_steps(d, p, STEPS) == WHIRL_OK;
    for (size_t i = 0; same && i < p.n; i++)
      same = same_bits(p.x[i], expected.x[i]) && same_bits(p.y[i], expected.y[i]);
    _exit(same ? 0 : 1);
  }
  int status = -1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  assert_int_equal(whirl_evolve_steps(d, p, STEPS), WHIRL_OK);
  assert_particles_equal(p, expected, "in the parent of a forked child");
  particles_delete(expected);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, the library changes how the rest of the program runs. */
static void leaves_surroundings(const test_case *test) {
  (void)test;
  for (int pin = 0; pin < 2; pin++) {
    surroundings *before = surroundings_take();
    whirl_options options = default_options();
    options.threads = 3;
    options.pin = pin;
    whirl_dispatcher *d = dispatcher_new(&options);
    whirl_particles p;
    assert_int_equal(whirl_particles_alloc(d, 10000, &p), WHIRL_OK);
    assert_int_equal(whirl_particles_random(d, p, 1, 0), WHIRL_OK);
    assert_int_equal(whirl_evolve(d, p, 0.001), WHIRL_OK);
    whirl_particles_free(&p);
    whirl_dispatcher_destroy(d);
    assert_same_surroundings(before);
  }
}

static const test_property properties[] = {
    {"in_a_parallel_region", in_a_parallel_region, NULL},
    {"from_many_threads", from_many_threads, NULL},
    {"created_by_many_threads", created_by_many_threads, NULL},
    {"in_a_forked_child", in_a_forked_child, NULL},
    {"leaves_surroundings", leaves_surroundings, NULL},
};

const test_property_list concurrency_properties = {properties,
                                                   sizeof properties / sizeof *properties};
