/* Cores, NUMA nodes and caches through hwloc, and which cores this process may use. */
#define _GNU_SOURCE
#include "topology.h"

#include <omp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* With OMP_PROC_BIND or OMP_PLACES the main thread was pinned to one place before main() began, so
 * the affinity of the calling thread says nothing about the process: the places do. */
static bool openmp_binds(void) {
  return omp_get_proc_bind() != omp_proc_bind_false && omp_get_num_places() > 0;
}

static uint64_t cache_bytes(hwloc_topology_t hwloc, hwloc_obj_type_t type) {
  const hwloc_obj_t cache = hwloc_get_obj_by_type(hwloc, type, 0);
  return cache ? cache->attr->cache.size : 0;
}

/* Takes away from the set what is in none of the places that OpenMP would bind threads to. */
static whirl_status restrict_to_places(hwloc_bitmap_t usable) {
  hwloc_bitmap_t places = hwloc_bitmap_alloc();
  if (!places) return WHIRL_ERROR_OUT_OF_MEMORY;
  whirl_status status = WHIRL_OK;
  /* With "primary" every thread of a team goes where the first one is. */
  const bool together = omp_get_proc_bind() == omp_proc_bind_master && omp_get_place_num() >= 0;
  for (int place = 0; place < omp_get_num_places(); place++) {
    if (together && place != omp_get_place_num()) continue;
    const int number = omp_get_place_num_procs(place);
    if (number <= 0) continue;
    int *cpus = malloc((size_t)number * sizeof *cpus);
    if (!cpus) {
      status = WHIRL_ERROR_OUT_OF_MEMORY;
      break;
    }
    omp_get_place_proc_ids(place, cpus);
    for (int i = 0; i < number; i++) hwloc_bitmap_set(places, (unsigned)cpus[i]);
    free(cpus);
  }
  if (hwloc_bitmap_intersects(usable, places)) hwloc_bitmap_and(usable, usable, places);
  hwloc_bitmap_free(places);
  return status;
}

/* The hardware threads that this process may run on. */
static whirl_status usable_cpus(hwloc_topology_t hwloc, hwloc_bitmap_t usable) {
  if (hwloc_bitmap_copy(usable, hwloc_topology_get_allowed_cpuset(hwloc)) != 0)
    return WHIRL_ERROR_OUT_OF_MEMORY;
  if (openmp_binds()) return restrict_to_places(usable);
  hwloc_bitmap_t affinity = hwloc_bitmap_alloc();
  if (!affinity) return WHIRL_ERROR_OUT_OF_MEMORY;
  if (hwloc_get_cpubind(hwloc, affinity, HWLOC_CPUBIND_THREAD) == 0 &&
      hwloc_bitmap_intersects(usable, affinity))
    hwloc_bitmap_and(usable, usable, affinity);
  hwloc_bitmap_free(affinity);
  return WHIRL_OK;
}

static unsigned count(hwloc_topology_t hwloc, hwloc_obj_type_t type) {
  const int number = hwloc_get_nbobjs_by_type(hwloc, type);
  return number > 0 ? (unsigned)number : 1;
}

static whirl_status read_cores(hwloc_topology_t hwloc, hwloc_const_bitmap_t usable,
                               whirl_topology *topology) {
  /* A machine that tells nothing of cores has one hardware thread in each. */
  const bool has_cores = hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_CORE) > 0;
  const hwloc_obj_type_t type = has_cores ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
  topology->cores = count(hwloc, type);
  topology->logical_cpus = count(hwloc, HWLOC_OBJ_PU);
  topology->core_cpus = malloc(topology->cores * sizeof *topology->core_cpus);
  hwloc_bitmap_t both = hwloc_bitmap_alloc();
  if (!topology->core_cpus || !both) {
    hwloc_bitmap_free(both);
    return WHIRL_ERROR_OUT_OF_MEMORY;
  }
  for (hwloc_obj_t core = NULL; (core = hwloc_get_next_obj_by_type(hwloc, type, core));) {
    hwloc_bitmap_and(both, core->cpuset, usable);
    const int weight = hwloc_bitmap_weight(both);
    if (weight <= 0) continue;
    topology->core_cpus[topology->usable_cores++] = (unsigned)hwloc_bitmap_first(both);
    topology->usable_logical_cpus += (unsigned)weight;
  }
  hwloc_bitmap_free(both);
  return WHIRL_OK;
}

whirl_status whirl_topology_read(hwloc_topology_t hwloc, hwloc_const_bitmap_t usable,
                                 whirl_topology *topology) {
  *topology = (whirl_topology){0};
  const whirl_status status = read_cores(hwloc, usable, topology);
  topology->numa_nodes = count(hwloc, HWLOC_OBJ_NUMANODE);
  topology->l1_data_bytes = cache_bytes(hwloc, HWLOC_OBJ_L1CACHE);
  topology->l2_bytes = cache_bytes(hwloc, HWLOC_OBJ_L2CACHE);
  topology->l3_bytes = cache_bytes(hwloc, HWLOC_OBJ_L3CACHE);
  return status;
}

static whirl_status read_this_machine(hwloc_topology_t hwloc, whirl_topology *topology) {
  hwloc_bitmap_t usable = hwloc_bitmap_alloc();
  if (!usable) return WHIRL_ERROR_OUT_OF_MEMORY;
  whirl_status status = usable_cpus(hwloc, usable);
  if (status == WHIRL_OK) status = whirl_topology_read(hwloc, usable, topology);
  hwloc_bitmap_free(usable);
  return status;
}

/* Where there is no sysfs, hwloc says so on standard error, and a library must not. */
static bool hwloc_has_sysfs(void) {
  return access("/sys/bus/cpu/devices/cpu0", X_OK) == 0 ||
         access("/sys/devices/system/cpu/cpu0", X_OK) == 0;
}

static void read_affinity(whirl_topology *topology) {
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  topology->logical_cpus = online > 0 ? (unsigned)online : 1;
  cpu_set_t *mask = CPU_ALLOC(CPU_SETSIZE * 8);
  const size_t size = CPU_ALLOC_SIZE(CPU_SETSIZE * 8);
  topology->usable_logical_cpus = topology->logical_cpus;
  if (mask && !openmp_binds() && sched_getaffinity(0, size, mask) == 0)
    topology->usable_logical_cpus = (unsigned)CPU_COUNT_S(size, mask);
  if (mask) CPU_FREE(mask);
  topology->cores = topology->logical_cpus;
  topology->usable_cores = topology->usable_logical_cpus;
  topology->numa_nodes = 1;
}

whirl_status whirl_topology_detect(const whirl_logger *logger, whirl_topology *topology) {
  *topology = (whirl_topology){0};
  hwloc_topology_t hwloc;
  whirl_status status = WHIRL_OK;
  if (hwloc_has_sysfs() && hwloc_topology_init(&hwloc) == 0) {
    /* Disallowed hardware threads too: "8 cores, 3 of them usable" is what the user should hear.
     * The x86 component asks CPUID on each CPU in turn, rebinding the thread, and adds nothing to
     * what the operating system tells. */
    hwloc_topology_set_components(hwloc, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "x86");
    hwloc_topology_set_flags(hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
    if (hwloc_topology_load(hwloc) == 0) status = read_this_machine(hwloc, topology);
    hwloc_topology_destroy(hwloc);
  }
  if (status == WHIRL_OK && topology->usable_cores == 0) {
    whirl_log(logger, WHIRL_LOG_WARNING,
              "hwloc could not read this machine's topology, so NUMA nodes and caches are unknown");
    whirl_topology_clear(topology);
    read_affinity(topology);
  }
  if (openmp_binds()) { /* a binding that someone else has made is theirs */
    free(topology->core_cpus);
    topology->core_cpus = NULL;
  }
  if (status != WHIRL_OK) whirl_topology_clear(topology);
  return status;
}

void whirl_topology_clear(whirl_topology *topology) {
  free(topology->core_cpus);
  *topology = (whirl_topology){0};
}
