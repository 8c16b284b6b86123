/* The decision: which kernel and how many threads for n particles and so many steps. */
#include "choice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../kernels/table.h"

/* What it takes to start a team of threads and to wait for it, in nanoseconds. */
static const double team_ns = 2500, thread_ns = 500;

/* Shorter work is not shared: what it would save is less than what waiting for a thread that the
 * operating system has put aside can cost. */
static const double least_shared_ns = 20000;

/* Each thread gets whole cache lines of 8 doubles; fewer than this many lines aren't worth handing
 * over. */
enum { LEAST_PARTICLES_A_THREAD = 64 };

static bool may_serve(const whirl_kernel *kernel, const whirl_settings *settings,
                      uint64_t features) {
  if (settings->kernel) return kernel->evolve == settings->kernel->evolve;
  if (kernel->features & ~features) return false;
  if (whirl_isa_index(kernel->isa) > settings->isa_max) return false;
  if (whirl_kernel_answers(kernel) != settings->method) return false;
  return settings->method == WHIRL_METHOD_EXACT || !settings->bitwise ||
         kernel->numeric_class == WHIRL_BITWISE;
}

static const whirl_kernel *threaded_form(const whirl_kernel *serial) {
  for (size_t i = 0; i < whirl_kernel_table_count; i++) {
    const whirl_kernel *kernel = whirl_kernel_table[i];
    if (kernel->threaded && kernel->evolve == serial->evolve) return kernel;
  }
  return serial;
}

whirl_status whirl_chooser_init(whirl_chooser *chooser, const whirl_settings *settings,
                                uint64_t features, unsigned max_threads, unsigned thread_limit) {
  *chooser = (whirl_chooser){
      .settings = *settings, .max_threads = max_threads, .thread_limit = thread_limit};
  chooser->candidates = malloc(whirl_kernel_table_count * sizeof *chooser->candidates);
  if (!chooser->candidates) return WHIRL_ERROR_OUT_OF_MEMORY;
  for (size_t i = 0; i < whirl_kernel_table_count; i++) {
    const whirl_kernel *kernel = whirl_kernel_table[i];
    if (kernel->threaded || !may_serve(kernel, settings, features)) continue;
    chooser->candidates[chooser->candidates_count++] =
        (whirl_candidate){.serial = kernel, .threaded = threaded_form(kernel)};
  }
  return WHIRL_OK;
}

void whirl_chooser_clear(whirl_chooser *chooser) {
  free(chooser->candidates);
  *chooser = (whirl_chooser){0};
}

static double serial_ns(const whirl_kernel *kernel, double n, double steps) {
  const whirl_cost *cost = &kernel->cost;
  return cost->fixed + n * (cost->per_particle + cost->per_particle_step * steps);
}

static double parallel_ns(double serial, unsigned threads) {
  return threads == 1 ? serial : serial / threads + team_ns + thread_ns * threads;
}

/* The number of threads that makes serial / t + thread_ns * t least, if that repays the team at
 * all. */
static unsigned threads_that_repay(const whirl_chooser *chooser, size_t n, double serial) {
  double most = fmin(chooser->max_threads, floor((double)n / LEAST_PARTICLES_A_THREAD));
  most = fmin(most, floor(sqrt(serial / thread_ns)));
  if (most < 2 || serial < least_shared_ns) return 1;
  const unsigned threads = (unsigned)most;
  return parallel_ns(serial, threads) < serial ? threads : 1;
}

whirl_decision whirl_decide(const whirl_chooser *chooser, size_t n, uint64_t steps) {
  const double particles = (double)n, count = (double)steps;
  const whirl_candidate *best = chooser->candidates;
  double least = serial_ns(best->serial, particles, count);
  for (size_t i = 1; i < chooser->candidates_count; i++) {
    const double ns = serial_ns(chooser->candidates[i].serial, particles, count);
    if (ns >= least) continue;
    least = ns;
    best = &chooser->candidates[i];
  }
  const whirl_settings *settings = &chooser->settings;
  unsigned threads;
  if (settings->threads > 0)
    threads = settings->threads < chooser->thread_limit ? settings->threads : chooser->thread_limit;
  else if (settings->kernel) /* named, and over threads: as many as there are */
    threads = chooser->max_threads;
  else
    threads = threads_that_repay(chooser, n, least);
  return (whirl_decision){
      .candidate = best, .threads = threads, .serial_ns = least, .ns = parallel_ns(least, threads)};
}

/* A time in words: "12.3 us". */
static void say_time(double ns, char *text, size_t size) {
  if (ns < 1e3)
    snprintf(text, size, "%.0f ns", ns);
  else if (ns < 1e6)
    snprintf(text, size, "%.3g us", ns / 1e3);
  else if (ns < 1e9)
    snprintf(text, size, "%.3g ms", ns / 1e6);
  else
    snprintf(text, size, "%.3g s", ns / 1e9);
}

static void say_threads(const whirl_chooser *chooser, const whirl_decision *decision, char *text,
                        size_t size) {
  const whirl_settings *settings = &chooser->settings;
  char one[32];
  say_time(decision->serial_ns, one, sizeof one);
  if (settings->threads > chooser->thread_limit)
    snprintf(text, size, "%s asks for %u threads, and this process may use %u",
             settings->threads_source, settings->threads, chooser->thread_limit);
  else if (settings->threads > 0)
    snprintf(text, size, "threads set by %s", settings->threads_source);
  else if (settings->kernel)
    snprintf(text, size, "all threads that this process may use");
  else if (chooser->max_threads == 1)
    snprintf(text, size, "this process may use one thread");
  else if (decision->threads == 1)
    snprintf(text, size, "more threads than one do not repay their start");
  else
    snprintf(text, size, "one thread would take %s", one);
}

void whirl_explain(const whirl_chooser *chooser, const whirl_decision *decision,
                   whirl_choice *choice) {
  const whirl_settings *settings = &chooser->settings;
  char threads[128], expected[32];
  say_threads(chooser, decision, threads, sizeof threads);
  say_time(decision->ns, expected, sizeof expected);
  *choice = (whirl_choice){.kernel = decision->threads > 1 ? decision->candidate->threaded
                                                           : decision->candidate->serial,
                           .threads = decision->threads};
  if (settings->kernel)
    snprintf(choice->reason, sizeof choice->reason, "kernel named by %s; %s",
             settings->kernel_source, threads);
  else
    snprintf(choice->reason, sizeof choice->reason,
             "the fastest of %zu %s%s kernels here by the built-in cost model, about %s; %s",
             chooser->candidates_count, settings->bitwise ? "bitwise " : "",
             settings->method == WHIRL_METHOD_EULER ? "Euler" : "exact", expected, threads);
}
