/* The machine and what of it this process may use. */
#include "machine.h"

#include <omp.h>
#include <string.h>

#include "quota.h"

static unsigned least(unsigned a, unsigned b) {
  return a < b ? a : b;
}

/* A quota of 1.5 CPUs lets one thread run all the time, not two. */
unsigned whirl_quota_threads(double cpu_quota) {
  if (!(cpu_quota < 65536)) return 65536;
  return cpu_quota < 1 ? 1 : (unsigned)cpu_quota;
}

whirl_machine whirl_machine_compose(const whirl_findings *found) {
  const whirl_topology *topology = found->topology;
  whirl_machine machine = {
      .cpu_signature = found->cpu.signature,
      .cpu_features = found->cpu.features,
      .features = found->cpu.usable_features,
      .cores = topology->cores,
      .logical_cpus = topology->logical_cpus,
      .usable_cores = topology->usable_cores,
      .usable_logical_cpus = topology->usable_logical_cpus,
      .performance_cores = topology->performance_cores,
      .memory_limit = found->memory_limit,
      .cpu_quota = found->cpu_quota,
      .openmp_binds = topology->openmp_binds,
      .openmp_threads = least(found->openmp_threads, found->openmp_limit),
      .numa_nodes = topology->numa_nodes,
      .usable_numa_nodes = topology->usable_numa_nodes,
      .l1_data_bytes = topology->l1_data_bytes,
      .l2_bytes = topology->l2_bytes,
      .l3_bytes = topology->l3_bytes,
      .usable_l3_caches = topology->usable_l3_caches,
  };
  memcpy(machine.cpu_name, found->cpu.name, sizeof machine.cpu_name);
  machine.thread_limit =
      least(least(machine.usable_logical_cpus, whirl_quota_threads(machine.cpu_quota)),
            found->openmp_limit);
  machine.max_threads =
      least(least(machine.usable_cores, machine.openmp_threads), machine.thread_limit);
  return machine;
}

whirl_status whirl_machine_detect(const whirl_logger *logger, whirl_machine *machine,
                                  whirl_topology *topology) {
  const whirl_status status = whirl_topology_detect(logger, topology);
  if (status != WHIRL_OK) return status;
  whirl_findings found = {.topology = topology,
                          .cpu_quota = whirl_cpu_quota("", logger),
                          .memory_limit = whirl_memory_limit("", logger),
                          .openmp_threads = (unsigned)omp_get_max_threads(),
                          .openmp_limit = (unsigned)omp_get_thread_limit()};
  whirl_cpu_detect(&found.cpu);
  *machine = whirl_machine_compose(&found);
  return WHIRL_OK;
}
