/* What the library finds out about the machine when a dispatcher is created. */
#include "machine.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "cpu.h"
#include "quota.h"

static unsigned least(unsigned a, unsigned b) {
  return a < b ? a : b;
}

/* Threads that the process may keep busy: a quota of 1.5 CPUs lets one run all the time, not two.
 */
static unsigned quota_threads(double quota) {
  if (!(quota < 65536)) return 65536;
  return quota < 1 ? 1 : (unsigned)quota;
}

void whirl_limit_threads(whirl_machine *machine, unsigned openmp_limit) {
  machine->thread_limit =
      least(least(machine->usable_logical_cpus, quota_threads(machine->cpu_quota)), openmp_limit);
  machine->max_threads =
      least(least(machine->usable_cores, machine->openmp_threads), machine->thread_limit);
}

whirl_status whirl_machine_detect(const whirl_logger *logger, whirl_machine *machine,
                                  whirl_topology *topology) {
  const whirl_status status = whirl_topology_detect(logger, topology);
  if (status != WHIRL_OK) return status;
  whirl_cpu cpu;
  whirl_cpu_detect(&cpu);
  *machine = (whirl_machine){
      .cpu_signature = cpu.signature,
      .cpu_features = cpu.features,
      .features = cpu.usable_features,
      .cores = topology->cores,
      .logical_cpus = topology->logical_cpus,
      .usable_cores = topology->usable_cores,
      .usable_logical_cpus = topology->usable_logical_cpus,
      .cpu_quota = whirl_cpu_quota("", logger),
      .memory_limit = whirl_memory_limit("", logger),
      .openmp_threads = least((unsigned)omp_get_max_threads(), (unsigned)omp_get_thread_limit()),
      .numa_nodes = topology->numa_nodes,
      .l1_data_bytes = topology->l1_data_bytes,
      .l2_bytes = topology->l2_bytes,
      .l3_bytes = topology->l3_bytes,
  };
  memcpy(machine->cpu_name, cpu.name, sizeof machine->cpu_name);
  whirl_limit_threads(machine, (unsigned)omp_get_thread_limit());
  if (machine->cpu_quota < machine->usable_cores)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "a cgroup grants %.2f CPUs of the %u cores that this process may use, so at most %u "
              "threads run; raise the container's CPU limit to use more",
              machine->cpu_quota, machine->usable_cores, machine->max_threads);
  return WHIRL_OK;
}
