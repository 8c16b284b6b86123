/* The library within threaded programs: in parallel regions, from several threads at once, and what
 * it leaves behind. */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

/* So much work that threads repay their start, even of threads that are not there yet. */
enum { LONG = 1000 };

/* What is to come out in each of the processes. */
typedef struct journey {
  whirl_particles start, end; /* LONG steps are between them */
} journey;

static journey journey_new(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles start = particles_new(WORKERS * EACH);
  population_mix(start, timestep, &random);
  const whirl_particles end = particles_clone(start);
  reference_textbook(end, timestep, LONG);
  return (journey){start, end};
}

static void journey_delete(const journey *j) {
  particles_delete(j->start);
  particles_delete(j->end);
}

static void arrives(const whirl_dispatcher *d, const journey *j, const char *where) {
  const whirl_particles p = particles_clone(j->start);
  assert_int_equal(whirl_evolve_steps(d, p, LONG), WHIRL_OK);
  assert_particles_equal(p, j->end, "%s", where);
  particles_delete(p);
}

/* The same for a child, where a failed assertion would go on with the suite: 0, or an exit status.
 */
static int arrives_in_child(const whirl_dispatcher *d, const journey *j) {
  const whirl_particles p = particles_clone(j->start);
  if (whirl_evolve_steps(d, p, LONG) != WHIRL_OK) return 2;
  for (size_t i = 0; i < p.n; i++)
    if (!same_bits(p.x[i], j->end.x[i]) || !same_bits(p.y[i], j->end.y[i])) return 3;
  particles_delete(p);
  return 0;
}

#ifdef WHIRL_TEST_SANITIZED
/* Whether some thread other than the calling one is at work. */
static bool others_work(void) {
  DIR *tasks = opendir("/proc/self/task");
  bool found = false;
  if (!tasks) return false;
  for (struct dirent *task; (task = readdir(tasks));) {
    char path[64], state = 'S';
    const long number = strtol(task->d_name, NULL, 10);
    if (number == 0 || number == (long)gettid()) continue;
    snprintf(path, sizeof path, "/proc/self/task/%ld/stat", number);
    FILE *stream = fopen(path, "r");
    if (!stream) continue; /* it has ended */
    if (fscanf(stream, "%*d (%*[^)]) %c", &state) == 1 && state != 'S') found = true;
    fclose(stream);
  }
  closedir(tasks);
  return found;
}

/* A sanitizer's allocator, unlike the C library's, does not survive a fork while another thread is
 * in it, one of a team that is ending, say: the child would wait for it for ever. */
static void wait_before_fork(void) {
  while (others_work()) usleep(1000);
}
#else
static void wait_before_fork(void) {}
#endif

typedef int child_function(const whirl_dispatcher *d, const journey *j);

/* What a child gives, or -1 where it is ended by a signal: by the alarm, if it hangs. */
static int in_a_child(child_function *run, const whirl_dispatcher *d, const journey *j) {
  enum { HANGS = 30 };
  wait_before_fork();
  const pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    alarm(HANGS);
    _exit(run(d, j));
  }
  int status;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

/* With a dispatcher that the child creates, twice, since a team may be left by the first call. */
static int arrives_on_threads(int threads, const journey *j) {
  whirl_options options = default_options();
  options.bitwise = true;
  options.threads = threads;
  options.timestep = timestep;
  whirl_dispatcher *d;
  whirl_choice choice;
  if (whirl_dispatcher_create(&d, &options) != WHIRL_OK) return 4;
  if (whirl_choose(d, j->start.n, LONG, &choice) != WHIRL_OK) return 5;
  if (whirl_dispatcher_machine(d)->max_threads > 1 && choice.threads == 1) return 6;
  int result = arrives_in_child(d, j);
  if (result == 0) result = arrives_in_child(d, j);
  whirl_dispatcher_destroy(d);
  return result;
}

static int own_dispatchers(const whirl_dispatcher *d, const journey *j) {
  (void)d;
  const int result = arrives_on_threads(0, j);
  return result ? result : arrives_on_threads(2, j);
}

typedef struct errand {
  child_function *run;
  const whirl_dispatcher *d;
  const journey *j;
  int result;
} errand;

static void *run_errand(void *argument) {
  errand *e = argument;
  e->result = e->run(e->d, e->j);
  return NULL;
}

static int in_a_thread(child_function *run, const whirl_dispatcher *d, const journey *j) {
  errand e = {.run = run, .d = d, .j = j};
  pthread_t thread;
  if (pthread_create(&thread, NULL, run_errand, &e) != 0) return -1;
  pthread_join(thread, NULL);
  return e.result;
}

static int thread_with_own_dispatchers(const whirl_dispatcher *d, const journey *j) {
  return in_a_thread(own_dispatchers, d, j);
}

/* In the child and in its own child, with the parent's dispatcher and with its own. */
static int whole_family(const whirl_dispatcher *d, const journey *j) {
  int result = arrives_in_child(d, j);
  if (result == 0) result = own_dispatchers(d, j);
  if (result == 0) result = in_a_child(own_dispatchers, d, j);
  if (result == 0) result = in_a_child(arrives_in_child, d, j);
  return result;
}

/* The team of this thread exists, in the library's OpenMP and in the program's. */
static int fork_with_a_team(const whirl_dispatcher *d, const journey *j) {
  if (arrives_in_child(d, j) != 0) return -1;
  const int result = in_a_child(whole_family, d, j);
  return result ? result : arrives_in_child(d, j);
}

static void use_threads(const whirl_dispatcher *d, const journey *j) {
  int threads = 0;
#pragma omp parallel num_threads(2) reduction(+ : threads)
  threads += 1;
  assert_int_equal(threads, 2);
  arrives(d, j, "before the fork");
}

/* If this fails, a child process waits for ever for threads that it doesn't have, or computes
 * something else. */
static void in_a_forked_child(const test_case *test) {
  const journey j = journey_new(test);
  whirl_dispatcher *d = bitwise_dispatcher(2);
  use_threads(d, &j);
  assert_int_equal(in_a_child(arrives_in_child, d, &j), 0);
  arrives(d, &j, "in the parent of a forked child");
  whirl_dispatcher_destroy(d);
  journey_delete(&j);
}

/* If this fails, a program that forks after it has used OpenMP, here or in its own loops, must know
 * of whirl's threads in order not to hang. */
static void created_in_a_forked_child(const test_case *test) {
  const journey j = journey_new(test);
  whirl_dispatcher *d = bitwise_dispatcher(2);
  use_threads(d, &j);
  assert_int_equal(in_a_child(own_dispatchers, d, &j), 0);
  assert_int_equal(in_a_child(thread_with_own_dispatchers, d, &j), 0);
  assert_int_equal(in_a_child(whole_family, d, &j), 0);
  arrives(d, &j, "in the parent of forked children");
  whirl_dispatcher_destroy(d);
  journey_delete(&j);
}

/* If this fails, the same happens to a program whose other threads fork. */
static void forked_by_a_thread(const test_case *test) {
  const journey j = journey_new(test);
  whirl_dispatcher *d = bitwise_dispatcher(2);
  use_threads(d, &j);
  assert_int_equal(in_a_thread(fork_with_a_team, d, &j), 0);
  arrives(d, &j, "in the parent of a thread's forked child");
  whirl_dispatcher_destroy(d);
  journey_delete(&j);
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
    {"created_in_a_forked_child", created_in_a_forked_child, NULL},
    {"forked_by_a_thread", forked_by_a_thread, NULL},
    {"leaves_surroundings", leaves_surroundings, NULL},
};

const test_property_list concurrency_properties = {properties,
                                                   sizeof properties / sizeof *properties};
