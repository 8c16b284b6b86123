/* What work is expected to cost: a model with a few numbers for the machine and, for each kernel, a
 * few that are built in or a grid that was measured. Pure. */
#ifndef WHIRL_SRC_COST_H
#define WHIRL_SRC_COST_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/kernel.h>
#include <whirl/machine.h>
#include <whirl/tuning.h>

/* A machine's part; times in nanoseconds. */
typedef struct whirl_machine_cost {
  double team;         /* to start a team of threads and to wait for it */
  double thread;       /* for each thread of it */
  double least_shared; /* shorter work is left to one thread */
  double bytes_alone;  /* that one thread moves to and from memory in a nanosecond */
  double bytes_in_all; /* that all threads together move */
  double cache_bytes;  /* particles that take up more than this lie in memory */
  unsigned cores;      /* more threads than this share cores */
  unsigned numa_nodes; /* that have these cores */
} whirl_machine_cost;

/* A kernel's part. */
typedef struct whirl_kernel_cost {
  const whirl_kernel *kernel; /* for the bytes that it moves */
  whirl_cost linear;          /* for many particles, and without a measurement for any number */
  const whirl_measured_kernel *measured; /* for few particles; NULL: none */
  double smt_gain; /* the speed of all hardware threads over that of one on each core */
} whirl_kernel_cost;

/* What there is to do, as each of the threads sees it. */
typedef struct whirl_load {
  double particles, steps;
  double own;     /* the most particles that one thread has */
  double team;    /* ns for starting the team */
  double slower;  /* of a thread, where all share their cores and that gains nothing */
  double sharing; /* the part of the cores that are shared */
  double bytes;   /* that memory moves in a nanosecond; 0: the particles are in cache */
} whirl_load;

/* The built-in numbers, and those of a measurement. */
whirl_machine_cost whirl_machine_cost_built_in(const whirl_machine *machine);
whirl_machine_cost whirl_machine_cost_measured(const whirl_machine *machine,
                                               const whirl_measurement *measurement);
/* The same machine, where each call starts threads of its own. */
void whirl_machine_cost_start_anew(whirl_machine_cost *cost);
whirl_kernel_cost whirl_kernel_cost_built_in(const whirl_kernel *kernel);
/* measured must outlive the result. */
whirl_kernel_cost whirl_kernel_cost_measured(const whirl_measured_kernel *measured);

/* n particles, so many steps, shared among so many threads, at least 1. */
whirl_load whirl_load_of(const whirl_machine_cost *machine, size_t n, uint64_t steps,
                         unsigned threads);

/* The time that a kernel takes for a load. */
double whirl_expected_ns(const whirl_load *load, const whirl_kernel_cost *cost);

#endif
