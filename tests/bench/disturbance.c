/* What bench says of a machine that disturbs it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../bench/disturbance.h"
#include "../support/trees.h"
#include "cases.h"

static const whirl_machine quiet_machine = {
    .logical_cpus = 8, .usable_logical_cpus = 8, .cpu_quota = INFINITY};

/* The notes on a machine with these files, when the load was so much. */
static disturbances notes_of(const tree_file *files, const whirl_machine *machine,
                             cpu_time before) {
  char root[TREE_ROOT];
  tree_make(files, root);
  const disturbances d = disturbances_find(root, machine, disturbance_load(root), before);
  tree_remove(root);
  return d;
}

static bool says(const disturbances *d, const char *words) {
  bool found = false;
  for (size_t i = 0; i < d->count; i++) found |= strstr(d->notes[i], words) != NULL;
  return found;
}

/* If this fails, bench warns of what is not there. */
static void nothing(const test_case *test) {
  (void)test;
  const tree_file quiet[] = {
      {"/proc/loadavg", "0.10 0.50 0.90 1/100 1234\n"},
      {"/proc/cpuinfo", "processor : 0\nflags : fpu sse2 avx2\n"},
      {"/proc/stat", "cpu  10 0 10 980 0 0 0 50\n"},
      {"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n"},
      {"/sys/devices/system/cpu/cpufreq/boost", "0\n"},
      {"/sys/devices/system/cpu/smt/active", "0\n"},
      {NULL, NULL}};
  assert_int_equal(notes_of(quiet, &quiet_machine, (cpu_time){.own = 0}).count, 0);
  const tree_file empty[] = {{"/readme", "neither proc nor sys\n"}, {NULL, NULL}};
  assert_int_equal(notes_of(empty, &quiet_machine, (cpu_time){.own = 0}).count, 0);
}

/* If this fails, numbers from a disturbed machine are shown without a word. */
static void each_kind(const test_case *test) {
  (void)test;
  const tree_file disturbed[] = {
      {"/proc/loadavg", "2.50 0.50 0.90 3/100 1234\n"},
      {"/proc/cpuinfo", "processor : 0\nflags : fpu hypervisor avx2\n"},
      {"/proc/stat", "cpu  300 0 100 1560 0 0 0 90\n"},
      {"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n"},
      {"/sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"},
      {"/sys/devices/system/cpu/smt/active", "1\n"},
      {NULL, NULL}};
  whirl_machine machine = quiet_machine;
  machine.cpu_quota = 1.5;
  /* Of 1,000 ticks since the beginning 40 were stolen; of the others 660 were idle, and what is
   * left after the 100 of this run's are 200, a fifth of 8 CPUs. */
  const double own = disturbance_cpu_time("").own;
  const disturbances d = notes_of(
      disturbed, &machine, (cpu_time){.all = 1050, .idle = 900, .stolen = 50, .own = own - 100});
  assert_true(says(&d, "they took 1.6 CPUs during the run"));
  assert_true(says(&d, "2.5 processes"));
  assert_true(says(&d, "hypervisor, which took 4.0 %"));
  assert_true(says(&d, "powersave"));
  assert_true(says(&d, "boost"));
  assert_true(says(&d, "share a core"));
  assert_true(says(&d, "quota of 1.50"));
  assert_int_equal(d.count, 7);
}

void add_disturbance_cases(test_suite *suite) {
  suite_add(suite, "disturbance", "nothing", nothing, NULL, NULL);
  suite_add(suite, "disturbance", "each_kind", each_kind, NULL, NULL);
}
