/* The decision: which kernel and how many threads for n particles and so many steps. */
#include "choice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../kernels/table.h"

/* Shorter work is not shared: what it would save is less than what waiting for a thread that the
 * operating system has put aside can cost. */
static const double least_shared_ns = 10000;

/* Each thread gets whole cache lines. */
enum { LINE_DOUBLES = 8 };

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
                                const whirl_machine *machine) {
  *chooser = (whirl_chooser){.settings = *settings,
                             .max_threads = machine->max_threads,
                             .thread_limit = machine->thread_limit,
                             .machine = whirl_machine_cost_of(machine)};
  chooser->candidates = malloc(whirl_kernel_table_count * sizeof *chooser->candidates);
  if (!chooser->candidates) return WHIRL_ERROR_OUT_OF_MEMORY;
  for (size_t i = 0; i < whirl_kernel_table_count; i++) {
    const whirl_kernel *kernel = whirl_kernel_table[i];
    if (kernel->threaded || !may_serve(kernel, settings, machine->features)) continue;
    chooser->candidates[chooser->candidates_count++] = (whirl_candidate){
        .serial = kernel, .threaded = threaded_form(kernel), .cost = kernel->cost};
  }
  return WHIRL_OK;
}

void whirl_chooser_clear(whirl_chooser *chooser) {
  free(chooser->candidates);
  *chooser = (whirl_chooser){0};
}

/* The best kernel on so many threads. */
static whirl_decision best_on(const whirl_chooser *chooser, size_t n, uint64_t steps,
                              unsigned threads) {
  whirl_decision best = {.threads = threads, .ns = INFINITY};
  for (size_t i = 0; i < chooser->candidates_count; i++) {
    const whirl_candidate *candidate = &chooser->candidates[i];
    const double ns = whirl_expected_ns(&chooser->machine, candidate->serial, &candidate->cost, n,
                                        steps, threads);
    if (best.candidate && ns >= best.ns) continue;
    best.candidate = candidate;
    best.ns = ns;
  }
  return best;
}

/* As many threads as there are, half of them, a quarter, and so on: more exactly the model does not
 * know what memory will bear. */
static whirl_decision best_on_any(const whirl_chooser *chooser, size_t n, uint64_t steps,
                                  whirl_decision best) {
  const size_t lines = n / LINE_DOUBLES + (n % LINE_DOUBLES != 0);
  if (best.ns < least_shared_ns) return best;
  const unsigned most = lines < chooser->max_threads ? (unsigned)lines : chooser->max_threads;
  for (unsigned threads = most; threads > 1; threads /= 2) {
    const whirl_decision decision = best_on(chooser, n, steps, threads);
    if (decision.ns < best.ns) best = decision;
  }
  return best;
}

whirl_decision whirl_decide(const whirl_chooser *chooser, size_t n, uint64_t steps) {
  const whirl_settings *settings = &chooser->settings;
  const whirl_decision alone = best_on(chooser, n, steps, 1);
  whirl_decision decision;
  if (settings->threads > 0)
    decision = best_on(chooser, n, steps,
                       settings->threads < chooser->thread_limit ? settings->threads
                                                                 : chooser->thread_limit);
  else if (settings->kernel) /* named, and over threads: as many as there are */
    decision = best_on(chooser, n, steps, chooser->max_threads);
  else
    decision = best_on_any(chooser, n, steps, alone);
  decision.serial_ns = alone.ns;
  return decision;
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
