/* The machine and what of it this process may use: asked when a dispatcher is created, and put
 * together by a function that asks nothing. */
#ifndef WHIRL_SRC_MACHINE_H
#define WHIRL_SRC_MACHINE_H

#include <whirl/machine.h>
#include <whirl/status.h>

#include "cpu.h"
#include "log.h"
#include "topology.h"

/* What was answered, each by the one who knows. */
typedef struct whirl_findings {
  whirl_cpu cpu;
  const whirl_topology *topology;
  double cpu_quota, memory_limit; /* INFINITY: none */
  unsigned openmp_threads;        /* omp_get_max_threads */
  unsigned openmp_limit;          /* omp_get_thread_limit */
} whirl_findings;

/* Pure: the machine that comes of it. */
whirl_machine whirl_machine_compose(const whirl_findings *found);

/* Pure: the threads that a quota of so many CPUs keeps busy; at least 1. */
unsigned whirl_quota_threads(double cpu_quota);

/* Fills *machine, and *topology, which the caller clears. What could not be found out is told to
 * the log as a warning. Errors: OUT_OF_MEMORY. */
whirl_status whirl_machine_detect(const whirl_logger *logger, whirl_machine *machine,
                                  whirl_topology *topology);

#endif
