/* Machines that no one here has, as hwloc describes them: what the library reads of them, and how
 * many threads it would take there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hwloc.h>

#include <cmocka.h>

#include "../../src/machine.h"
#include "cases.h"
#include "machines.h"

/* The machine of a description, as a process sees it that is bound to the hardware threads of a
 * list such as "1,3,5"; NULL: to all. */
static whirl_machine machine_of(const char *description, const char *mask) {
  whirl_topology topology = machine_topology(description, mask);
  const whirl_machine machine =
      whirl_machine_compose(&(whirl_findings){.topology = &topology,
                                              .cpu_quota = INFINITY,
                                              .openmp_threads = topology.usable_logical_cpus,
                                              .openmp_limit = 2147483647});
  whirl_topology_clear(&topology);
  return machine;
}

/* If this fails, a large server is taken for another machine than it is. */
static void servers(const test_case *test) {
  (void)test;
  const whirl_machine two =
      machine_of("pack:2 numa:1 l3:1(size=256MB) l2:64(size=1MB) core:1 pu:2", NULL);
  assert_int_equal(two.usable_l3_caches, 2);
  assert_int_equal(two.cores, 128);
  assert_int_equal(two.logical_cpus, 256);
  assert_int_equal(two.usable_cores, 128);
  assert_int_equal(two.max_threads, 128); /* a thread for each core, not for each hardware thread */
  assert_int_equal(two.thread_limit, 256);
  const whirl_machine eight = machine_of("pack:2 numa:4 core:8 pu:1", NULL);
  assert_int_equal(eight.numa_nodes, 8);
  assert_int_equal(eight.cores, 64);
  assert_int_equal(eight.max_threads, 64);
}

/* If this fails, a process on one node of eight counts on the memory of all. */
static void one_node_of_many(const test_case *test) {
  (void)test;
  const char eight[] = "pack:2 numa:4 core:8 pu:1";
  assert_int_equal(machine_of(eight, NULL).usable_numa_nodes, 8);
  assert_int_equal(machine_of(eight, "8-15").usable_numa_nodes, 1);
  assert_int_equal(machine_of(eight, "7-16").usable_numa_nodes, 3);
  assert_int_equal(machine_of(eight, "7-16").numa_nodes, 8);
}

static void one_core(const test_case *test) {
  (void)test;
  const whirl_machine one = machine_of("core:1 pu:1", NULL);
  assert_int_equal(one.cores, 1);
  assert_int_equal(one.max_threads, 1);
  assert_int_equal(one.numa_nodes, 1);
}

/* If this fails, a process that was given some cores of a machine starts threads for all of them.
 */
static void few_cores_of_many(const test_case *test) {
  (void)test;
  const whirl_machine odd = machine_of("pack:1 core:8 pu:1", "1,3,5");
  assert_int_equal(odd.cores, 8);
  assert_int_equal(odd.usable_cores, 3);
  assert_int_equal(odd.max_threads, 3);
  /* Both hardware threads of one core, and one of another. */
  whirl_topology pinned = machine_topology("pack:1 core:8 pu:2", "4,5,9");
  const unsigned first_to_last[] = {4, 9, 5}; /* a core that is bound to has no second thread yet */
  assert_memory_equal(pinned.core_cpus, first_to_last, sizeof first_to_last);
  whirl_topology_clear(&pinned);
  const whirl_machine siblings = machine_of("pack:1 core:8 pu:2", "4,5,9");
  assert_int_equal(siblings.usable_cores, 2);
  assert_int_equal(siblings.usable_logical_cpus, 3);
  assert_int_equal(siblings.max_threads, 2);
  assert_int_equal(siblings.thread_limit, 3);
}

/* If this fails, cores that a cgroup's cpuset takes away count as usable, or not even as there. */
static void cpuset(const test_case *test) {
  (void)test;
  const char three[] = "cpuset-of-three.xml";
  const whirl_machine all = machine_of(three, NULL);
  assert_int_equal(all.cores, 8);
  assert_int_equal(all.usable_cores, 3);
  assert_int_equal(all.max_threads, 3);
  whirl_topology topology = machine_topology(three, NULL);
  for (unsigned i = 0; i < 3; i++) assert_int_equal(topology.core_cpus[i], 2 * i + 1);
  whirl_topology_clear(&topology);
  assert_int_equal(machine_of(three, "0-3").usable_cores, 2);
  assert_int_equal(machine_of(three, "0,2,4").usable_cores, 0);
}

/* If this fails, a program on a machine with cores of two kinds leaves the slower ones idle, pins
 * few threads to the slower ones, or counts hardware threads as cores. */
static void performance_and_efficiency(const test_case *test) {
  (void)test;
  const char hybrid[] = "performance-and-efficiency.xml";
  const whirl_machine all = machine_of(hybrid, NULL);
  assert_int_equal(all.cores, 16);
  assert_int_equal(all.logical_cpus, 24);
  assert_int_equal(all.usable_cores, 16);
  assert_int_equal(all.performance_cores, 8);
  assert_int_equal(all.max_threads, 16);
  assert_int_equal(all.l3_bytes, 31457280);
  const whirl_machine slow = machine_of(hybrid, "16-23");
  assert_int_equal(slow.usable_cores, 8);
  assert_int_equal(slow.performance_cores, 0);
  const whirl_machine fast = machine_of(hybrid, "0-15");
  assert_int_equal(fast.usable_cores, 8);
  assert_int_equal(fast.performance_cores, 8);
  assert_int_equal(machine_of(hybrid, "3,18").performance_cores, 1);
}

/* Kinds that hwloc can rank only by what it is told, or not at all. */
static void kinds_of_cores(const test_case *test) {
  (void)test;
  const hwloc_topology_t hwloc = machine_load("core:8 pu:1");
  hwloc_bitmap_t set = hwloc_bitmap_alloc();
  assert_non_null(set);
  hwloc_bitmap_list_sscanf(set, "0-3");
  assert_int_equal(hwloc_cpukinds_register(hwloc, set, -1, 0, NULL, 0), 0);
  hwloc_bitmap_list_sscanf(set, "4-7");
  assert_int_equal(hwloc_cpukinds_register(hwloc, set, -1, 0, NULL, 0), 0);
  whirl_topology unranked = machine_read(hwloc, NULL);
  assert_int_equal(unranked.performance_cores, 8);
  whirl_topology_clear(&unranked);
  hwloc_topology_destroy(hwloc);

  /* One core that is faster than three, which are faster than four; the fastest is the last. */
  const hwloc_topology_t three = machine_load("core:8 pu:1");
  const char *const kinds[] = {"0-3", "4-6", "7"};
  for (int kind = 0; kind < 3; kind++) {
    hwloc_bitmap_list_sscanf(set, kinds[kind]);
    assert_int_equal(hwloc_cpukinds_register(three, set, kind, 0, NULL, 0), 0);
  }
  whirl_topology ranked = machine_read(three, NULL);
  assert_int_equal(ranked.performance_cores, 1);
  assert_int_equal(ranked.usable_cores, 8);
  assert_int_equal(ranked.core_cpus[0], 7); /* what is pinned first */
  whirl_topology_clear(&ranked);
  hwloc_bitmap_free(set);
  hwloc_topology_destroy(three);
}

void add_topology_cases(test_suite *suite) {
  suite_add(suite, "topology", "servers", servers, NULL, NULL);
  suite_add(suite, "topology", "one_core", one_core, NULL, NULL);
  suite_add(suite, "topology", "one_node_of_many", one_node_of_many, NULL, NULL);
  suite_add(suite, "topology", "few_cores_of_many", few_cores_of_many, NULL, NULL);
  suite_add(suite, "topology", "cpuset", cpuset, NULL, NULL);
  suite_add(suite, "topology", "performance_and_efficiency", performance_and_efficiency, NULL,
            NULL);
  suite_add(suite, "topology", "kinds_of_cores", kinds_of_cores, NULL, NULL);
}
