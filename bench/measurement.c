#include "measurement.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "google_benchmark.h"
#include "interruption.h"
#include "program/allocate.h"
#include "program/clock.h"
#include "program/complaint.h"
#include "statistics.h"

/* A case and all that it takes to measure it. */
typedef struct subject {
  bench_case *row;
  const workload *work;
  const reference *reference;
  progress *shown;
  double expected;     /* seconds of a repetition */
  double clock_cost;   /* seconds that reading the clock adds to each evolve */
  bool warm;           /* it has run once, which does not count */
  const char *problem; /* why it failed, or NULL */
} subject;

/* What two readings of the clock around nothing are apart. */
static double clock_cost_seconds(void) {
  enum { INTERVALS = 1001 };
  double intervals[INTERVALS], scratch[INTERVALS];
  for (int i = 0; i < INTERVALS; i++) {
    const double begin = clock_seconds();
    intervals[i] = clock_seconds() - begin;
  }
  return statistics_of(intervals, scratch, INTERVALS).median;
}

/* One evolve in Python, which has the particles itself and takes the time. */
static bool iterate_in_python(subject *s, double *seconds) {
  const bench_case *row = s->row;
  const workload_call call = workload_call_of(s->work, row->kernel);
  const python_call asked = {.peer = row->kernel,
                             .threads = row->choice.threads,
                             .timestep = call.timestep,
                             .steps = call.steps,
                             .last = call.last};
  if (python_evolve(row->python, &asked, seconds)) return true;
  if (!interruption_is_due()) s->problem = python_problem(row->python);
  return false;
}

/* The clock's own unit: no evolve takes less. */
static const double shortest = 1e-9;

static bool iterate_once(subject *s, double *seconds) {
  if (interruption_is_due() || s->problem) return false;
  if (s->row->python) return iterate_in_python(s, seconds);
  workload_restore(s->work);
  const double start = clock_seconds();
  if (s->row->dispatcher) {
    const whirl_status status = workload_evolve(s->work, s->row->dispatcher, s->work->working);
    if (status) s->problem = whirl_status_string(status);
  } else {
    workload_run(s->work, s->row->kernel);
  }
  *seconds = fmax(clock_seconds() - start - s->clock_cost, shortest);
  return !s->problem;
}

/* The first batch of a slow row is one evolve, and is its first repetition: caches, threads and
 * clocks are warmed up before. */
static bool iterate(void *context, double *seconds) {
  subject *s = context;
  if (!s->warm && !iterate_once(s, seconds)) return false;
  s->warm = true;
  return iterate_once(s, seconds);
}

/* Brings what Python computed to the working particles. */
static bool fetch_result(subject *s) {
  if (!s->row->python || python_result(s->row->python, s->work->working)) return true;
  if (!interruption_is_due()) s->problem = python_problem(s->row->python);
  return false;
}

static void check(void *context) {
  subject *s = context;
  if (!s->problem && !interruption_is_due() && fetch_result(s))
    reference_check(s->reference, s->work, s->row);
}

static void report(void *context, double seconds) {
  subject *s = context;
  if (s->problem) return;
  s->row->seconds[s->row->repetitions++] = seconds;
  progress_advance_by(s->shown, 1, s->expected);
  progress_show(s->shown, s->row->name);
}

/* The machine's limits are measured where the kernels are: all over the run. */
static bool begin_round(void *l) {
  if (!interruption_is_due()) limits_refresh(l);
  return !interruption_is_due();
}

bool measurement_run(bench_case *cases, size_t count, const bench_options *options,
                     const workload *w, const reference *r, limits *l, progress *p) {
  subject *subjects = allocate(count, sizeof *subjects);
  const double clock_cost = clock_cost_seconds();
  for (size_t i = 0; i < count; i++) {
    if (cases[i].skipped[0]) continue;
    const double expected =
        cases_expected_seconds(cases[i].kernel, cases[i].choice.threads, w->n, options);
    progress_expect(p, (long)options->repetitions, (double)options->repetitions * expected);
    subjects[i] = (subject){.row = &cases[i],
                            .work = w,
                            .reference = r,
                            .shown = p,
                            .expected = expected,
                            .clock_cost = clock_cost};
    char name[160];
    snprintf(name, sizeof name, "%s/n:%zu/steps:%" PRIu64, cases[i].name, w->n, w->steps);
    google_benchmark_register(
        name, &(google_benchmark_subject){
                  .iterate = iterate, .pause = check, .report = report, .context = &subjects[i]});
  }
  if (p->done == 0) progress_restart(p);
  google_benchmark_run(options->names_only ? 1 : options->repetitions,
                       options->google_output != NULL, begin_round, l);
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    if (!subjects[i].problem) continue;
    good = complain("%s: %s", cases[i].name, subjects[i].problem);
    cases_fail(&cases[i], subjects[i].problem);
  }
  free(subjects);
  return good;
}
