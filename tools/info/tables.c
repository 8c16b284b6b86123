/* The report as tables. */
#include <math.h>
#include <stdio.h>

#include "program/columns.h"
#include "program/complaint.h"
#include "program/features.h"
#include "program/openmp_limits.h"
#include "program/standard_output.h"
#include "program/units.h"
#include "report.h"

static void say(const char *what, const char *text) {
  printf("%-10s %s\n", what, text);
}

static const char *plural(unsigned count) {
  return count == 1 ? "" : "s";
}

static void print_cache(const char *name, uint64_t bytes) {
  char text[UNITS_TEXT_SIZE] = "unknown";
  if (bytes > 0) units_bytes(text, (double)bytes);
  printf("%s %s", name, text);
}

static void print_machine(const whirl_machine *machine) {
  char text[256], list[128];
  say("CPU", machine->cpu_name);
  features_text(list, sizeof list, machine->features);
  say("features", *list ? list : "none beyond the baseline");
  features_text(list, sizeof list, machine->cpu_features & ~machine->features);
  if (*list) {
    snprintf(text, sizeof text, "%s: the CPU has them, and the operating system hides them", list);
    say("", text);
  }
  snprintf(text, sizeof text, "%u, with %u hardware thread%s%s", machine->cores,
           machine->logical_cpus, plural(machine->logical_cpus),
           machine->logical_cpus > machine->cores ? " (SMT)" : "");
  say("cores", text);
  snprintf(text, sizeof text, "%u core%s, with %u hardware thread%s, by %s", machine->usable_cores,
           plural(machine->usable_cores), machine->usable_logical_cpus,
           plural(machine->usable_logical_cpus),
           machine->openmp_binds ? "OMP_PLACES or OMP_PROC_BIND" : "the affinity mask");
  say("usable", text);
  if (machine->performance_cores < machine->usable_cores) {
    snprintf(text, sizeof text, "%u of these cores are of the machine's fastest kind",
             machine->performance_cores);
    say("", text);
  }
  if (isinf(machine->cpu_quota))
    say("quota", "none");
  else
    printf("%-10s %.2f CPUs, by the cgroup\n", "quota", machine->cpu_quota);
  if (isfinite(machine->memory_limit)) {
    units_bytes(list, machine->memory_limit);
    snprintf(text, sizeof text, "%s, by the cgroup", list);
    say("memory", text);
  }
  const bool limited = openmp_limits_threads(machine);
  snprintf(text, sizeof text, "at most %u by its own choice, %u if told to; OpenMP would use %u%s",
           machine->max_threads, machine->thread_limit, machine->openmp_threads,
           limited ? ": OMP_THREAD_LIMIT allows no more"
           : machine->openmp_threads < machine->usable_cores
               ? ": OMP_NUM_THREADS or the program has set that"
               : "");
  say("threads", text);
  printf("%-10s %u of %u usable\n", "NUMA nodes", machine->usable_numa_nodes, machine->numa_nodes);
  printf("%-10s ", "caches");
  print_cache("L1d", machine->l1_data_bytes);
  print_cache(", L2", machine->l2_bytes);
  print_cache(", L3", machine->l3_bytes);
  putchar('\n');
}

static bool print_kernels(const whirl_machine *machine) {
  columns t = columns_new();
  columns_add(&t, "kernel", false);
  columns_add(&t, "method", false);
  columns_add(&t, "class", false);
  columns_add(&t, "runs here", false);
  columns_add(&t, "what it is", false);
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    char missing[120], cell[128];
    features_text(missing, sizeof missing, kernel->features & ~machine->features);
    snprintf(cell, sizeof cell, "%s%s", *missing ? "lacks " : "yes", missing);
    if (kernel->threaded) continue; /* NAME-omp runs where NAME does */
    columns_line(&t);
    columns_cell(&t, kernel->name);
    columns_cell(&t, whirl_kernel_method_name(kernel->method));
    columns_cell(&t, whirl_numeric_class_name(kernel->numeric_class));
    columns_cell(&t, cell);
    columns_cell(&t, kernel->summary);
  }
  return columns_print(&t);
}

static bool print_answers(const report *r) {
  columns t = columns_new();
  columns_add(&t, "asked", false);
  columns_add(&t, "n", true);
  columns_add(&t, "steps", true);
  columns_add(&t, "kernel", false);
  columns_add(&t, "threads", true);
  columns_add(&t, "expected", true);
  columns_add(&t, "reason", false);
  for (size_t i = 0; i < r->answer_count; i++) {
    const answer *a = &r->answers[i];
    char cell[UNITS_TEXT_SIZE];
    columns_line(&t);
    columns_cell(&t, a->asked->name);
    units_count(cell, a->n);
    columns_cell(&t, cell);
    units_count(cell, a->steps);
    columns_cell(&t, cell);
    columns_cell(&t, a->choice.kernel->name);
    snprintf(cell, sizeof cell, "%u", a->choice.threads);
    columns_cell(&t, cell);
    const time_unit unit = units_of_time(a->choice.expected_seconds);
    snprintf(cell, sizeof cell, "%.3g %s", a->choice.expected_seconds * unit.per_second, unit.name);
    columns_cell(&t, cell);
    columns_cell(&t, a->choice.reason);
  }
  return columns_print(&t);
}

bool report_print_tables(const report *r) {
  const whirl_machine *machine = whirl_dispatcher_machine(r->dispatcher);
  print_machine(machine);
  say("tuning", whirl_dispatcher_tuning(r->dispatcher)->sentence);
  for (size_t i = 0; i < r->message_count; i++)
    if (r->messages[i].level == WHIRL_LOG_WARNING) say("warning", r->messages[i].text);
  putchar('\n');
  bool good = print_kernels(machine);
  puts("\nEach of them runs over threads as well: naive as naive-omp, swapped as omp, ...\n");
  good = good && print_answers(r);
  return good && standard_output_finish();
}
