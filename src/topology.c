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

/* The hardware threads of the places that OpenMP binds threads to. */
static whirl_status read_places(hwloc_bitmap_t mask) {
  /* With "primary" every thread of a team goes where the first one is. */
  const bool together = omp_get_proc_bind() == omp_proc_bind_master && omp_get_place_num() >= 0;
  for (int place = 0; place < omp_get_num_places(); place++) {
    if (together && place != omp_get_place_num()) continue;
    const int number = omp_get_place_num_procs(place);
    if (number <= 0) continue;
    int *cpus = malloc((size_t)number * sizeof *cpus);
    if (!cpus) return WHIRL_ERROR_OUT_OF_MEMORY;
    omp_get_place_proc_ids(place, cpus);
    for (int i = 0; i < number; i++) hwloc_bitmap_set(mask, (unsigned)cpus[i]);
    free(cpus);
  }
  return WHIRL_OK;
}

static unsigned count(hwloc_topology_t hwloc, hwloc_obj_type_t type) {
  const int number = hwloc_get_nbobjs_by_type(hwloc, type);
  return number > 0 ? (unsigned)number : 1;
}

/* The hardware threads of the machine's fastest cores; all where it tells of no difference. */
static whirl_status read_fastest(hwloc_topology_t hwloc, hwloc_bitmap_t fastest) {
  hwloc_bitmap_fill(fastest);
  int most = 0; /* efficiencies count from 0, and are -1 where hwloc can't rank the kinds */
  const int kinds = hwloc_cpukinds_get_nr(hwloc, 0);
  for (int kind = 0; kind < kinds; kind++) {
    int efficiency;
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    if (!cpus) return WHIRL_ERROR_OUT_OF_MEMORY;
    if (hwloc_cpukinds_get_info(hwloc, (unsigned)kind, cpus, &efficiency, NULL, NULL, 0) == 0 &&
        efficiency > most) {
      most = efficiency;
      hwloc_bitmap_copy(fastest, cpus);
    }
    hwloc_bitmap_free(cpus);
  }
  return WHIRL_OK;
}

/* The hardware threads whose place in core_cpus is to be found: the nth of each core. */
typedef struct cpus_wanted {
  hwloc_obj_type_t core;
  hwloc_const_bitmap_t usable;
  hwloc_const_bitmap_t set;
  bool in; /* of the cores that are in the set; otherwise of those outside of it */
  unsigned nth;
} cpus_wanted;

/* Appends them at the place *next. */
static void take_cpus(hwloc_topology_t hwloc, const cpus_wanted *w, unsigned *core_cpus,
                      unsigned *next) {
  for (hwloc_obj_t core = NULL; (core = hwloc_get_next_obj_by_type(hwloc, w->core, core));) {
    if (hwloc_bitmap_intersects(core->cpuset, w->set) != w->in) continue;
    unsigned before = 0;
    int cpu = hwloc_bitmap_first(core->cpuset);
    for (; cpu >= 0; cpu = hwloc_bitmap_next(core->cpuset, cpu))
      if (hwloc_bitmap_isset(w->usable, (unsigned)cpu) && before++ == w->nth) break;
    if (cpu >= 0) core_cpus[(*next)++] = (unsigned)cpu;
  }
}

static whirl_status read_cores(hwloc_topology_t hwloc, hwloc_const_bitmap_t usable,
                               hwloc_bitmap_t fastest, whirl_topology *topology) {
  /* A machine that tells nothing of cores has one hardware thread in each. */
  const bool has_cores = hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_CORE) > 0;
  const hwloc_obj_type_t type = has_cores ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
  topology->cores = count(hwloc, type);
  topology->logical_cpus = count(hwloc, HWLOC_OBJ_PU);
  topology->usable_logical_cpus = (unsigned)hwloc_bitmap_weight(usable);
  topology->core_cpus = calloc(topology->logical_cpus, sizeof *topology->core_cpus);
  if (!topology->core_cpus) return WHIRL_ERROR_OUT_OF_MEMORY;
  const whirl_status status = read_fastest(hwloc, fastest);
  if (status != WHIRL_OK) return status;
  unsigned found = 0;
  for (unsigned nth = 0; found < topology->usable_logical_cpus; nth++) {
    const unsigned before = found;
    cpus_wanted wanted = {type, usable, fastest, true, nth};
    take_cpus(hwloc, &wanted, topology->core_cpus, &found);
    if (nth == 0) topology->performance_cores = found;
    wanted.in = false;
    take_cpus(hwloc, &wanted, topology->core_cpus, &found);
    if (nth == 0) topology->usable_cores = found;
    if (found == before) break;
  }
  return WHIRL_OK;
}

/* How many of the machine's objects of a type have a usable hardware thread. */
static unsigned usable_of(hwloc_topology_t hwloc, hwloc_obj_type_t type,
                          hwloc_const_bitmap_t usable) {
  unsigned number = 0;
  for (hwloc_obj_t object = NULL; (object = hwloc_get_next_obj_by_type(hwloc, type, object));)
    number += hwloc_bitmap_intersects(object->cpuset, usable) != 0;
  return number;
}

static void read_nodes(hwloc_topology_t hwloc, hwloc_const_bitmap_t usable,
                       whirl_topology *topology) {
  topology->numa_nodes = count(hwloc, HWLOC_OBJ_NUMANODE);
  topology->usable_numa_nodes = usable_of(hwloc, HWLOC_OBJ_NUMANODE, usable);
  if (topology->usable_numa_nodes == 0) topology->usable_numa_nodes = 1;
  topology->usable_l3_caches = usable_of(hwloc, HWLOC_OBJ_L3CACHE, usable);
}

whirl_status whirl_topology_read(hwloc_topology_t hwloc, hwloc_const_bitmap_t mask,
                                 whirl_topology *topology) {
  *topology = (whirl_topology){0};
  hwloc_bitmap_t usable = hwloc_bitmap_alloc(), fastest = hwloc_bitmap_alloc();
  whirl_status status = WHIRL_ERROR_OUT_OF_MEMORY;
  if (usable && fastest &&
      hwloc_bitmap_and(usable, mask, hwloc_topology_get_allowed_cpuset(hwloc)) == 0)
    status = read_cores(hwloc, usable, fastest, topology);
  if (status == WHIRL_OK) read_nodes(hwloc, usable, topology);
  hwloc_bitmap_free(fastest);
  hwloc_bitmap_free(usable);
  topology->l1_data_bytes = cache_bytes(hwloc, HWLOC_OBJ_L1CACHE);
  topology->l2_bytes = cache_bytes(hwloc, HWLOC_OBJ_L2CACHE);
  topology->l3_bytes = cache_bytes(hwloc, HWLOC_OBJ_L3CACHE);
  return status;
}

/* What the process is bound to, and what that leaves it of the machine. */
static whirl_status read_this_machine(hwloc_topology_t hwloc, whirl_topology *topology) {
  hwloc_bitmap_t mask = hwloc_bitmap_alloc();
  if (!mask) return WHIRL_ERROR_OUT_OF_MEMORY;
  whirl_status status = WHIRL_OK;
  if (openmp_binds())
    status = read_places(mask);
  else if (hwloc_get_cpubind(hwloc, mask, HWLOC_CPUBIND_THREAD) != 0)
    hwloc_bitmap_fill(mask);
  if (status == WHIRL_OK) status = whirl_topology_read(hwloc, mask, topology);
  hwloc_bitmap_free(mask);
  return status;
}

/* Where there is no sysfs, hwloc says so on standard error, and a library must not. */
static bool hwloc_has_sysfs(void) {
  return access("/sys/bus/cpu/devices/cpu0", X_OK) == 0 ||
         access("/sys/devices/system/cpu/cpu0", X_OK) == 0;
}

static void read_affinity(whirl_topology *topology) {
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  unsigned usable = online > 0 ? (unsigned)online : 1;
  cpu_set_t *mask = CPU_ALLOC(CPU_SETSIZE * 8);
  const size_t size = CPU_ALLOC_SIZE(CPU_SETSIZE * 8);
  if (mask && !openmp_binds() && sched_getaffinity(0, size, mask) == 0)
    usable = (unsigned)CPU_COUNT_S(size, mask);
  if (mask) CPU_FREE(mask);
  const unsigned all = online > (long)usable ? (unsigned)online : usable;
  *topology = (whirl_topology){.cores = all,
                               .logical_cpus = all,
                               .usable_cores = usable,
                               .usable_logical_cpus = usable,
                               .performance_cores = usable,
                               .numa_nodes = 1,
                               .usable_numa_nodes = 1};
}

/* Why hwloc can't tell, and what a user may do about it. */
typedef struct trouble {
  const char *what, *remedy;
} trouble;

/* Asks hwloc; leaves usable_cores at 0, and gives the trouble, where it can't tell. */
static whirl_status ask_hwloc(whirl_topology *topology, trouble *with) {
  hwloc_topology_t hwloc;
  whirl_status status = WHIRL_OK;
  *with = (trouble){"there is no /sys for hwloc to read this machine's topology from",
                    "mount it in the container"};
  if (!hwloc_has_sysfs()) return status;
  *with = (trouble){"hwloc could not read this machine's topology",
                    "lstopo tells why, unless HWLOC_ variables in the environment are to blame"};
  if (hwloc_topology_init(&hwloc) != 0) return status;
  /* Disallowed hardware threads too: "8 cores, 3 of them usable" is what the user should hear. The
   * x86 component asks CPUID on each CPU in turn, rebinding the thread, and adds nothing to what
   * the operating system tells. */
  hwloc_topology_set_components(hwloc, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "x86");
  hwloc_topology_set_flags(hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  if (hwloc_topology_load(hwloc) == 0) {
    *with = (trouble){"hwloc was told of another machine than this one",
                      "unset HWLOC_XMLFILE, HWLOC_SYNTHETIC, HWLOC_FSROOT and HWLOC_THISSYSTEM"};
    const bool here = hwloc_topology_is_thissystem(hwloc);
    const bool known = hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_CORE) > 0;
    if (here && known) status = read_this_machine(hwloc, topology);
    if (here && !known)
      *with = (trouble){"hwloc finds no cores in this machine",
                        "unset HWLOC_COMPONENTS, or ask lstopo"};
  }
  hwloc_topology_destroy(hwloc);
  return status;
}

whirl_status whirl_topology_detect(const whirl_logger *logger, whirl_topology *topology) {
  *topology = (whirl_topology){0};
  trouble with;
  const whirl_status status = ask_hwloc(topology, &with);
  if (status == WHIRL_OK && topology->usable_cores == 0) {
    whirl_log(logger, WHIRL_LOG_WARNING,
              "%s, so caches, NUMA nodes and which hardware threads share a core are unknown, and "
              "more threads may be chosen than repay; %s",
              with.what, with.remedy);
    whirl_topology_clear(topology);
    read_affinity(topology);
  }
  topology->openmp_binds = openmp_binds();
  if (topology->openmp_binds) { /* a binding that someone else has made is theirs */
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
