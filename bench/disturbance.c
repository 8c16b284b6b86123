#include "disturbance.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Less is told by none. */
static const double least_load = 0.3, least_stolen = 0.005;

__attribute__((format(printf, 2, 3))) static void add(disturbances *d, const char *format, ...) {
  if (d->count == DISTURBANCE_NOTES) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(d->notes[d->count++], DISTURBANCE_SIZE, format, arguments);
  va_end(arguments);
}

static FILE *open_file(const char *root, const char *path) {
  char full[512];
  snprintf(full, sizeof full, "%s%s", root, path);
  return fopen(full, "r");
}

/* The first word of a file; "" where there is none. */
static void read_word(const char *root, const char *path, char word[64]) {
  word[0] = '\0';
  FILE *file = open_file(root, path);
  if (!file) return;
  if (fscanf(file, "%63s", word) != 1) word[0] = '\0';
  fclose(file);
}

static double ticks_of(int who) {
  struct rusage usage;
  if (getrusage(who, &usage) != 0) return 0;
  const double seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  return seconds * (double)sysconf(_SC_CLK_TCK);
}

/* Of this process and of those that it has started and that have ended. */
static double own_ticks(void) {
  return ticks_of(RUSAGE_SELF) + ticks_of(RUSAGE_CHILDREN);
}

cpu_time disturbance_cpu_time(const char *root) {
  cpu_time time = {.own = own_ticks()};
  FILE *file = open_file(root, "/proc/stat");
  if (!file) return time;
  /* user, nice, system, idle, iowait, irq, softirq, steal */
  double ticks[8];
  if (fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &ticks[0], &ticks[1], &ticks[2],
             &ticks[3], &ticks[4], &ticks[5], &ticks[6], &ticks[7]) == 8) {
    for (size_t i = 0; i < 8; i++) time.all += ticks[i];
    time.idle = ticks[3] + ticks[4];
    time.stolen = ticks[7];
  }
  fclose(file);
  return time;
}

double disturbance_load(const char *root) {
  char word[64];
  double load;
  read_word(root, "/proc/loadavg", word);
  return sscanf(word, "%lf", &load) == 1 ? load : 0;
}

static void find_hypervisor(disturbances *d, const char *root, cpu_time before, cpu_time now) {
  FILE *file = open_file(root, "/proc/cpuinfo");
  char line[4096];
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file))
    found = strncmp(line, "flags", 5) == 0 && strstr(line, " hypervisor");
  if (file) fclose(file);
  if (!found) return;
  const double all = now.all - before.all,
               stolen = all > 0 ? (now.stolen - before.stolen) / all : 0;
  if (stolen >= least_stolen)
    add(d, "a hypervisor, which took %.1f %% of the time of this run's CPUs", 100 * stolen);
  else
    add(d, "a hypervisor, whose other guests share caches and memory");
}

static void find_clocks(disturbances *d, const char *root) {
  char governor[64], boost[64], no_turbo[64];
  read_word(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", governor);
  read_word(root, "/sys/devices/system/cpu/cpufreq/boost", boost);
  read_word(root, "/sys/devices/system/cpu/intel_pstate/no_turbo", no_turbo);
  if (governor[0] && strcmp(governor, "performance") != 0)
    add(d, "clocks that change: the frequency governor is \"%s\", not \"performance\"", governor);
  if (strcmp(boost, "1") == 0 || strcmp(no_turbo, "0") == 0)
    add(d, "clocks that change: cores are faster while others rest (boost)");
}

/* What others did while this process ran. */
static void find_others(disturbances *d, const whirl_machine *machine, cpu_time before,
                        cpu_time now) {
  const double all = now.all - before.all;
  const double others =
      all - (now.idle - before.idle) - (now.stolen - before.stolen) - (now.own - before.own);
  const double cpus = all > 0 ? others / all * machine->logical_cpus : 0;
  if (cpus >= least_load) add(d, "other programs: they took %.1f CPUs during the run", cpus);
}

disturbances disturbances_find(const char *root, const whirl_machine *machine, double load_before,
                               cpu_time before) {
  disturbances d = {.count = 0};
  char smt[64];
  const cpu_time now = disturbance_cpu_time(root);
  find_hypervisor(&d, root, before, now);
  find_others(&d, machine, before, now);
  if (load_before >= least_load)
    add(&d, "other programs: %.1f processes could run in the minute before", load_before);
  find_clocks(&d, root);
  read_word(root, "/sys/devices/system/cpu/smt/active", smt);
  if (strcmp(smt, "1") == 0)
    add(&d, "hardware threads that share a core: what runs on the other one counts");
  if (machine->cpu_quota < machine->usable_logical_cpus)
    add(&d, "a CPU quota of %.2f: threads that have used it up are stopped", machine->cpu_quota);
  return d;
}

const char *disturbances_print(const disturbances *d, const char *before) {
  for (size_t i = 0; i < d->count; i++) {
    printf("%swhat may disturb: %s\n", before, d->notes[i]);
    before = "";
  }
  return before;
}
