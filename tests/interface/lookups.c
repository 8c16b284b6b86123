/* What the library asks for after a dispatcher was created: nothing. This program's own getenv and
 * hwloc_topology_init come before those that the shared library would find. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "properties.h"

static atomic_int environment_lookups, topology_lookups; /* the library may be called by threads */

WHIRL_API char *getenv(const char *name) {
  environment_lookups++;
  const size_t length = strlen(name);
  for (char **entry = environ; *entry; entry++)
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
  return NULL;
}

WHIRL_API int hwloc_topology_init(void *topology);
WHIRL_API int hwloc_topology_init(void *topology) {
  topology_lookups++;
  int (*original)(void *);
  *(void **)&original = dlsym(RTLD_NEXT, "hwloc_topology_init");
  return original ? original(topology) : -1;
}

/* If this fails, each evolve pays for looking at the machine, and its answer may change. */
static void only_at_create(const test_case *test) {
  (void)test;
  environment_lookups = topology_lookups = 0;
  whirl_dispatcher *d = dispatcher_new(NULL);
  assert_true(environment_lookups >= 3); /* otherwise the library does not come here */
  assert_true(topology_lookups >= 1);
  whirl_particles p;
  assert_int_equal(whirl_particles_alloc(d, 100000, &p), WHIRL_OK);
  environment_lookups = topology_lookups = 0;
  whirl_choice choice;
  assert_int_equal(whirl_particles_random(d, p, 1, 0), WHIRL_OK);
  assert_int_equal(whirl_evolve(d, p, 0.001), WHIRL_OK);
  assert_int_equal(whirl_evolve_steps(d, p, 3), WHIRL_OK);
  assert_int_equal(whirl_choose(d, 1000, 100, &choice), WHIRL_OK);
  assert_int_equal(environment_lookups, 0);
  assert_int_equal(topology_lookups, 0);
  whirl_particles_free(&p);
  whirl_dispatcher_destroy(d);
}

static const test_property properties[] = {
    {"only_at_create", only_at_create, NULL},
};

const test_property_list lookup_properties = {properties, sizeof properties / sizeof *properties};
