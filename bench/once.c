#include "once.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "cases.h"
#include "proc.h"
#include "program/clock.h"
#include "program/complaint.h"
#include "program/standard_output.h"
#include "program/units.h"
#include "workload.h"

__attribute__((noinline)) whirl_status once_work(const bench_options *options,
                                                 const whirl_dispatcher *d, whirl_particles p,
                                                 double *best_seconds) {
  *best_seconds = INFINITY;
  for (uint64_t i = 0; i < options->repetitions; i++) {
    const double begin = clock_seconds();
    const whirl_status status = options->by_time ? whirl_evolve(d, p, options->dt)
                                                 : whirl_evolve_steps(d, p, options->steps);
    *best_seconds = fmin(*best_seconds, clock_seconds() - begin);
    if (status) return status;
  }
  return WHIRL_OK;
}

/* A kernel may have more on the stack than it touches. Who copies the stack to find a function's
 * callers, as perf does, stops at a page that nobody has touched. */
static __attribute__((noinline)) void once_touch_stack(void) {
  enum { BYTES = 65536, PAGE = 4096 };
  char stack[BYTES];
  for (size_t i = 0; i < BYTES; i += PAGE) stack[i] = 0;
  __asm__ volatile(""
                   :
                   : "r"(stack)
                   : "memory"); /* it is looked at, for all that a compiler knows */
}

static __attribute__((noinline)) whirl_status
once_set_up(const bench_options *options, const whirl_dispatcher *d, size_t n, whirl_particles *p) {
  once_touch_stack();
  const whirl_status status = whirl_particles_alloc(d, n, p);
  return status ? status : whirl_particles_random(d, *p, options->seed, 0);
}

/* The kernel's name, and what the dispatcher made of it where it was to choose. */
static void name_kernel(char *text, size_t size, const bench_options *options,
                        const whirl_choice *choice) {
  const char *chosen = choice->kernel->name;
  if (options->kernels[0].kernel)
    snprintf(text, size, "%s", chosen);
  else
    snprintf(text, size, "auto, which is %s,", chosen);
}

static void print_line(const bench_options *options, const whirl_choice *choice, size_t n,
                       double seconds) {
  char kernel[128], particles[UNITS_TEXT_SIZE], steps[UNITS_TEXT_SIZE], timestep[UNITS_TEXT_SIZE];
  name_kernel(kernel, sizeof kernel, options, choice);
  units_count(particles, n);
  units_count(steps, options->steps);
  units_exact(timestep, options->timestep);
  const time_unit unit = units_of_time(seconds);
  const double time = seconds * unit.per_second;
  printf("%s on %u thread%s: %s particle%s, %s step%s of %s in %.*f %s", kernel, choice->threads,
         choice->threads == 1 ? "" : "s", particles, n == 1 ? "" : "s", steps,
         options->steps == 1 ? "" : "s", timestep, units_decimals(time, 4), time, unit.name);
  if (options->steps > 0) {
    const double each = seconds / ((double)n * (double)options->steps) * 1e9;
    printf(", %.*f ns/particle-step", units_decimals(each, 3), each);
  }
  if (options->repetitions > 1) printf(", best of %" PRIu64, options->repetitions);
  putchar('\n');
}

static void print_json(const bench_options *options, const whirl_choice *choice, size_t n,
                       double seconds, double hertz) {
  printf("{\"kernel\": \"%s\", \"threads\": %u, \"n\": %zu, \"steps\": %" PRIu64
         ", \"timestep\": %.17g, \"repetitions\": %" PRIu64 ", \"best_seconds\": %.9g",
         choice->kernel->name, choice->threads, n, options->steps, options->timestep,
         options->repetitions, seconds);
  const double peak = proc_bytes("/proc/self/status", "VmHWM");
  if (isfinite(hertz)) printf(", \"core_hertz\": %.4g", hertz);
  if (isfinite(peak)) printf(", \"peak_bytes\": %.0f", peak);
  puts("}");
}

static int work_and_print(const bench_options *options, const whirl_dispatcher *d, size_t n) {
  whirl_choice choice;
  whirl_particles p = {0};
  double seconds;
  whirl_status status = whirl_choose(d, n, options->steps, &choice);
  if (!status) status = once_set_up(options, d, n, &p);
  if (!status) status = once_work(options, d, p, &seconds);
  const double hertz = clock_core_hertz(); /* while it is still the kernel's */
  whirl_particles_free(&p);
  if (status) {
    complain("%zu particles: %s", n, whirl_status_string(status));
    return PROGRAM_FAILED;
  }
  if (options->format == FORMAT_JSON)
    print_json(options, &choice, n, seconds, hertz);
  else
    print_line(options, &choice, n, seconds);
  return standard_output_finish() ? PROGRAM_OK : PROGRAM_FAILED;
}

int once_run(bench_options *options, const whirl_dispatcher *base) {
  const whirl_machine *machine = whirl_dispatcher_machine(base);
  const size_t n = options->n[0];
  if (!options_resolve_threads(options, machine)) return PROGRAM_BAD_USAGE;
  options->steps = options->steps_list[0];
  options->threads = (int)options->threads_list[0];
  if (!cases_are_possible(options, machine) || !workload_fits(n, 1, machine))
    return PROGRAM_BAD_USAGE;
  whirl_dispatcher *d = cases_dispatcher(options, options->kernels[0].kernel);
  if (!d) return PROGRAM_BAD_USAGE;
  const int code = work_and_print(options, d, n);
  whirl_dispatcher_destroy(d);
  return code;
}
