/* Machines that no one here has, as hwloc describes them. */
#ifndef WHIRL_TESTS_MACHINES_H
#define WHIRL_TESTS_MACHINES_H

#include <hwloc.h>

#include "../../src/topology.h"

/* The machine of a synthetic description ("pack:2 core:64 pu:2"), or of a file NAME.xml in the
 * folder machines; hwloc_topology_destroy takes it back. */
hwloc_topology_t machine_load(const char *description);

/* What the library reads of it as a process that is bound to the hardware threads of a list such as
 * "1,3,5"; NULL: to all. whirl_topology_clear takes it back. */
whirl_topology machine_read(hwloc_topology_t hwloc, const char *mask);
whirl_topology machine_topology(const char *description, const char *mask);

#endif
