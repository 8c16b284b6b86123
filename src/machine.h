/* What the library finds out about the machine when a dispatcher is created. */
#ifndef WHIRL_SRC_MACHINE_H
#define WHIRL_SRC_MACHINE_H

#include <whirl/machine.h>
#include <whirl/status.h>

#include "log.h"
#include "topology.h"

/* Fills *machine, and *topology, which the caller clears. Errors: OUT_OF_MEMORY. */
whirl_status whirl_machine_detect(const whirl_logger *logger, whirl_machine *machine,
                                  whirl_topology *topology);

/* Pure: thread_limit and max_threads from the other fields and OpenMP's own limit. */
void whirl_limit_threads(whirl_machine *machine, unsigned openmp_limit);

#endif
