#include "workload.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>

#include "proc.h"
#include "program/complaint.h"
#include "program/units.h"

/* The address space that the process may have (ulimit -v). */
static double address_space(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return INFINITY;
  return (double)limit.rlim_cur;
}

double workload_bytes_free(const whirl_machine *machine) {
  /* What Linux thinks can be had without swapping, where it tells: fmin passes a NAN over. */
  return fmin(fmin(proc_bytes("/proc/meminfo", "MemAvailable"), address_space()),
              machine->memory_limit);
}

bool workload_fits(size_t n, int sets, const whirl_machine *machine) {
  const double needed = sets * 3 * sizeof(double) * (double)n;
  const double available = workload_bytes_free(machine);
  if (needed <= available) return true;
  char count[UNITS_TEXT_SIZE], needed_text[UNITS_TEXT_SIZE], available_text[UNITS_TEXT_SIZE];
  units_count(count, n);
  units_bytes(needed_text, needed);
  units_bytes(available_text, available);
  return complain("--n: %s particles are too many: needs %s; %s are free", count, needed_text,
                  available_text);
}

static whirl_status create_particles(workload *w, const whirl_dispatcher *d) {
  whirl_status status = whirl_particles_alloc(d, w->n, &w->initial);
  if (!status) status = whirl_particles_alloc(d, w->n, &w->working);
  if (!status) status = whirl_particles_random(d, w->initial, w->seed, 0);
  if (!status) memcpy(w->working.ang_vel, w->initial.ang_vel, w->n * sizeof(double));
  return status;
}

bool workload_create(workload *w, const bench_options *options, size_t n,
                     const whirl_dispatcher *d) {
  *w = (workload){.n = n,
                  .steps = options->steps,
                  .by_time = options->by_time,
                  .dt = options->dt,
                  .timestep = options->timestep,
                  .seed = options->seed};
  const whirl_status status = create_particles(w, d);
  if (!status) return true;
  workload_destroy(w);
  return complain("can't make %zu particles: %s", n, whirl_status_string(status));
}

void workload_destroy(workload *w) {
  whirl_particles_free(&w->initial);
  whirl_particles_free(&w->working);
}

void workload_restore(const workload *w) {
  memcpy(w->working.x, w->initial.x, w->n * sizeof(double));
  memcpy(w->working.y, w->initial.y, w->n * sizeof(double));
}

workload_call workload_call_of(const workload *w, const whirl_kernel *kernel) {
  if (w->by_time && whirl_kernel_answers(kernel) == WHIRL_METHOD_EXACT)
    return (workload_call){.timestep = w->dt, .steps = 1};
  workload_call call = {.timestep = w->timestep, .steps = w->steps};
  if (w->by_time) whirl_count_steps(w->dt, w->timestep, &call.steps, &call.last);
  return call;
}

void workload_run(const workload *w, const whirl_kernel *kernel) {
  const workload_call call = workload_call_of(w, kernel);
  const whirl_particles p = w->working;
  kernel->evolve(p.x, p.y, p.ang_vel, p.n, call.timestep, call.steps);
  if (call.last > 0) kernel->evolve(p.x, p.y, p.ang_vel, p.n, call.last, 1);
}

whirl_status workload_evolve(const workload *w, const whirl_dispatcher *d, whirl_particles p) {
  return w->by_time ? whirl_evolve(d, p, w->dt) : whirl_evolve_steps(d, p, w->steps);
}
