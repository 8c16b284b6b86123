/* Running a function over threads, each with ranges of particles. */
#define _GNU_SOURCE
#include "threads.h"

#include <fenv.h>
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { LINE_BYTES = 64 };

/* More threads than this have their particles in common with others. */
enum { MOST_PARTS = 64 };

/* What is left of the particles of one thread. */
typedef struct part {
  alignas(LINE_BYTES) atomic_size_t next; /* may exceed end */
  size_t end;
} part;

/* Where the range of thread `index` of `count` begins; that of thread `count` is n. */
static size_t range_begin(size_t n, size_t index, size_t count) {
  const size_t lines = n / WHIRL_LINE_DOUBLES + (n % WHIRL_LINE_DOUBLES != 0);
  const size_t each = lines / count, more = lines % count;
  const size_t line = each * index + (index < more ? index : more);
  return line == lines ? n : line * WHIRL_LINE_DOUBLES;
}

/* Room for the CPUs of any machine that Linux runs on: a cpu_set_t ends at 1024, and Linux refuses
 * a set that is too small for the machine. */
typedef struct cpu_mask {
  cpu_set_t sets[8];
} cpu_mask;

/* Binds the calling thread to one CPU and keeps what it was bound to before; false where it can't,
 * or where that is outside of what someone has bound this thread to. */
static bool bind_to(unsigned cpu, cpu_mask *before) {
  if (sched_getaffinity(0, sizeof *before, before->sets) != 0) return false;
  if (!CPU_ISSET_S(cpu, sizeof *before, before->sets)) return false;
  cpu_mask one = {0};
  CPU_SET_S(cpu, sizeof one, one.sets);
  return sched_setaffinity(0, sizeof one, one.sets) == 0;
}

/* Takes particles from the own part until it is used up, and then from the others'. */
static void work_on_parts(part *parts, size_t count, size_t own, size_t grain,
                          whirl_range_function *function, const void *context) {
  for (size_t i = 0; i < count; i++) {
    part *from = &parts[(own + i) % count];
    for (;;) {
      const size_t begin = atomic_fetch_add_explicit(&from->next, grain, memory_order_relaxed);
      if (begin >= from->end) break;
      function(context, begin, from->end - begin < grain ? from->end : begin + grain);
    }
  }
}

/* What a team is told. */
typedef struct job {
  const whirl_threads *threads;
  size_t n;
  whirl_range_function *function;
  const void *context;
  fenv_t callers; /* the calling thread's */
  part *parts;
  size_t parts_count;
} job;

static void work(const job *j) {
  const whirl_threads *threads = j->threads;
  /* The team may be smaller than was asked for. */
  const size_t count = (size_t)omp_get_num_threads(), index = (size_t)omp_get_thread_num();
  cpu_mask before;
  const bool bound =
      threads->core_cpus && bind_to(threads->core_cpus[index % threads->cpus], &before);
  if (threads->grain > 0) {
    work_on_parts(j->parts, j->parts_count, index * j->parts_count / count, threads->grain,
                  j->function, j->context);
  } else {
    const size_t begin = range_begin(j->n, index, count), end = range_begin(j->n, index + 1, count);
    if (begin < end) j->function(j->context, begin, end);
  }
  if (bound) sched_setaffinity(0, sizeof before, before.sets);
}

/* Threads of a team keep the rounding mode and the flushing of subnormals that they were started
 * with; results shall not depend on which thread a particle belongs to. */
static void *run_team(void *argument) {
  const job *j = argument;
#pragma omp parallel num_threads((int)j->threads->count)
  {
    fenv_t own;
    fegetenv(&own);
    fesetenv(&j->callers);
    work(j);
    if (omp_get_thread_num() > 0) fesetenv(&own);
  }
  return NULL;
}

/* OpenMP keeps the threads of a team for the thread that began it; to a new thread it gives new
 * ones, and ends them with it. False where there can't be one. */
static bool run_team_anew(job *j) {
  pthread_t starter;
  if (pthread_create(&starter, NULL, run_team, j) != 0) return false;
  /* Who waits can be cancelled, and the team works on what is on this stack. */
  int before;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  pthread_join(starter, NULL);
  pthread_setcancelstate(before, &before);
  return true;
}

void whirl_for_ranges(const whirl_threads *threads, size_t n, whirl_range_function *function,
                      const void *context) {
  if (threads->count <= 1 || omp_in_parallel()) {
    if (n > 0) function(context, 0, n);
    return;
  }
  part parts[MOST_PARTS];
  const size_t parts_count = threads->count < MOST_PARTS ? threads->count : MOST_PARTS;
  for (size_t i = 0; i < parts_count; i++) {
    atomic_init(&parts[i].next, range_begin(n, i, parts_count));
    parts[i].end = range_begin(n, i + 1, parts_count);
  }
  job j = {.threads = threads,
           .n = n,
           .function = function,
           .context = context,
           .parts = parts,
           .parts_count = parts_count};
  fegetenv(&j.callers);
  if (!threads->anew)
    run_team(&j);
  else if (!run_team_anew(&j) && n > 0)
    function(context, 0, n);
}
