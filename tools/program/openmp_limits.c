#include "openmp_limits.h"

#include <math.h>

bool openmp_limits_threads(const whirl_machine *machine) {
  return machine->thread_limit < machine->usable_logical_cpus &&
         machine->thread_limit < fmax(1, floor(machine->cpu_quota));
}
