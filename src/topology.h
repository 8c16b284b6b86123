/* Cores, NUMA nodes and caches, and which cores this process may use. */
#ifndef WHIRL_SRC_TOPOLOGY_H
#define WHIRL_SRC_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

#include <hwloc.h>

#include <whirl/status.h>

#include "log.h"

typedef struct whirl_topology {
  unsigned cores, logical_cpus;
  unsigned usable_cores, usable_logical_cpus;
  unsigned performance_cores; /* usable cores of the machine's fastest kind */
  unsigned numa_nodes, usable_numa_nodes;
  uint64_t l1_data_bytes, l2_bytes, l3_bytes;
  unsigned usable_l3_caches; /* those that a usable core is in; 0: none */
  bool openmp_binds; /* OMP_PROC_BIND or OMP_PLACES does, so that only the places are usable */
  /* The operating system's numbers of the usable hardware threads: first one of each usable core,
   * those of the fastest kind first, then another of each that has one, and so on. NULL where they
   * are not known or where OpenMP itself binds the threads. Owned: whirl_topology_clear frees it.
   */
  unsigned *core_cpus;
} whirl_topology;

/* What an hwloc topology, with what is disallowed, says of a machine on which a process is bound to
 * the hardware threads in mask, whether or not it is this one. Leaves usable_cores at 0 where none
 * of them is allowed. Errors: OUT_OF_MEMORY. */
whirl_status whirl_topology_read(hwloc_topology_t hwloc, hwloc_const_bitmap_t mask,
                                 whirl_topology *topology);

/* Where hwloc can't tell, falls back on the affinity mask and one NUMA node, with a warning to the
 * log. Errors: OUT_OF_MEMORY. */
whirl_status whirl_topology_detect(const whirl_logger *logger, whirl_topology *topology);
void whirl_topology_clear(whirl_topology *topology);

#endif
