/* Running a function over threads, each with a contiguous range of particles. */
#define _GNU_SOURCE
#include "threads.h"

#include <fenv.h>
#include <omp.h>
#include <sched.h>
#include <stdbool.h>

enum { LINE_DOUBLES = 8 };

/* Where the range of thread `index` of `count` begins; that of thread `count` is n. */
static size_t range_begin(size_t n, size_t index, size_t count) {
  const size_t lines = n / LINE_DOUBLES + (n % LINE_DOUBLES != 0);
  const size_t each = lines / count, more = lines % count;
  const size_t line = each * index + (index < more ? index : more);
  return line == lines ? n : line * LINE_DOUBLES;
}

/* Binds the calling thread to one CPU and keeps what it was bound to before; false where it can't.
 */
static bool bind_to(unsigned cpu, cpu_set_t *before) {
  if (cpu >= CPU_SETSIZE || sched_getaffinity(0, sizeof *before, before) != 0) return false;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  return sched_setaffinity(0, sizeof one, &one) == 0;
}

void whirl_for_ranges(const whirl_threads *threads, size_t n, whirl_range_function *function,
                      const void *context) {
  if (threads->count <= 1 || omp_in_parallel()) {
    if (n > 0) function(context, 0, n);
    return;
  }
  /* Threads of a team keep the rounding mode and the flushing of subnormals that they were started
   * with; results shall not depend on which thread a particle belongs to. */
  fenv_t callers;
  fegetenv(&callers);
#pragma omp parallel num_threads((int)threads->count)
  {
    fenv_t own;
    fegetenv(&own);
    fesetenv(&callers);
    /* The team may be smaller than was asked for. */
    const size_t count = (size_t)omp_get_num_threads(), index = (size_t)omp_get_thread_num();
    const size_t begin = range_begin(n, index, count), end = range_begin(n, index + 1, count);
    cpu_set_t before;
    const bool bound =
        threads->core_cpus && bind_to(threads->core_cpus[index % threads->cores], &before);
    if (begin < end) function(context, begin, end);
    if (bound) sched_setaffinity(0, sizeof before, &before);
    if (index > 0) fesetenv(&own);
  }
}
