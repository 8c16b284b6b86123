#include "machines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

hwloc_topology_t machine_load(const char *description) {
  hwloc_topology_t hwloc;
  assert_int_equal(hwloc_topology_init(&hwloc), 0);
  if (strstr(description, ".xml")) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", WHIRL_TEST_MACHINES, description);
    if (hwloc_topology_set_xml(hwloc, path) != 0) fail_msg("%s can't be read", path);
  } else if (hwloc_topology_set_synthetic(hwloc, description) != 0) {
    fail_msg("\"%s\" describes no machine", description);
  }
  assert_int_equal(hwloc_topology_set_flags(hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED), 0);
  assert_int_equal(hwloc_topology_load(hwloc), 0);
  return hwloc;
}

whirl_topology machine_read(hwloc_topology_t hwloc, const char *mask) {
  hwloc_bitmap_t bits = hwloc_bitmap_alloc_full();
  assert_non_null(bits);
  if (mask) assert_int_equal(hwloc_bitmap_list_sscanf(bits, mask), 0);
  whirl_topology topology;
  assert_int_equal(whirl_topology_read(hwloc, bits, &topology), WHIRL_OK);
  hwloc_bitmap_free(bits);
  return topology;
}

whirl_topology machine_topology(const char *description, const char *mask) {
  const hwloc_topology_t hwloc = machine_load(description);
  const whirl_topology topology = machine_read(hwloc, mask);
  hwloc_topology_destroy(hwloc);
  return topology;
}
