#include "measurement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "google_benchmark.h"
#include "interruption.h"
#include "program/allocate.h"
#include "program/clock.h"
#include "program/complaint.h"

/* A case and all that it takes to measure it. */
typedef struct subject {
  bench_case *row;
  size_t room; /* for repetitions in row->seconds */
  const workload *work;
  const reference *expected;
  progress *shown;
  double min_time;
  bool warm;           /* it has run once, which does not count */
  size_t done;         /* repetitions that are complete */
  size_t reported;     /* of those, by Google Benchmark, which does so when all of the row are */
  const char *problem; /* why it failed, or NULL */
} subject;

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
  *seconds = clock_seconds() - start;
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

static void pause_between(void *context, double seconds, size_t iterations) {
  subject *s = context;
  if (s->problem || interruption_is_due() || !fetch_result(s)) return;
  reference_check(s->expected, s->work, s->row);
  /* As Google Benchmark has it: the first batch that lasts is the first repetition, and all later
   * ones are as long. */
  if (s->done == 0 && seconds < s->min_time) return;
  if (s->done < s->room) s->row->seconds[s->done] = seconds / (double)iterations;
  s->done++;
  progress_advance(s->shown);
  progress_show(s->shown, s->row->name);
}

static void report(void *context, double seconds) {
  subject *s = context;
  if (s->reported < s->room) s->row->seconds[s->reported++] = seconds;
}

bool measurement_run(bench_case *cases, size_t count, const bench_options *options,
                     const workload *w, const reference *r, progress *p) {
  subject *subjects = allocate(count, sizeof *subjects);
  for (size_t i = 0; i < count; i++) {
    if (cases[i].skipped[0]) continue;
    subjects[i] = (subject){.row = &cases[i],
                            .room = options->repetitions,
                            .work = w,
                            .expected = r,
                            .shown = p,
                            .min_time = options->min_time};
    char name[160];
    snprintf(name, sizeof name, "%s/n:%zu/steps:%" PRIu64, cases[i].name, w->n, w->steps);
    google_benchmark_register(name, &(google_benchmark_subject){.iterate = iterate,
                                                                .pause = pause_between,
                                                                .report = report,
                                                                .context = &subjects[i]});
  }
  google_benchmark_run();
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    const size_t complete = interruption_is_due() ? subjects[i].done : subjects[i].reported;
    cases[i].repetitions = complete < subjects[i].room ? complete : subjects[i].room;
    if (!subjects[i].problem) continue;
    good = complain("%s: %s", cases[i].name, subjects[i].problem);
    cases[i].repetitions = 0;
    snprintf(cases[i].skipped, sizeof cases[i].skipped, "it failed: %s", subjects[i].problem);
  }
  free(subjects);
  return good;
}
