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
  size_t done;     /* repetitions that are complete */
  size_t reported; /* of those, by Google Benchmark, which does so when all of the row are */
  whirl_status status;
} subject;

static bool iterate(void *context, double *seconds) {
  subject *s = context;
  if (interruption_is_due()) return false;
  workload_restore(s->work);
  const double start = clock_seconds();
  if (s->row->dispatcher) {
    s->status = workload_evolve(s->work, s->row->dispatcher, s->work->working);
  } else {
    workload_run(s->work, s->row->kernel);
  }
  *seconds = clock_seconds() - start;
  return !s->status;
}

static void pause_between(void *context, double seconds, size_t iterations) {
  subject *s = context;
  if (s->status || interruption_is_due()) return;
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
                            .room = (size_t)options->repetitions,
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
    if (subjects[i].status) {
      good = complain("%s: %s", cases[i].name, whirl_status_string(subjects[i].status));
    }
  }
  free(subjects);
  return good;
}
