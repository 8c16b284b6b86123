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
#include "../../src/topology.h"
#include "cases.h"

/* The machine of a synthetic description, as a process sees it that may use the hardware threads of
 * a list such as "1,3,5"; NULL: all. */
static whirl_machine machine_of(const char *description, const char *usable_list) {
  hwloc_topology_t hwloc;
  assert_int_equal(hwloc_topology_init(&hwloc), 0);
  assert_int_equal(hwloc_topology_set_synthetic(hwloc, description), 0);
  assert_int_equal(hwloc_topology_load(hwloc), 0);
  hwloc_bitmap_t usable = hwloc_bitmap_dup(hwloc_topology_get_topology_cpuset(hwloc));
  assert_non_null(usable);
  if (usable_list) assert_int_equal(hwloc_bitmap_list_sscanf(usable, usable_list), 0);
  whirl_topology topology;
  assert_int_equal(whirl_topology_read(hwloc, usable, &topology), WHIRL_OK);
  whirl_machine machine = {.cores = topology.cores,
                           .logical_cpus = topology.logical_cpus,
                           .usable_cores = topology.usable_cores,
                           .usable_logical_cpus = topology.usable_logical_cpus,
                           .numa_nodes = topology.numa_nodes,
                           .l2_bytes = topology.l2_bytes,
                           .l3_bytes = topology.l3_bytes,
                           .cpu_quota = INFINITY,
                           .openmp_threads = topology.logical_cpus};
  whirl_limit_threads(&machine, 2147483647);
  whirl_topology_clear(&topology);
  hwloc_bitmap_free(usable);
  hwloc_topology_destroy(hwloc);
  return machine;
}

/* If this fails, a large server is taken for another machine than it is. */
static void servers(const test_case *test) {
  (void)test;
  const whirl_machine two = machine_of("pack:2 l3:1(size=256MB) l2:64(size=1MB) core:1 pu:2", NULL);
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
  const whirl_machine siblings = machine_of("pack:1 core:8 pu:2", "4,5,9");
  assert_int_equal(siblings.usable_cores, 2);
  assert_int_equal(siblings.usable_logical_cpus, 3);
  assert_int_equal(siblings.max_threads, 2);
  assert_int_equal(siblings.thread_limit, 3);
}

void add_topology_cases(test_suite *suite) {
  suite_add(suite, "topology", "servers", servers, NULL, NULL);
  suite_add(suite, "topology", "one_core", one_core, NULL, NULL);
  suite_add(suite, "topology", "few_cores_of_many", few_cores_of_many, NULL, NULL);
}
