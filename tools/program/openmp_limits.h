/* What the environment of OpenMP takes away. */
#ifndef WHIRL_PROGRAM_OPENMP_LIMITS_H
#define WHIRL_PROGRAM_OPENMP_LIMITS_H

#include <stdbool.h>

#include <whirl/machine.h>

/* Whether OMP_THREAD_LIMIT keeps more threads from running than mask and quota do. */
bool openmp_limits_threads(const whirl_machine *machine);

#endif
