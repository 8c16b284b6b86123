/* Running a function over threads, each with ranges of particles: one piece of code for kernels,
 * first touch and random numbers, so that a particle's memory lies with the thread that moves it.
 */
#ifndef WHIRL_SRC_THREADS_H
#define WHIRL_SRC_THREADS_H

#include <stdbool.h>
#include <stddef.h>

/* The doubles in a cache line. */
enum { WHIRL_LINE_DOUBLES = 8 };

typedef struct whirl_threads {
  unsigned count; /* at least 1 */
  /* A thread takes so many particles at once, a multiple of WHIRL_LINE_DOUBLES, and when it is done
   * with its own, some of another's. 0: each thread takes its own, in one range, and no others. */
  size_t grain;
  const unsigned *core_cpus; /* to pin thread i to core_cpus[i % cpus]; NULL: don't pin */
  unsigned cpus;
  bool anew; /* don't use the threads that OpenMP keeps for the calling thread: start others */
} whirl_threads;

/* Works on the particles [begin, end). */
typedef void whirl_range_function(const void *context, size_t begin, size_t end);

/* Calls function for ranges that together are [0, n), each of whole cache lines of a 64-byte
 * aligned array. Each thread has a contiguous part of the particles, always the same for the same n
 * and number of threads. Serially, with one range, for one thread and inside a parallel region.
 * A thread is pinned only to a core that it may run on as it is, and gets back what it had. */
void whirl_for_ranges(const whirl_threads *threads, size_t n, whirl_range_function *function,
                      const void *context);

#endif
