#include "regret.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cases.h"
#include "overhead.h"
#include "program/allocate.h"
#include "program/clock.h"
#include "program/complaint.h"
#include "program/progress.h"
#include "program/standard_output.h"
#include "program/units.h"
#include "statistics.h"
#include "workload.h"

/* The grid, where the user gives none. */
static const size_t particle_counts[] = {
    1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000, 3000000, 10000000};
static const uint64_t step_counts[] = {1, 10, 100, 1000, 10000};
#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* One thing that is asked of a dispatcher. */
typedef struct question {
  const char *name;
  whirl_method method;
  bool bitwise;
} question;

static const question questions[] = {{"euler", WHIRL_METHOD_EULER, false},
                                     {"bitwise", WHIRL_METHOD_EULER, true},
                                     {"exact", WHIRL_METHOD_EXACT, false}};

/* A sample is as many calls as last so long, so that reading the clock does not count; and of slow
 * work there are fewer samples. */
static const double sample_seconds = 50e-6, point_seconds = 0.3, duel_seconds = 0.4;
enum { FEWEST_SAMPLES = 5, MOST_SAMPLES = 25, FEWEST_DUELS = 11, MOST_DUELS = 201 };

/* A point at which the choice is more than this slower is measured again in later passes, and the
 * median counts: neighbours can disturb a machine for longer than a point takes. */
static const double suspicious = 0.05;
enum { PASSES = 3 };

/* What is this much slower than the best in its first calls can't be the best. One that its own
 * descriptor says to be much slower still is not even tried where that would take long. */
static const double hopeless = 3, not_worth_a_try = 10, long_seconds = 0.02;
enum { FIRST_CALLS = 4 };

/* One way to answer. */
typedef struct contender {
  whirl_dispatcher *dispatcher;
  whirl_choice choice;
  double samples[MOST_SAMPLES];
  uint64_t calls; /* in a sample; 0: out of the race */
  double seconds; /* the median of a call */
} contender;

/* Where contenders run, one after the other. */
typedef struct track {
  const workload *work;
  uint64_t features; /* of the kernel that ran last */
} track;

/* What ran before may have left its clock behind. It doesn't count where a call takes long. */
static void settle(const contender *c, track *t) {
  const uint64_t features = c->choice.kernel->features, before = t->features;
  t->features = features;
  if (features == before || c->seconds > 10 * clock_settling_seconds) return;
  workload_restore(t->work);
  const double until = clock_seconds() + clock_settling_seconds;
  while (clock_seconds() < until)
    whirl_evolve_steps(c->dispatcher, t->work->working, t->work->steps);
}

/* The time of one of so many calls, which go on from each other. */
static double seconds_of(const contender *c, track *t, uint64_t calls) {
  const workload *w = t->work;
  settle(c, t);
  workload_restore(w);
  const double start = clock_seconds();
  for (uint64_t i = 0; i < calls; i++) whirl_evolve_steps(c->dispatcher, w->working, w->steps);
  return (clock_seconds() - start) / (double)calls;
}

/* What a kernel's descriptor says of its time on one thread, in seconds. */
static double prior(const whirl_kernel *kernel, const workload *w) {
  const whirl_cost *cost = &kernel->cost;
  return 1e-9 * (cost->fixed +
                 (double)w->n * (cost->per_particle + cost->per_particle_step * (double)w->steps));
}

/* Finds who is worth measuring, and how many calls make a sample. Returns the least time. */
static double qualify(contender *contenders, size_t count, track *t) {
  const workload *w = t->work;
  double least = INFINITY, least_prior = INFINITY;
  for (size_t i = 0; i < count; i++)
    least_prior = fmin(least_prior, prior(contenders[i].choice.kernel, w));
  for (size_t i = 0; i < count; i++) {
    contender *c = &contenders[i];
    c->seconds = INFINITY;
    const double expected = prior(c->choice.kernel, w);
    if (i > 0 && expected > not_worth_a_try * least_prior && expected > long_seconds) continue;
    c->seconds = seconds_of(c, t, 1); /* cold */
    c->seconds = fmin(c->seconds, seconds_of(c, t, c->seconds < long_seconds ? FIRST_CALLS : 1));
    least = fmin(least, c->seconds);
  }
  for (size_t i = 0; i < count; i++) {
    contender *c = &contenders[i];
    c->calls = i > 0 && c->seconds > hopeless * least
                   ? 0
                   : 1 + (uint64_t)(sample_seconds / fmax(c->seconds, 1e-9));
  }
  return least;
}

/* Measures the contenders in turns. */
static void measure(contender *contenders, size_t count, track *t) {
  const double least = qualify(contenders, count, t);
  const double affordable = point_seconds / (least * (double)count);
  const int samples = affordable < FEWEST_SAMPLES ? FEWEST_SAMPLES
                      : affordable > MOST_SAMPLES ? MOST_SAMPLES
                                                  : (int)affordable;
  for (int sample = 0; sample < samples; sample++) {
    for (size_t i = 0; i < count; i++) {
      contender *c = &contenders[i];
      if (c->calls > 0) c->samples[sample] = seconds_of(c, t, c->calls);
    }
  }
  for (size_t i = 0; i < count; i++) {
    double scratch[MOST_SAMPLES];
    contender *c = &contenders[i];
    if (c->calls > 0) c->seconds = statistics_of(c->samples, scratch, (size_t)samples).median;
  }
}

/* By how much the first is slower than the second, measured in turns once more: of many medians the
 * least is too small, since it was chosen for being so. */
static double duel(contender *first, contender *second, track *t) {
  const double pair = first->seconds + second->seconds;
  const double affordable = duel_seconds / fmax(pair, sample_seconds);
  const size_t samples = affordable < FEWEST_DUELS ? FEWEST_DUELS
                         : affordable > MOST_DUELS ? MOST_DUELS
                                                   : (size_t)affordable;
  double firsts[MOST_DUELS], seconds[MOST_DUELS], ratios[MOST_DUELS], scratch[MOST_DUELS];
  for (size_t i = 0; i < samples; i++) {
    /* Neither has the advantage of coming second. */
    contender *begins = i % 2 ? first : second, *follows = i % 2 ? second : first;
    *(begins == first ? &firsts[i] : &seconds[i]) = seconds_of(begins, t, begins->calls);
    *(follows == first ? &firsts[i] : &seconds[i]) = seconds_of(follows, t, follows->calls);
    ratios[i] = firsts[i] / seconds[i];
  }
  first->seconds = statistics_of(firsts, scratch, samples).median;
  second->seconds = statistics_of(seconds, scratch, samples).median;
  return statistics_of(ratios, scratch, samples).median - 1;
}

static bool add(contender *contenders, size_t *count, whirl_dispatcher *dispatcher) {
  contenders[*count] = (contender){.dispatcher = dispatcher};
  *count += dispatcher != NULL;
  return dispatcher != NULL;
}

/* A threaded kernel competes on all threads, on half of them, and on a quarter. */
enum { PARTS = 3 };

/* The dispatcher's choice first, and then every kernel that answers and can run. False, and told,
 * where that fails. */
static bool create(contender *contenders, size_t *count, const bench_options *options,
                   const question *asked, const whirl_machine *machine) {
  *count = 0;
  bool good = add(contenders, count, cases_dispatcher_for(options, asked->method, asked->bitwise));
  for (size_t i = 0; good && i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    if (kernel->features & ~machine->features || whirl_kernel_answers(kernel) != asked->method ||
        (asked->bitwise && kernel->numeric_class != WHIRL_BITWISE))
      continue;
    good = add(contenders, count, cases_dispatcher(options, kernel));
    if (!kernel->threaded) continue;
    for (int part = 1; good && part < PARTS; part++) {
      bench_options fewer = *options;
      fewer.threads = (int)(machine->max_threads >> part);
      if (fewer.threads > 1) good = add(contenders, count, cases_dispatcher(&fewer, kernel));
    }
  }
  return good;
}

static void destroy(contender *contenders, size_t count) {
  for (size_t i = 0; i < count; i++) whirl_dispatcher_destroy(contenders[i].dispatcher);
}

/* The kernel and, where there is more than one, its threads: "avx2-omp x8". */
enum { LABEL_SIZE = 64 };
static void label(const contender *c, char *text) {
  char threads[16] = "";
  if (c->choice.threads > 1) snprintf(threads, sizeof threads, " x%u", c->choice.threads);
  snprintf(text, LABEL_SIZE, "%.40s%s", c->choice.kernel->name, threads);
}

static void print_point(const question *asked, const workload *w, const contender *chosen,
                        const contender *best, double slower) {
  char count[UNITS_TEXT_SIZE], steps[UNITS_TEXT_SIZE];
  units_count(count, w->n);
  units_count(steps, w->steps);
  char first[LABEL_SIZE], second[LABEL_SIZE];
  label(chosen, first);
  label(best, second);
  const time_unit unit = units_of_time(best->seconds);
  printf("%-8s %11s %7s  %-21s %-21s %8.3g %8.3g %-2s %6.1f\n", asked->name, count, steps, first,
         second, chosen->seconds * unit.per_second, best->seconds * unit.per_second, unit.name,
         100 * slower);
}

/* Measures one point; returns by how much the choice is slower than the best. */
static double point(contender *contenders, size_t count, const question *asked, const workload *w) {
  track t = {.work = w};
  measure(contenders, count, &t);
  contender *best = &contenders[0];
  for (size_t i = 1; i < count; i++)
    if (contenders[i].calls > 0 && contenders[i].seconds < best->seconds) best = &contenders[i];
  const double slower = best == contenders ? 0 : fmax(0, duel(&contenders[0], best, &t));
  print_point(asked, w, &contenders[0], best, slower);
  return slower;
}

/* A point of which the best kernel would take longer than this is left out. */
static bool takes_too_long(const contender *contenders, size_t count, const workload *w) {
  double least = INFINITY;
  for (size_t i = 0; i < count; i++) least = fmin(least, prior(contenders[i].choice.kernel, w));
  return least > point_seconds;
}

/* A point of the grid. */
typedef struct place {
  const question *asked;
  size_t n;
  uint64_t steps;
  double slower[PASSES]; /* by how much the choice is, each time that it was measured */
  size_t measured;       /* 0: the best kernel would take too long */
} place;

/* The points for one question; returns how many. */
static size_t add_places(place *places, const question *asked, const bench_options *options) {
  const size_t n_count = options->n_given ? options->n_count : LENGTH(particle_counts);
  const size_t steps_count = options->steps_given ? options->steps_count : LENGTH(step_counts);
  size_t count = 0;
  for (size_t i = 0; i < n_count; i++)
    for (size_t k = 0; k < steps_count; k++)
      places[count++] =
          (place){.asked = asked,
                  .n = options->n_given ? options->n[i] : particle_counts[i],
                  .steps = options->steps_given ? options->steps_list[k] : step_counts[k]};
  return count;
}

static bool is_due(const place *at, size_t pass) {
  return pass == 0 || (at->measured == pass && at->slower[0] > suspicious);
}

/* Measures the points of one question that are due in a pass. */
static bool visit(place *places, size_t count, size_t pass, const bench_options *options,
                  const whirl_machine *machine, progress *p) {
  contender *contenders = allocate(PARTS * whirl_kernel_count() + 1, sizeof *contenders);
  size_t contenders_count;
  bool good = create(contenders, &contenders_count, options, places[0].asked, machine);
  for (place *at = places; good && at < places + count; at++) {
    progress_show(p, at->asked->name);
    progress_advance(p);
    if (!is_due(at, pass)) continue;
    bench_options here = *options;
    here.steps = at->steps;
    workload w;
    good = workload_create(&w, &here, at->n, contenders[0].dispatcher);
    if (!good) break;
    for (size_t c = 0; c < contenders_count; c++)
      whirl_choose(contenders[c].dispatcher, w.n, w.steps, &contenders[c].choice);
    if (!takes_too_long(contenders, contenders_count, &w))
      at->slower[at->measured++] = point(contenders, contenders_count, at->asked, &w);
    workload_destroy(&w);
  }
  destroy(contenders, contenders_count);
  free(contenders);
  return good;
}

/* All passes over all points. */
static bool visit_all(place *places, size_t count, const bench_options *options,
                      const whirl_machine *machine) {
  const size_t each = count / LENGTH(questions);
  progress p;
  progress_begin(&p, PASSES * count);
  bool good = true;
  for (size_t pass = 0; good && pass < PASSES; pass++) {
    bool any = pass == 0;
    for (size_t i = 0; i < count; i++) any |= is_due(&places[i], pass);
    if (pass > 0 && any) printf("\nonce more, where the choice was more than 5 %% slower:\n");
    for (size_t q = 0; good && q < LENGTH(questions); q++)
      good = visit(places + q * each, each, pass, options, machine, &p);
  }
  progress_end(&p);
  return good;
}

static void print_summary(const place *places, size_t count) {
  double *found = allocate(2 * count, sizeof *found);
  size_t points = 0;
  for (size_t i = 0; i < count; i++) {
    double scratch[PASSES];
    if (places[i].measured > 0)
      found[points++] = statistics_of(places[i].slower, scratch, places[i].measured).median;
  }
  const statistics all = statistics_of(found, found + count, points);
  free(found);
  printf("\nthe choice is slower than the best by %.1f %% at the median of %zu points, and by %.1f "
         "%% at the worst\n",
         100 * all.median, points, 100 * all.max);
}

/* Prints what a call costs beyond its kernel. False, and told, where that fails. */
static bool print_overhead(const bench_options *options) {
  whirl_dispatcher *d = cases_dispatcher_for(options, questions[0].method, questions[0].bitwise);
  if (!d) return false;
  printf("an evolve of 1 to 8 particles by 1 step costs at most %.0f ns more than its kernel\n",
         overhead_ns(d, options->timestep));
  whirl_dispatcher_destroy(d);
  return true;
}

bool regret_run(const bench_options *options, const whirl_machine *machine) {
  for (size_t i = 0; options->n_given && i < options->n_count; i++)
    if (!workload_fits(options->n[i], 2, machine)) return false;
  if (!options->n_given && !workload_fits(particle_counts[LENGTH(particle_counts) - 1], 2, machine))
    return false;
  printf("%s, %u of %u cores usable; whirl %s\n\n", machine->cpu_name, machine->usable_cores,
         machine->cores, whirl_version());
  printf("%-8s %11s %7s  %-21s %-21s %8s %8s %-2s %6s\n", "asked", "n", "steps", "chosen", "best",
         "chosen", "best", "", "slower %");
  place *places = allocate(LENGTH(questions) * (options->n_count + LENGTH(particle_counts)) *
                               (options->steps_count + LENGTH(step_counts)),
                           sizeof *places);
  size_t count = 0;
  for (size_t q = 0; q < LENGTH(questions); q++)
    count += add_places(places + count, &questions[q], options);
  bool good = visit_all(places, count, options, machine);
  if (good) print_summary(places, count);
  free(places);
  good = good && print_overhead(options);
  return good && standard_output_finish();
}
