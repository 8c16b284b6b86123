/* What each thread of a team is given, and in what state it works. */
#define _GNU_SOURCE
#include <errno.h>
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <omp.h>

#include <cmocka.h>

#include "../../src/threads.h"
#include "cases.h"

enum { MOST = 8 };

/* What the threads saw, each in its own place. */
typedef struct sight {
  bool called[MOST];
  size_t begin[MOST], end[MOST];
  int rounding[MOST];
  int cpus[MOST]; /* how many the thread could run on */
  int cpu[MOST];  /* the first of them */
  pthread_t self[MOST];
} sight;

static void look(const void *context, size_t begin, size_t end) {
  sight *seen = *(sight *const *)context;
  const int thread = omp_get_thread_num();
  cpu_set_t mask;
  sched_getaffinity(0, sizeof mask, &mask);
  seen->called[thread] = true;
  seen->begin[thread] = begin;
  seen->end[thread] = end;
  seen->self[thread] = pthread_self();
  seen->rounding[thread] = fegetround();
  seen->cpus[thread] = CPU_COUNT(&mask);
  for (seen->cpu[thread] = 0; !CPU_ISSET(seen->cpu[thread], &mask);) seen->cpu[thread]++;
}

static sight look_on(whirl_threads threads, size_t n) {
  sight seen = {0}, *context = &seen;
  whirl_for_ranges(&threads, n, look, &context);
  return seen;
}

/* If this fails, threads leave out particles, work on the same, or share a cache line. */
static void ranges(const test_case *test) {
  (void)test;
  for (unsigned count = 1; count <= MOST; count++) {
    for (size_t n = 1; n < 300; n++) {
      const sight seen = look_on((whirl_threads){.count = count}, n);
      size_t next = 0;
      for (unsigned thread = 0; thread < count; thread++) {
        if (!seen.called[thread]) continue;
        assert_int_equal(seen.begin[thread], next);
        next = seen.end[thread];
        assert_true(next == n || next % 8 == 0);
      }
      assert_int_equal(next, n);
    }
  }
}

/* Counts how often each particle is worked on. */
static void count_visits(const void *context, size_t begin, size_t end) {
  unsigned char *visits = *(unsigned char *const *)context;
  for (size_t i = begin; i < end; i++) visits[i]++;
}

/* If this fails, threads that help each other leave out particles, or move them twice. */
static void shared_ranges(const test_case *test) {
  (void)test;
  enum { LONGEST = 40000 };
  static unsigned char visits[LONGEST];
  unsigned char *context = visits;
  const size_t sizes[] = {1, 7, 191, 192, 193, 1000, 3071, 3072, 3073, 12345, LONGEST};
  const unsigned counts[] = {2, 3, 4, 8, 65, 70}; /* some with more threads than parts */
  const size_t grains[] = {8, 192, 1024, 100000};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      for (size_t g = 0; g < sizeof grains / sizeof *grains; g++) {
        memset(visits, 0, sizeof visits);
        whirl_for_ranges(&(whirl_threads){.count = counts[c], .grain = grains[g]}, sizes[s],
                         count_visits, &context);
        for (size_t i = 0; i < LONGEST; i++) assert_int_equal(visits[i], i < sizes[s]);
      }
    }
  }
}

/* How the particles were taken. */
typedef struct pieces {
  atomic_size_t longest;
  atomic_bool torn; /* one began within a cache line */
} pieces;

static void measure_piece(const void *context, size_t begin, size_t end) {
  pieces *seen = *(pieces *const *)context;
  size_t longest = atomic_load(&seen->longest);
  while (end - begin > longest &&
         !atomic_compare_exchange_weak(&seen->longest, &longest, end - begin)) {
  }
  if (begin % 8 != 0) atomic_store(&seen->torn, true);
}

/* If this fails, threads take more at once than was decided, so that a slow one is waited for, or
 * less, so that taking costs more than the work. */
static void grain(const test_case *test) {
  (void)test;
  const size_t grains[] = {8, 64, 192, 1000};
  for (size_t g = 0; g < sizeof grains / sizeof *grains; g++) {
    pieces seen = {0}, *context = &seen;
    whirl_for_ranges(&(whirl_threads){.count = 3, .grain = grains[g]}, 10007, measure_piece,
                     &context);
    assert_int_equal(atomic_load(&seen.longest), grains[g]);
    assert_false(atomic_load(&seen.torn));
  }
}

/* The thread with the first particles does not come back before all others are done with, or it has
 * waited for seconds. */
typedef struct slow_thread {
  atomic_size_t done;
  size_t n;
  bool was_helped;
} slow_thread;

static void keep_first_waiting(const void *context, size_t begin, size_t end) {
  slow_thread *slow = *(slow_thread *const *)context;
  if (begin == 0) {
    const double start = omp_get_wtime();
    while (atomic_load(&slow->done) < slow->n - end && omp_get_wtime() - start < 10) sched_yield();
    slow->was_helped = atomic_load(&slow->done) == slow->n - end;
  }
  atomic_fetch_add(&slow->done, end - begin);
}

/* If this fails, a core that is busy with something else keeps all others waiting. */
static void slow_thread_is_helped(const test_case *test) {
  (void)test;
  slow_thread slow = {.n = 100000}, *context = &slow;
  whirl_for_ranges(&(whirl_threads){.count = 2, .grain = 1024}, slow.n, keep_first_waiting,
                   &context);
  assert_true(slow.was_helped);
  assert_int_equal(atomic_load(&slow.done), slow.n);
}

/* If this fails, a program that calls the library from its own team gets a team in each thread. */
static void serial_in_a_parallel_region(const test_case *test) {
  (void)test;
  const int levels = omp_get_max_active_levels();
  omp_set_max_active_levels(2); /* so that a nested team would be one */
  int whole = 0;
#pragma omp parallel num_threads(2) reduction(+ : whole)
  {
    sight seen = {0}, *context = &seen;
    const int thread = omp_get_thread_num();
    whirl_for_ranges(&(whirl_threads){.count = 4}, 1000, look, &context);
    whole += seen.called[thread] && seen.begin[thread] == 0 && seen.end[thread] == 1000;
  }
  omp_set_max_active_levels(levels);
  assert_int_equal(whole, 2);
}

/* If this fails, results depend on which thread a particle belongs to, where the caller has changed
 * the rounding mode, or the library changes it for the caller's own teams. */
static void callers_rounding_mode(const test_case *test) {
  (void)test;
  look_on((whirl_threads){.count = 4}, 1000); /* the team exists, and rounds to nearest */
  fesetround(FE_UPWARD);
  const sight seen = look_on((whirl_threads){.count = 4}, 1000);
  const int after = fegetround();
  fesetround(FE_TONEAREST);
  assert_int_equal(after, FE_UPWARD);
  for (int thread = 0; thread < 4; thread++) {
    assert_true(seen.called[thread]);
    assert_int_equal(seen.rounding[thread], FE_UPWARD);
  }
  int changed = 0;
#pragma omp parallel num_threads(4) reduction(+ : changed)
  changed += fegetround() != FE_TONEAREST;
  assert_int_equal(changed, 0);
}

/* If this fails, a child of fork() waits for ever for the threads that OpenMP kept in the parent,
 * or a team that is started for one call works otherwise than one that is kept. */
static void started_anew(const test_case *test) {
  (void)test;
  enum { N = 12345 };
  static unsigned char visits[N];
  unsigned char *context = visits;
  for (int share = 0; share < 2; share++) {
    memset(visits, 0, sizeof visits);
    const whirl_threads threads = {.count = 3, .grain = share ? 192 : 0, .anew = true};
    whirl_for_ranges(&threads, N, count_visits, &context);
    for (size_t i = 0; i < N; i++) assert_int_equal(visits[i], 1);
  }
  fesetround(FE_UPWARD);
  const sight seen = look_on((whirl_threads){.count = 3, .anew = true}, 1000);
  const int after = fegetround();
  fesetround(FE_TONEAREST);
  assert_int_equal(after, FE_UPWARD);
  for (int thread = 0; thread < 3; thread++) {
    assert_true(seen.called[thread]);
    assert_int_equal(seen.rounding[thread], FE_UPWARD);
    assert_false(pthread_equal(seen.self[thread], pthread_self()));
  }
}

/* If this fails, pinned threads crowd on one core. */
static void pinned(const test_case *test) {
  cpu_set_t mask;
  assert_int_equal(sched_getaffinity(0, sizeof mask, &mask), 0);
  unsigned cpus[2], count = 0;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE && count < 2; cpu++)
    if (CPU_ISSET(cpu, &mask)) cpus[count++] = cpu;
  if (count < 2) suite_skip("%s: this process may use one CPU", test->name);
  const sight seen = look_on((whirl_threads){.count = 2, .core_cpus = cpus, .cpus = 2}, 1000);
  for (int thread = 0; thread < 2; thread++) {
    assert_int_equal(seen.cpus[thread], 1);
    assert_int_equal(seen.cpu[thread], cpus[thread]);
  }
}

/* A machine with more CPUs than a cpu_set_t holds, in place of the system's own calls (the linker
 * puts these before them) while it is on. */
enum { FAKE_CPUS = 2048, FAKE_MASK = FAKE_CPUS / 8 };

typedef struct fake_thread {
  unsigned char mask[FAKE_MASK];
  int bound_to; /* the only CPU that it was bound to while it worked, -1: to several */
  int calls;    /* of sched_setaffinity */
} fake_thread;

static struct {
  bool on;
  fake_thread threads[MOST];
} fake;

int __real_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *mask);
int __real_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *mask);
int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *mask);
int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *mask);

int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *mask) {
  if (!fake.on) return __real_sched_getaffinity(pid, size, mask);
  if (size < FAKE_MASK) {
    errno = EINVAL;
    return -1;
  }
  memset(mask, 0, size);
  memcpy(mask, fake.threads[omp_get_thread_num()].mask, FAKE_MASK);
  return 0;
}

int __wrap_sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *mask) {
  if (!fake.on) return __real_sched_setaffinity(pid, size, mask);
  fake_thread *own = &fake.threads[omp_get_thread_num()];
  memset(own->mask, 0, FAKE_MASK);
  memcpy(own->mask, mask, size < FAKE_MASK ? size : FAKE_MASK);
  own->calls++;
  return 0;
}

/* The only CPU in a mask; -1 where there are others. */
static int only_cpu(const unsigned char *mask) {
  int found = -1;
  for (int cpu = 0; cpu < FAKE_CPUS; cpu++) {
    if (!(mask[cpu / 8] >> cpu % 8 & 1)) continue;
    if (found >= 0) return -1;
    found = cpu;
  }
  return found;
}

static void look_at_fake(const void *context, size_t begin, size_t end) {
  (void)context, (void)begin, (void)end;
  fake_thread *own = &fake.threads[omp_get_thread_num()];
  own->bound_to = only_cpu(own->mask);
}

/* Two threads that may run on CPUs 1400 to 1407, pinned to these two. */
static void pin_on_fake(const unsigned cpus[2]) {
  memset(&fake, 0, sizeof fake);
  for (int thread = 0; thread < MOST; thread++) {
    fake.threads[thread].mask[1400 / 8] = 0xff;
    fake.threads[thread].bound_to = -2;
  }
  fake.on = true;
  whirl_for_ranges(&(whirl_threads){.count = 2, .core_cpus = cpus, .cpus = 2}, 1000, look_at_fake,
                   NULL);
  fake.on = false;
}

/* If this fails, pinning does nothing on a machine with more than 1024 CPUs, or is not undone. */
static void pinned_beyond_1024(const test_case *test) {
  (void)test;
  const unsigned cpus[] = {1401, 1406};
  pin_on_fake(cpus);
  for (int thread = 0; thread < 2; thread++) {
    assert_int_equal(fake.threads[thread].bound_to, cpus[thread]);
    assert_int_equal(fake.threads[thread].calls, 2);
    assert_int_equal(fake.threads[thread].mask[1400 / 8], 0xff);
  }
}

/* If this fails, pinning takes a thread to where someone else has forbidden it to run. */
static void pinned_inside_the_mask(const test_case *test) {
  (void)test;
  const unsigned cpus[] = {1401, 3};
  pin_on_fake(cpus);
  assert_int_equal(fake.threads[0].bound_to, 1401);
  assert_int_equal(fake.threads[1].bound_to, -1);
  assert_int_equal(fake.threads[1].calls, 0);
  const unsigned far[] = {1401, 1000000};
  pin_on_fake(far);
  assert_int_equal(fake.threads[1].calls, 0);
}

void add_threads_cases(test_suite *suite) {
  suite_add(suite, "threads", "ranges", ranges, NULL, NULL);
  suite_add(suite, "threads", "shared_ranges", shared_ranges, NULL, NULL);
  suite_add(suite, "threads", "grain", grain, NULL, NULL);
  suite_add(suite, "threads", "slow_thread_is_helped", slow_thread_is_helped, NULL, NULL);
  suite_add(suite, "threads", "serial_in_a_parallel_region", serial_in_a_parallel_region, NULL,
            NULL);
  suite_add(suite, "threads", "callers_rounding_mode", callers_rounding_mode, NULL, NULL);
  suite_add(suite, "threads", "started_anew", started_anew, NULL, NULL);
  suite_add(suite, "threads", "pinned", pinned, NULL, NULL);
  suite_add(suite, "threads", "pinned_beyond_1024", pinned_beyond_1024, NULL, NULL);
  suite_add(suite, "threads", "pinned_inside_the_mask", pinned_inside_the_mask, NULL, NULL);
}
