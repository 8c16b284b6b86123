/* What work is expected to cost: a model with a few numbers for the machine and a few for each
 * kernel, which a measurement may replace. Pure. */
#ifndef WHIRL_SRC_COST_H
#define WHIRL_SRC_COST_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/kernel.h>
#include <whirl/machine.h>

/* A machine's part; times in nanoseconds. */
typedef struct whirl_machine_cost {
  double team;         /* to start a team of threads and to wait for it */
  double thread;       /* for each thread of it */
  double bytes_alone;  /* that one thread moves to and from memory in a nanosecond */
  double bytes_in_all; /* that all threads together move */
  double cache_bytes;  /* particles that take up more than this lie in memory */
} whirl_machine_cost;

/* The built-in numbers for a machine. */
whirl_machine_cost whirl_machine_cost_of(const whirl_machine *machine);

/* The time that a kernel with this cost takes on so many threads. */
double whirl_expected_ns(const whirl_machine_cost *machine, const whirl_kernel *kernel,
                         const whirl_cost *cost, size_t n, uint64_t steps, unsigned threads);

#endif
