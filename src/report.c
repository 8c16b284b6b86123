/* The sentences about what was found: what costs speed, and how to mend it. */
#include "report.h"

#include <stdbool.h>
#include <stdio.h>

#include "../kernels/table.h"
#include "machine.h"
#include "words.h"

/* Instruction sets that the CPU has and the operating system keeps from programs, as far as a
 * kernel would be chosen for them. */
static void report_hidden(const whirl_machine *machine, const whirl_settings *settings,
                          const whirl_logger *logger) {
  const char *isa = NULL;
  uint64_t hidden = 0;
  for (size_t i = 0; i < whirl_kernel_table_count; i++) {
    const whirl_kernel *kernel = whirl_kernel_table[i];
    const uint64_t lacking = kernel->features & ~machine->features;
    if (lacking == 0 || kernel->features & ~machine->cpu_features) continue;
    if (whirl_isa_index(kernel->isa) > settings->isa_max) continue;
    if (!isa || whirl_isa_index(kernel->isa) > whirl_isa_index(isa)) isa = kernel->isa;
    hidden |= lacking;
  }
  if (!isa) return;
  char features[200];
  whirl_list_features(hidden, features, sizeof features);
  whirl_log(logger, WHIRL_LOG_WARNING,
            "the CPU has %s, which the operating system keeps from programs, so that slower "
            "kernels stand in for those of %s; look for noxsave, clearcpuid or "
            "gather_data_sampling=force on Linux's command line, or for settings of the hypervisor",
            features, isa);
}

/* What keeps a process from more threads than its limit, and what it can do about that. */
static const char *limit_in_words(const whirl_machine *machine) {
  const unsigned of_quota = whirl_quota_threads(machine->cpu_quota);
  if (machine->thread_limit < of_quota && machine->thread_limit < machine->usable_logical_cpus)
    return "OMP_THREAD_LIMIT says so; raise it";
  if (of_quota < machine->usable_logical_cpus)
    return "its cgroup's CPU quota grants no more; raise the container's CPU limit";
  if (machine->usable_logical_cpus < machine->logical_cpus && machine->openmp_binds)
    return "OMP_PLACES or OMP_PROC_BIND leaves it no more; unset them, or give it more places";
  if (machine->usable_logical_cpus < machine->logical_cpus)
    return "its affinity mask or cpuset has no more; widen it";
  return "the machine has no more; ask for fewer";
}

/* Threads that were asked for and can't be had. */
static void report_threads(const whirl_machine *machine, const whirl_settings *settings,
                           const whirl_logger *logger) {
  if (settings->threads > machine->thread_limit)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "%s asks for %u threads, and this process may use %u, so %u run: %s",
              settings->threads_source, settings->threads, machine->thread_limit,
              machine->thread_limit, limit_in_words(machine));
}

/* What keeps the library's own choice from using the whole machine. */
static void report_limits(const whirl_machine *machine, const whirl_logger *logger) {
  if (machine->cpu_quota < machine->usable_cores && machine->cpu_quota < machine->openmp_threads)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "a cgroup grants %.3g CPUs of the %u cores that this process may use, so at most %u "
              "thread%s; raise the container's CPU limit to use more",
              machine->cpu_quota, machine->usable_cores, machine->max_threads,
              machine->max_threads == 1 ? " runs" : "s run");
  else if (machine->openmp_threads < machine->usable_cores)
    whirl_log(logger, WHIRL_LOG_INFO,
              "OpenMP is set to %u thread%s, and this process may use %u cores, so at most %u "
              "thread%s; raise OMP_NUM_THREADS or OMP_THREAD_LIMIT to use more",
              machine->openmp_threads, machine->openmp_threads == 1 ? "" : "s",
              machine->usable_cores, machine->max_threads,
              machine->max_threads == 1 ? " runs" : "s run");
  if (machine->usable_cores == 1 && machine->cores > 1 && machine->openmp_binds)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "OMP_PLACES or OMP_PROC_BIND leaves this process 1 of %u cores, so one thread runs; "
              "unset them or give it more places, or say that it is meant with WHIRL_NUM_THREADS=1",
              machine->cores);
  else if (machine->usable_cores == 1 && machine->cores > 1)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "this process is bound to 1 of %u cores, so one thread runs; give it more (mpirun "
              "--map-by slot:PE=N, srun --cpus-per-task=N, taskset), or say that it is meant with "
              "WHIRL_NUM_THREADS=1",
              machine->cores);
  if (machine->performance_cores == 0)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "this process is bound to slower cores of a machine that has faster ones, so all "
              "work takes longer; add faster ones to its affinity mask or cpuset");
}

static void report_pinning(const whirl_topology *topology, const whirl_logger *logger) {
  if (!topology->core_cpus)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "options.pin does nothing where OpenMP binds threads itself or hwloc knows of no "
              "cores, so threads may move; unset OMP_PROC_BIND and OMP_PLACES, or rely on them");
}

void whirl_report(const whirl_machine *machine, const whirl_topology *topology,
                  const whirl_settings *settings, const whirl_logger *logger) {
  char kinds[64] = "";
  if (machine->performance_cores < machine->usable_cores)
    snprintf(kinds, sizeof kinds, " (%u of them of the fastest kind)", machine->performance_cores);
  whirl_log(logger, WHIRL_LOG_INFO, "%s: %u of %u cores usable%s, at most %u thread%s",
            machine->cpu_name, machine->usable_cores, machine->cores, kinds, machine->max_threads,
            machine->max_threads == 1 ? "" : "s");
  if (!settings->kernel) report_hidden(machine, settings, logger);
  if (settings->threads > 0)
    report_threads(machine, settings, logger);
  else
    report_limits(machine, logger);
  if (settings->pin) report_pinning(topology, logger);
}

void whirl_report_unmeasured(const whirl_settings *settings, const whirl_logger *logger) {
  static const char why[] =
      "whirl-tune leaves out what gives wrong results on this machine; run it again to see";
  if (settings->kernel)
    whirl_log(logger, WHIRL_LOG_WARNING, "%s names %s, which the tuning file leaves out; %s",
              settings->kernel_source, settings->kernel->name, why);
  else
    whirl_log(logger, WHIRL_LOG_WARNING,
              "the tuning file has no kernel that gives the answer that is asked for, so one that "
              "it leaves out serves; %s",
              why);
}
