/* The decision: which kernel, how many threads and how many particles at once for n particles and
 * so many steps. */
#include "choice.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../kernels/table.h"
#include "threads.h"

/* What a thread takes at once lasts so long, or taking it would cost more than it is worth. */
static const double least_grain_ns = 1000;

/* A thread's particles are taken in so many pieces where there are enough: when the last is begun,
 * a slow thread can be behind by no more than one of them. */
enum { PIECES = 16 };

/* Hardware threads that share a core are taken where they are faster by so much. */
static const double least_smt_gain = 1.05;

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

static const whirl_measured_kernel *measured_of(const whirl_tuning *tuning,
                                                const whirl_kernel *kernel) {
  for (size_t i = 0; tuning && i < tuning->measurement.kernel_count; i++)
    if (tuning->kernels[i].kernel == kernel) return &tuning->kernels[i];
  return NULL;
}

/* The kernels that may serve: of those in tuning, or without it all. */
static void gather(whirl_chooser *chooser, const whirl_machine *machine,
                   const whirl_tuning *tuning) {
  for (size_t i = 0; i < whirl_kernel_table_count; i++) {
    const whirl_kernel *kernel = whirl_kernel_table[i];
    if (kernel->threaded || !may_serve(kernel, &chooser->settings, machine->features)) continue;
    const whirl_measured_kernel *measured = measured_of(tuning, kernel);
    if (tuning && !measured) continue;
    chooser->candidates[chooser->candidates_count++] =
        (whirl_candidate){.serial = kernel,
                          .threaded = threaded_form(kernel),
                          .cost = measured ? whirl_kernel_cost_measured(measured)
                                           : whirl_kernel_cost_built_in(kernel)};
  }
}

static unsigned fewer(unsigned a, unsigned b) {
  return a < b ? a : b;
}

static unsigned smt_threads(const whirl_chooser *chooser, const whirl_machine *machine) {
  const unsigned all =
      fewer(fewer(machine->usable_logical_cpus, machine->openmp_threads), machine->thread_limit);
  for (size_t i = 0; i < chooser->candidates_count; i++)
    if (chooser->candidates[i].cost.smt_gain >= least_smt_gain && all > chooser->max_threads)
      return all;
  return chooser->max_threads;
}

/* The best kernel on so many threads. */
static whirl_decision best_on(const whirl_chooser *chooser, size_t n, uint64_t steps,
                              unsigned threads, double *ns) {
  const whirl_load load = whirl_load_of(&chooser->machine, n, steps, threads);
  whirl_decision best = {.threads = threads};
  *ns = INFINITY;
  for (size_t i = 0; i < chooser->candidates_count; i++) {
    const whirl_candidate *candidate = &chooser->candidates[i];
    const double its = whirl_expected_ns(&load, &candidate->cost);
    if (best.candidate && its >= *ns) continue;
    best.candidate = candidate;
    *ns = its;
  }
  return best;
}

/* Each number of particles up to EACH_PLANNED has a plan of its own, and up to MOST_PLANNED each
 * PLANNED_TOGETHER have one, that of the most of them. */
enum {
  EACH_PLANNED = 64,
  PLANNED_TOGETHER = 8,
  MOST_PLANNED = 512,
  PLANS = EACH_PLANNED + 1 + (MOST_PLANNED - EACH_PLANNED) / PLANNED_TOGETHER
};

static size_t plan_index(size_t n) {
  return n <= EACH_PLANNED
             ? n
             : EACH_PLANNED + (n - EACH_PLANNED + PLANNED_TOGETHER - 1) / PLANNED_TOGETHER;
}

static size_t planned_particles(size_t index) {
  return index <= EACH_PLANNED ? index : EACH_PLANNED + (index - EACH_PLANNED) * PLANNED_TOGETHER;
}

/* Where kernels' costs have crossed, if they do; from there on the same one stays the best. */
static const uint64_t most_steps_planned = 1 << 16;

/* A plan for one thread, up to where more might be of use. */
static whirl_plan plan_for(const whirl_chooser *chooser, size_t n) {
  whirl_plan plan = {0};
  size_t part = 0;
  const bool may_share =
      chooser->settings.threads == 0 && chooser->max_threads > 1 && n > WHIRL_LINE_DOUBLES;
  for (uint64_t steps = 1; steps <= most_steps_planned; steps += 1 + steps / 4) {
    double ns;
    const whirl_decision best = best_on(chooser, n, steps, 1, &ns);
    if (may_share && ns >= chooser->machine.least_shared) return plan;
    if (plan.parts[part].candidate && plan.parts[part].candidate != best.candidate) part++;
    if (part == WHIRL_PLAN_PARTS) return plan;
    plan.parts[part].candidate = best.candidate;
    plan.parts[part].last_step = steps;
  }
  plan.parts[part].last_step = WHIRL_MAX_STEPS;
  return plan;
}

/* Beside faster ones: where all are slow, none is slower. */
static bool has_slower_cores(const whirl_machine *machine) {
  return machine->performance_cores > 0 && machine->performance_cores < machine->usable_cores;
}

whirl_status whirl_chooser_init(whirl_chooser *chooser, const whirl_settings *settings,
                                const whirl_machine *machine, const whirl_tuning *tuning) {
  *chooser = (whirl_chooser){
      .settings = *settings,
      .max_threads = machine->max_threads,
      .openmp_threads = machine->openmp_threads,
      .thread_limit = machine->thread_limit,
      .fast_cores = has_slower_cores(machine) ? machine->performance_cores : UINT_MAX,
      .machine = tuning ? whirl_machine_cost_measured(machine, &tuning->measurement)
                        : whirl_machine_cost_built_in(machine)};
  chooser->candidates = malloc(whirl_kernel_table_count * sizeof *chooser->candidates);
  if (!chooser->candidates) return WHIRL_ERROR_OUT_OF_MEMORY;
  gather(chooser, machine, tuning);
  chooser->measured = tuning && chooser->candidates_count > 0;
  chooser->unmeasured = tuning && chooser->candidates_count == 0;
  if (chooser->candidates_count == 0) gather(chooser, machine, NULL);
  chooser->smt_threads = smt_threads(chooser, machine);
  /* Where several threads are set, they are taken for a single particle too. */
  if (fewer(settings->threads, chooser->thread_limit) > 1 || chooser->candidates_count == 1)
    return WHIRL_OK;
  chooser->plans = malloc(PLANS * sizeof *chooser->plans);
  if (!chooser->plans) {
    whirl_chooser_clear(chooser);
    return WHIRL_ERROR_OUT_OF_MEMORY;
  }
  for (size_t i = 0; i < PLANS; i++) chooser->plans[i] = plan_for(chooser, planned_particles(i));
  return WHIRL_OK;
}

void whirl_chooser_clear(whirl_chooser *chooser) {
  free(chooser->candidates);
  free(chooser->plans);
  *chooser = (whirl_chooser){0};
}

/* More threads are taken where they save at least this much: what they would do otherwise, for
 * others in the machine, is worth that. */
static const double least_saving = 0.05;

/* Goes over to more threads where that repays. */
static void try_threads(const whirl_chooser *chooser, size_t n, uint64_t steps, unsigned threads,
                        whirl_decision *best, double *least) {
  double ns;
  const whirl_decision decision = best_on(chooser, n, steps, threads, &ns);
  if (threads <= best->threads || ns > *least * (1 - least_saving)) return;
  *best = decision;
  *least = ns;
}

/* The best number of threads among: the fewest that fill memory, one for each core, half of them, a
 * quarter, and so on, and all hardware threads where they help. More exactly the model does not
 * know. */
static whirl_decision best_on_any(const whirl_chooser *chooser, size_t n, uint64_t steps) {
  double least;
  whirl_decision best = best_on(chooser, n, steps, 1, &least);
  if (least < chooser->machine.least_shared) return best;
  /* Of several nodes each has its own particles in its memory, and they are its threads' alone if
   * their number is always the same. */
  const bool local =
      chooser->machine.numa_nodes > 1 && whirl_load_of(&chooser->machine, n, steps, 1).bytes > 0;
  const size_t lines = n / WHIRL_LINE_DOUBLES + (n % WHIRL_LINE_DOUBLES != 0);
  const unsigned most = lines < chooser->smt_threads ? (unsigned)lines : chooser->smt_threads;
  const unsigned cores = fewer(most, chooser->max_threads);
  const double filling = ceil(chooser->machine.bytes_in_all / chooser->machine.bytes_alone);
  unsigned part = 1;
  while (!local && cores / part / 2 > 1) part *= 2;
  for (unsigned before = 1; part > 0; before = cores / part, part /= 2) {
    if (!local && before < filling && filling < cores / part)
      try_threads(chooser, n, steps, (unsigned)filling, &best, &least);
    if (cores > 1) try_threads(chooser, n, steps, cores / part, &best, &least);
  }
  if (most > cores) try_threads(chooser, n, steps, most, &best, &least);
  return best;
}

/* The least number of particles that are whole cache lines and whole blocks of the kernel, so that
 * none has a tail. */
static size_t grain_unit(const whirl_kernel *kernel) {
  const size_t block =
      kernel->cost.particles_at_once > 1 ? (size_t)kernel->cost.particles_at_once : 1;
  size_t unit = block;
  while (unit % WHIRL_LINE_DOUBLES != 0) unit += block;
  return unit;
}

/* What a thread takes at once: all, if it is the only one. */
static size_t grain_of(const whirl_candidate *candidate, size_t n, uint64_t steps,
                       unsigned threads) {
  if (threads == 1) return n;
  const whirl_cost *cost = &candidate->cost.linear;
  const double ns = cost->per_particle + cost->per_particle_step * (double)steps;
  const size_t own = n / threads, unit = grain_unit(candidate->serial);
  size_t grain = own / PIECES;
  if ((double)grain * ns < least_grain_ns)
    grain = (double)own * ns < least_grain_ns ? own : (size_t)(least_grain_ns / ns);
  return (grain / unit + 1) * unit;
}

whirl_decision whirl_decide(const whirl_chooser *chooser, size_t n, uint64_t steps) {
  const whirl_settings *settings = &chooser->settings;
  if (chooser->plans && n <= MOST_PLANNED) {
    const whirl_plan *plan = &chooser->plans[plan_index(n)];
    for (size_t i = 0; i < WHIRL_PLAN_PARTS && plan->parts[i].candidate; i++)
      if (steps <= plan->parts[i].last_step)
        return (whirl_decision){.candidate = plan->parts[i].candidate, .threads = 1, .grain = n};
  }
  unsigned threads = 0;
  if (settings->threads > 0)
    threads = fewer(settings->threads, chooser->thread_limit);
  else if (settings->kernel) /* named, and over threads: as many as there are */
    threads = chooser->max_threads;
  else if (chooser->max_threads == 1)
    threads = 1;
  double ns;
  whirl_decision decision;
  if (threads > 0 && chooser->candidates_count == 1)
    decision = (whirl_decision){.candidate = chooser->candidates, .threads = threads};
  else if (threads > 0)
    decision = best_on(chooser, n, steps, threads, &ns);
  else
    decision = best_on_any(chooser, n, steps);
  decision.grain = grain_of(decision.candidate, n, steps, decision.threads);
  return decision;
}

unsigned whirl_decide_threads(const whirl_chooser *chooser, size_t n, double serial_ns) {
  const whirl_settings *settings = &chooser->settings;
  const size_t lines = n / WHIRL_LINE_DOUBLES + (n % WHIRL_LINE_DOUBLES != 0);
  if (settings->threads > 0) return fewer(settings->threads, chooser->thread_limit);
  if (settings->kernel) return chooser->max_threads; /* named, and over threads */
  if (serial_ns < chooser->machine.least_shared) return 1;
  return lines < chooser->max_threads ? (unsigned)lines : chooser->max_threads;
}

whirl_decision whirl_decide_frames(const whirl_chooser *chooser, size_t n, size_t frames) {
  whirl_decision decision = {0};
  double least = INFINITY;
  for (size_t i = 0; i < chooser->candidates_count; i++) {
    const whirl_candidate *candidate = &chooser->candidates[i];
    const double each = candidate->cost.linear.per_particle;
    if (candidate->serial->method == WHIRL_KERNEL_EULER || each >= least) continue;
    decision.candidate = candidate;
    least = each;
  }
  if (!decision.candidate) return decision;
  decision.threads = whirl_decide_threads(chooser, n, (double)n * (double)frames * least);
  decision.grain = grain_of(decision.candidate, n, 1, decision.threads);
  return decision;
}

/* Memory that gives all threads together less than this times what it gives one. */
static const double clearly_more = 1.1;

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

static void say_threads(const whirl_chooser *chooser, const whirl_decision *decision,
                        double alone_ns, bool in_memory, char *text, size_t size) {
  const whirl_settings *settings = &chooser->settings;
  const char *mixed = decision->threads > chooser->fast_cores ? ", slower cores doing less" : "";
  char one[32];
  say_time(alone_ns, one, sizeof one);
  if (decision->forked)
    snprintf(text, size, "one thread, as the dispatcher is of the process that was forked");
  else if (settings->threads > chooser->thread_limit)
    snprintf(text, size, "%s asks for %u threads, and this process may use %u",
             settings->threads_source, settings->threads, chooser->thread_limit);
  else if (settings->threads > 0)
    snprintf(text, size, "threads set by %s", settings->threads_source);
  else if (settings->kernel)
    snprintf(text, size, "all threads that this process may use%s", mixed);
  else if (chooser->openmp_threads == 1 && chooser->thread_limit > 1)
    snprintf(text, size, "OpenMP is set to one thread");
  else if (chooser->max_threads == 1 && chooser->thread_limit > 1)
    snprintf(text, size, "this process may use one core");
  else if (chooser->max_threads == 1)
    snprintf(text, size, "this process may use one thread");
  else if (decision->threads == 1 && in_memory)
    snprintf(text, size, "memory is no faster for more threads than one");
  else if (decision->threads == 1)
    snprintf(text, size, "more threads than one do not repay their start");
  else if (decision->threads < chooser->max_threads)
    snprintf(text, size, "one thread would take %s, and more threads would gain nothing", one);
  else
    snprintf(text, size, "one thread would take %s%s", one, mixed);
}

void whirl_explain(const whirl_chooser *chooser, const whirl_decision *decision, size_t n,
                   uint64_t steps, whirl_choice *choice) {
  const whirl_settings *settings = &chooser->settings;
  double alone_ns;
  best_on(chooser, n, steps, 1, &alone_ns);
  const whirl_load load = whirl_load_of(&chooser->machine, n, steps, decision->threads);
  const double ns = whirl_expected_ns(&load, &decision->candidate->cost);
  char threads[128], expected[32];
  say_threads(chooser, decision, alone_ns,
              load.bytes > 0 && chooser->machine.bytes_in_all < clearly_more * load.bytes, threads,
              sizeof threads);
  say_time(ns, expected, sizeof expected);
  *choice = (whirl_choice){.kernel = decision->threads > 1 ? decision->candidate->threaded
                                                           : decision->candidate->serial,
                           .threads = decision->threads,
                           .grain = decision->grain,
                           .expected_seconds = ns * 1e-9};
  if (settings->kernel)
    snprintf(choice->reason, sizeof choice->reason, "kernel named by %s; %s",
             settings->kernel_source, threads);
  else
    snprintf(choice->reason, sizeof choice->reason,
             "the fastest of %zu %s%s kernel%s here by %s, about %s; %s", chooser->candidates_count,
             settings->bitwise ? "bitwise " : "",
             settings->method == WHIRL_METHOD_EULER ? "Euler" : "exact",
             chooser->candidates_count == 1 ? "" : "s",
             chooser->measured ? "what was measured here" : "the built-in cost model", expected,
             threads);
}
