/* Creating a dispatcher where hwloc can't tell what machine this is. */
#define _GNU_SOURCE
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <omp.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../support/dispatchers.h"
#include "properties.h"

/* What came of creating a dispatcher with a variable of hwloc's in the environment, in a thread
 * that may run on one CPU. */
typedef struct attempt {
  whirl_status status;
  whirl_machine machine;
  log_record record;
  long printed; /* bytes on standard output and standard error */
} attempt;

static whirl_status create(attempt *of) {
  whirl_options options = default_options();
  options.log = log_into_record;
  options.log_context = &of->record;
  whirl_dispatcher *d = NULL;
  const whirl_status status = whirl_dispatcher_create(&d, &options);
  if (status == WHIRL_OK) of->machine = *whirl_dispatcher_machine(d);
  whirl_dispatcher_destroy(d);
  return status;
}

static attempt create_with(const char *variable, const char *value) {
  attempt of = {0};
  cpu_set_t before, one;
  assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
  int cpu = 0;
  while (!CPU_ISSET(cpu, &before)) cpu++;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  FILE *file = tmpfile();
  assert_non_null(file);
  fflush(stdout);
  fflush(stderr);
  const int out = dup(1), error = dup(2);
  dup2(fileno(file), 1);
  dup2(fileno(file), 2);
  sched_setaffinity(0, sizeof one, &one);
  setenv(variable, value, 1);
  of.status = create(&of);
  unsetenv(variable);
  sched_setaffinity(0, sizeof before, &before);
  fflush(stdout);
  fflush(stderr);
  dup2(out, 1);
  dup2(error, 2);
  close(out);
  close(error);
  of.printed = lseek(fileno(file), 0, SEEK_END);
  fclose(file);
  return of;
}

/* The dispatcher is there, one CPU is usable, and the log says what is missing, why and what to do.
 */
static void assert_fallen_back(const attempt *of, const char *why) {
  assert_int_equal(of->status, WHIRL_OK);
  assert_int_equal(of->machine.numa_nodes, 1);
  assert_int_equal(of->machine.usable_numa_nodes, 1);
  assert_true(of->machine.l3_bytes == 0);
  assert_true(of->machine.cores >= of->machine.usable_cores);
  if (omp_get_proc_bind() == omp_proc_bind_false) {
    assert_int_equal(of->machine.usable_cores, 1);
    assert_int_equal(of->machine.usable_logical_cpus, 1);
    assert_int_equal(of->machine.max_threads, 1);
  }
  assert_true(log_holds(&of->record, WHIRL_LOG_WARNING, why));
  assert_true(
      log_holds(&of->record, WHIRL_LOG_WARNING, "so caches, NUMA nodes and which hardware"));
  assert_int_equal(of->printed, 0);
}

/* If this fails, a machine that hwloc fails on has no dispatcher, or one that takes more CPUs than
 * the process may use. */
static void hwloc_fails(const test_case *test) {
  (void)test;
  char path[] = "/tmp/whirl-hwloc-XXXXXX";
  const int file = mkstemp(path);
  assert_true(file >= 0);
  assert_true(write(file, "<topology", 9) == 9);
  close(file);
  const attempt broken = create_with("HWLOC_XMLFILE", path);
  remove(path);
  assert_fallen_back(&broken, "hwloc could not read this machine's topology");
  const attempt nothing = create_with("HWLOC_COMPONENTS", "stop");
  assert_fallen_back(&nothing, "hwloc could not read this machine's topology");
  const attempt blind = create_with("HWLOC_COMPONENTS", "-linux");
  assert_fallen_back(&blind, "hwloc finds no cores in this machine");
}

/* If this fails, a machine that the environment describes to hwloc is taken for this one, and the
 * process takes CPUs that it may not use. */
static void another_machine(const test_case *test) {
  (void)test;
  const attempt synthetic = create_with("HWLOC_SYNTHETIC", "pack:2 core:64 pu:2");
  assert_fallen_back(&synthetic, "hwloc was told of another machine than this one");
}

/* If this fails, a launcher that leaves a process one core of several slows it down unnoticed. */
static void one_core(const test_case *test) {
  (void)test;
  if (omp_get_proc_bind() != omp_proc_bind_false) suite_skip("%s: OpenMP binds", test->name);
  const attempt bound = create_with("WHIRL_ISA_MAX", "baseline");
  assert_int_equal(bound.status, WHIRL_OK);
  assert_int_equal(bound.machine.usable_cores, 1);
  if (bound.machine.cores == 1) suite_skip("%s: this machine has one core", test->name);
  assert_true(log_holds(&bound.record, WHIRL_LOG_WARNING, "this process is bound to 1 of"));
}

static const test_property properties[] = {
    {"hwloc_fails", hwloc_fails, NULL},
    {"another_machine", another_machine, NULL},
    {"one_core", one_core, NULL},
};

const test_property_list machine_properties = {properties, sizeof properties / sizeof *properties};
