/* Running a function over threads, each with a contiguous range of particles: one piece of code for
 * kernels, first touch and random numbers, so that a particle always belongs to the same thread. */
#ifndef WHIRL_SRC_THREADS_H
#define WHIRL_SRC_THREADS_H

#include <stddef.h>

typedef struct whirl_threads {
  unsigned count;            /* at least 1 */
  const unsigned *core_cpus; /* to pin thread i to core_cpus[i % cores]; NULL: don't pin */
  unsigned cores;
} whirl_threads;

/* Works on the particles [begin, end). */
typedef void whirl_range_function(const void *context, size_t begin, size_t end);

/* Calls function for ranges that together are [0, n): whole cache lines of a 64-byte aligned array
 * for each thread. Serially, with one range, for one thread and inside a parallel region. */
void whirl_for_ranges(const whirl_threads *threads, size_t n, whirl_range_function *function,
                      const void *context);

#endif
