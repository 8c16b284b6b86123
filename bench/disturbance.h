/* What makes times differ from one run to the next, as far as the operating system tells. */
#ifndef WHIRL_BENCH_DISTURBANCE_H
#define WHIRL_BENCH_DISTURBANCE_H

#include <stddef.h>

#include <whirl/machine.h>

enum { DISTURBANCE_NOTES = 8, DISTURBANCE_SIZE = 200 };

/* Sentences on what was found. */
typedef struct disturbances {
  char notes[DISTURBANCE_NOTES][DISTURBANCE_SIZE];
  size_t count;
} disturbances;

/* The time that all CPUs had since the machine was started, how much of it they had nothing to do,
 * and how much a hypervisor gave to others, 0 where that is not told; and what this process took
 * with those that it started. Clock ticks. */
typedef struct cpu_time {
  double all, idle, stolen, own;
} cpu_time;

/* root is put before each path: "" for this machine, a folder for a test. */
cpu_time disturbance_cpu_time(const char *root);

/* What may disturb a run that began with `before` and has ended: a hypervisor and what it took,
 * other load during the run and before it (processes that could run, of /proc/loadavg), clocks that
 * change, hardware threads that share cores, a CPU quota. */
disturbances disturbances_find(const char *root, const whirl_machine *machine, double load_before,
                               cpu_time before);

/* Prints them, a line for each, the first after `before`. Returns what goes before a later note. */
const char *disturbances_print(const disturbances *d, const char *before);

/* The processes that could run, on the average of the last minute; 0 where that is not told. */
double disturbance_load(const char *root);

#endif
