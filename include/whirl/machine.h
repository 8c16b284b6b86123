/* The machine as the library sees it: what a dispatcher's choices rest on. */
#ifndef WHIRL_MACHINE_H
#define WHIRL_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include <whirl/export.h>

WHIRL_BEGIN_DECLARATIONS

typedef struct whirl_machine {
  char cpu_name[64];      /* as the CPU tells it; "unknown" where it doesn't */
  uint32_t cpu_signature; /* family, model and stepping, as CPUID's leaf 1 has them; 0: unknown */
  uint64_t cpu_features;  /* whirl_feature bits that the CPU has */
  uint64_t features;      /* those that the operating system lets programs use as well */
  unsigned cores;         /* physical cores of the machine */
  unsigned logical_cpus;  /* hardware threads of the machine */
  unsigned usable_cores;  /* cores with a hardware thread that this process may run on */
  unsigned usable_logical_cpus;
  unsigned performance_cores; /* usable cores of the machine's fastest kind: usable_cores where all
                                 are alike, 0 where this process may use slower ones alone */
  double memory_limit; /* bytes that the cgroup grants, over all ancestors; INFINITY: no limit */
  double cpu_quota;    /* CPUs that the cgroup grants, over all ancestors; INFINITY: no limit */
  bool openmp_binds;   /* OMP_PROC_BIND or OMP_PLACES binds threads: only its places are usable */
  unsigned openmp_threads; /* what OpenMP would use: OMP_NUM_THREADS, omp_set_num_threads */
  unsigned thread_limit; /* never more: the least of usable logical CPUs, quota, OMP_THREAD_LIMIT */
  unsigned max_threads;  /* of its own choice: the least of usable cores, thread_limit and
                            openmp_threads; both are at least 1 */
  unsigned numa_nodes;   /* with memory; at least 1 */
  unsigned usable_numa_nodes; /* those that a usable core is in; at least 1 */
  uint64_t l1_data_bytes;     /* of one core's cache; 0: unknown */
  uint64_t l2_bytes;          /* of one cache; 0: unknown or none */
  uint64_t l3_bytes;          /* of one cache; 0: unknown or none. Virtual machines exaggerate */
  unsigned usable_l3_caches;  /* those that a usable core is in */
} whirl_machine;

WHIRL_END_DECLARATIONS

#endif
