#include "cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interruption.h"
#include "nearest.h"
#include "program/allocate.h"
#include "program/complaint.h"

/* Keeps the last sentence on why a call failed. */
typedef struct failure {
  char sentence[512]; /* as long as the library makes them */
} failure;

static void keep_failure(void *context, whirl_log_level level, const char *message) {
  failure *kept = context;
  if (level == WHIRL_LOG_ERROR) snprintf(kept->sentence, sizeof kept->sentence, "%s", message);
}

whirl_dispatcher *cases_dispatcher(const bench_options *options, const whirl_kernel *kernel) {
  failure kept = {""};
  whirl_options wanted;
  whirl_options_init(&wanted);
  wanted.timestep = options->timestep;
  wanted.log = keep_failure;
  wanted.log_context = &kept;
  if (kernel) {
    wanted.kernel = kernel->name;
    wanted.method = whirl_kernel_answers(kernel);
  }
  if (!kernel || kernel->threaded) wanted.threads = options->threads;

  whirl_dispatcher *dispatcher = NULL;
  const whirl_status status = whirl_dispatcher_create(&dispatcher, &wanted);
  if (status) {
    /* What is wrong with the environment is wrong for every kernel. */
    const bool concerns_all = status == WHIRL_ERROR_BAD_ENVIRONMENT;
    complain("%s%s%s",
             concerns_all ? ""
             : kernel     ? kernel->name
                          : "auto",
             concerns_all ? "" : ": ",
             kept.sentence[0] ? kept.sentence : whirl_status_string(status));
    return NULL;
  }
  return dispatcher;
}

whirl_dispatcher *cases_dispatcher_for(const bench_options *options, whirl_method method,
                                       bool bitwise) {
  whirl_options wanted;
  whirl_options_init(&wanted);
  wanted.timestep = options->timestep;
  wanted.threads = options->threads;
  wanted.method = method;
  wanted.bitwise = bitwise;
  whirl_dispatcher *dispatcher = NULL;
  const whirl_status status = whirl_dispatcher_create(&dispatcher, &wanted);
  if (status) complain("auto: %s", whirl_status_string(status));
  return dispatcher;
}

bool cases_have_threads(const bench_options *options, const whirl_machine *machine) {
  for (size_t i = 0; i < options->threads_count; i++) {
    if (options->threads_list[i] > machine->logical_cpus) {
      return complain("--threads %llu: this machine runs %u at a time; give 1 to %u",
                      (unsigned long long)options->threads_list[i], machine->logical_cpus,
                      machine->logical_cpus);
    }
  }
  return true;
}

bool cases_are_possible(const bench_options *options, const whirl_machine *machine) {
  if (!cases_have_threads(options, machine)) return false;
  for (size_t i = 0; i < options->kernel_count; i++) {
    const kernel_selection *selection = &options->kernels[i];
    char reason[160];
    if (!selection->kernel) {
      whirl_dispatcher *chooses = cases_dispatcher(options, NULL);
      whirl_dispatcher_destroy(chooses);
      if (!chooses) return false;
      continue;
    }
    if (!selection->named) continue;
    nearest_reason(reason, sizeof reason, selection->kernel, machine->features);
    if (reason[0]) {
      const whirl_kernel *nearest = nearest_kernel(selection->kernel, machine->features);
      return complain("%s can't run here: %s; nearest: %s; --list shows what can",
                      selection->kernel->name, reason, nearest ? nearest->name : "none");
    }
  }
  return true;
}

/* A peer has no dispatcher. */
static void create_peer(bench_case *row, const bench_options *options, const whirl_machine *machine,
                        python *p) {
  if (!row->kernel->evolve) row->python = p;
  row->choice = (whirl_choice){.kernel = row->kernel, .threads = 1};
  if (row->threaded)
    row->choice.threads = options->threads > 0 ? (unsigned)options->threads : machine->max_threads;
}

static bool create_case(bench_case *row, const bench_options *options, const whirl_machine *machine,
                        python *p, const kernel_selection *selection, size_t n, bool repeated) {
  const whirl_kernel *kernel = selection->kernel;
  *row = (bench_case){.name = kernel ? kernel->name : "auto",
                      .threaded = !kernel || kernel->threaded,
                      .automatic = !kernel,
                      .kernel = kernel,
                      .n = n,
                      .steps = options->steps};
  if (kernel) nearest_reason(row->skipped, sizeof row->skipped, kernel, machine->features);
  if (kernel && !kernel->evolve && python_missing(p, kernel))
    snprintf(row->skipped, sizeof row->skipped, "%s", python_missing(p, kernel));
  if (repeated && kernel && !kernel->threaded && strcmp(kernel->name, "naive") != 0)
    snprintf(row->skipped, sizeof row->skipped, "one thread: see the first rows");
  if (row->skipped[0]) return true;
  row->seconds = allocate(options->repetitions, sizeof *row->seconds);
  if (selection->peer) {
    create_peer(row, options, machine, p);
    return true;
  }
  row->dispatcher = cases_dispatcher(options, kernel);
  if (!row->dispatcher) return false;
  const whirl_status status = whirl_choose(row->dispatcher, n, options->steps, &row->choice);
  if (status) return complain("%s: %s", row->name, whirl_status_string(status));
  row->kernel = row->choice.kernel;
  return true;
}

bool cases_create(bench_case *cases, const bench_options *options, const whirl_machine *machine,
                  python *p, size_t n, bool repeated) {
  for (size_t i = 0; i < options->kernel_count; i++) {
    if (!create_case(&cases[i], options, machine, p, &options->kernels[i], n, repeated))
      return false;
  }
  return true;
}

double cases_expected_seconds(const whirl_kernel *kernel, unsigned threads, size_t n,
                              const bench_options *options) {
  enum { BATCHES = 2, CHECKED = 50000 };
  static const double put_back = 6e-9, check = 2e-7; /* of a particle */
  const double particles = (double)n, steps = (double)options->steps;
  const whirl_cost *cost = &kernel->cost;
  const double evolve =
      1e-9 * (cost->fixed + particles * (cost->per_particle + cost->per_particle_step * steps)) /
      threads;
  /* Google Benchmark aims at 1.4 times the least time, after batches that find out how many calls
   * that is. */
  const double calls = fmax(1, 1.9 * options->min_time / evolve);
  return calls * (evolve + particles * put_back) + BATCHES * fmin(particles, CHECKED) * check;
}

/* What a row should take until it has repetitions for a verdict. */
static double expected_seconds(const bench_case *row, const bench_options *options) {
  enum { FEWEST = 6, WARM_UP = 1 };
  const size_t repetitions = options->repetitions < FEWEST ? options->repetitions : FEWEST;
  return (double)(repetitions + WARM_UP) *
         cases_expected_seconds(row->kernel, row->choice.threads, row->n, options);
}

void cases_leave_out_slow(bench_case *cases, size_t count, const bench_options *options,
                          double seconds) {
  bool *taken = allocate(count, sizeof *taken);
  for (;;) {
    bench_case *next = NULL;
    for (size_t i = 0; i < count; i++) {
      bench_case *row = &cases[i];
      if (taken[i] || row->skipped[0]) continue;
      const bool naive =
          strcmp(row->name, "naive") == 0 && expected_seconds(row, options) <= seconds / 2;
      if (naive || !next || expected_seconds(row, options) < expected_seconds(next, options))
        next = row;
      if (naive) break;
    }
    if (!next) break;
    taken[next - cases] = true;
    if (expected_seconds(next, options) <= seconds) {
      seconds -= expected_seconds(next, options);
    } else {
      next->too_slow = true;
      snprintf(next->skipped, sizeof next->skipped,
               "too slow for what --quick has left of its time");
    }
  }
  free(taken);
}

void cases_fail(bench_case *row, const char *problem) {
  row->failed = true;
  row->repetitions = 0;
  snprintf(row->skipped, sizeof row->skipped, "it failed: %s", problem);
}

void cases_finish(bench_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    whirl_dispatcher_destroy(cases[i].dispatcher);
    cases[i].dispatcher = NULL;
  }
}

void cases_destroy(bench_case *cases, size_t count) {
  cases_finish(cases, count);
  for (size_t i = 0; i < count; i++) free(cases[i].seconds);
}

bool cases_are_complete(const bench_case *cases, size_t count, const bench_options *options) {
  for (size_t i = 0; i < count; i++) {
    if (!cases[i].name) return false; /* its group was not begun */
    const bool lacks = !cases[i].skipped[0] && cases[i].repetitions < options->repetitions;
    if (lacks && interruption_is_due()) return false; /* otherwise it was not selected */
  }
  return true;
}

static void compare_with_naive(bench_case *row, const bench_case *naive) {
  const size_t count =
      row->repetitions < naive->repetitions ? row->repetitions : naive->repetitions;
  double *ratios = allocate(2 * count, sizeof *ratios);
  for (size_t i = 0; i < count; i++) ratios[i] = naive->seconds[i] / row->seconds[i];
  row->speed_up = statistics_of(ratios, ratios + count, count);
  free(ratios);
}

void cases_summarise(bench_case *cases, size_t count) {
  const bench_case *naive = NULL;
  for (size_t i = 0; i < count; i++) {
    bench_case *row = &cases[i];
    double *scratch = allocate(row->repetitions, sizeof *scratch);
    row->time = statistics_of(row->seconds, scratch, row->repetitions);
    free(scratch);
    if (strcmp(row->name, "naive") == 0) naive = row;
  }
  for (size_t i = 0; naive && i < count; i++) compare_with_naive(&cases[i], naive);
}

bool cases_time_is_unsure(const bench_case *row) {
  return interval_says_nothing(&row->time.sure);
}

bool cases_speed_up_is_unsure(const bench_case *row) {
  if (strcmp(row->name, "naive") == 0) return false; /* it is 1 by definition */
  return row->speed_up.count > 0 && interval_says_nothing(&row->speed_up.sure);
}

bool cases_is_unsure(const bench_case *row) {
  return cases_time_is_unsure(row) || cases_speed_up_is_unsure(row);
}

double cases_share(const bench_case *row) {
  return row->bound.kind == LIMIT_NONE || row->time.count == 0
             ? NAN
             : row->bound.seconds / row->time.median;
}

void cases_measure_limits(bench_case *cases, size_t count, whirl_particles p, limits *l) {
  for (size_t i = 0; i < count; i++) {
    bench_case *row = &cases[i];
    if (row->skipped[0]) continue;
    const unsigned threads = row->choice.threads;
    double bytes = 0;
    for (size_t k = 0; k < i; k++) { /* the same as an earlier row's */
      if (!cases[k].skipped[0] && cases[k].choice.threads == threads) bytes = cases[k].limits.bytes;
    }
    if (bytes == 0) bytes = fmax(row->limits.bytes, limits_streams(l, p, threads));
    row->limits = limits_rates(l, row->kernel->isa, row->n, threads, bytes);
    row->bound = limit_bound_of(row->kernel, row->n, row->steps, &row->limits);
  }
}

static bool any_beyond_limit(const bench_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (cases_share(&cases[i]) > 1) return true;
  }
  return false;
}

void cases_settle_limits(bench_case *cases, size_t count, whirl_particles p, limits *l) {
  for (int tries = 0; tries < CASES_LIMIT_TRIES && !interruption_is_due(); tries++) {
    limits_improve(l, tries == 0);
    cases_measure_limits(cases, count, p, l);
    if (!any_beyond_limit(cases, count)) break;
  }
}

double cases_rate(const bench_case *row, whirl_work work) {
  if (row->steps == 0) return NAN; /* nothing is done, whatever the descriptor says */
  return limit_amount(work, row->n, row->steps) / row->time.median;
}
