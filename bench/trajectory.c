#include "trajectory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "interruption.h"
#include "program/allocate.h"
#include "program/clock.h"
#include "program/columns.h"
#include "program/complaint.h"
#include "program/progress.h"
#include "program/standard_output.h"
#include "program/units.h"
#include "reference.h"
#include "statistics.h"
#include "workload.h"

enum { FRAMES = 100, DIGITS = 3, TIME_DIGITS = 4, CELL_SIZE = 96 };

/* Where the user gives no number of particles. */
static const uint64_t default_particles = 1000000;

/* The ways to have frames. The last keeps none: no copying could make whirl_evolve faster. */
typedef enum way { WAY_TRAJECTORY, WAY_COPIES, WAY_EVOLVE, WAYS } way;
static const char *const way_names[WAYS] = {"whirl_trajectory", "whirl_evolve, copied",
                                            "whirl_evolve, not kept"};
static const char *const way_keys[WAYS] = {"trajectory", "copied", "not-kept"};

static const whirl_method methods[] = {WHIRL_METHOD_EULER, WHIRL_METHOD_EXACT};
static const char *const method_names[] = {"euler", "exact"};
enum { METHODS = sizeof methods / sizeof *methods };

/* One method with so many particles, steps and threads. */
typedef struct film {
  workload w; /* of one frame */
  whirl_method method;
  whirl_dispatcher *dispatcher;
  unsigned threads;
  double *x, *y;
  double *seconds[WAYS]; /* for each repetition */
  double *scratch;
  size_t repetitions; /* that are complete */
  bench_case checked; /* its largest_error, and what is wrong */
} film;

static double bytes_of_frames(uint64_t n) {
  return (double)n * FRAMES * 2 * sizeof(double);
}

static const uint64_t *particles_of(const bench_options *options, size_t *count) {
  *count = options->n_given ? options->n_count : 1;
  return options->n_given ? options->n : &default_particles;
}

bool trajectory_can_run(const bench_options *options, const whirl_machine *machine) {
  if (options->format == FORMAT_JSON)
    return complain("--trajectory prints a table, markdown or csv, and no JSON");
  size_t count;
  const uint64_t *particles = particles_of(options, &count);
  for (size_t i = 0; i < count; i++) {
    if (!workload_fits(particles[i], 2, machine)) return false;
    const double needed = bytes_of_frames(particles[i]), available = workload_bytes_free(machine);
    if (needed <= available) continue;
    char text[3][UNITS_TEXT_SIZE];
    units_count(text[0], particles[i]);
    units_bytes(text[1], needed);
    units_bytes(text[2], available);
    return complain("--n: %d frames of %s particles are too many: they need %s; %s are free",
                    FRAMES, text[0], text[1], text[2]);
  }
  return true;
}

/* The time between two frames; the steps are whole ones. */
static double dt_of(const workload *w) {
  return w->by_time ? w->dt : w->timestep * (double)w->steps;
}

static whirl_status make_frames(const film *f) {
  return whirl_trajectory(f->dispatcher, f->w.initial, dt_of(&f->w), 1, FRAMES, f->x, f->y);
}

static void copy(double *to, const double *from, size_t n, unsigned threads) {
  if (threads <= 1) {
    memcpy(to, from, n * sizeof *to);
    return;
  }
#pragma omp parallel for num_threads((int)threads)
  for (unsigned i = 0; i < threads; i++) {
    const size_t begin = n * i / threads, end = n * (i + 1) / threads;
    memcpy(to + begin, from + begin, (end - begin) * sizeof *to);
  }
}

/* The frames, one from the one before, copied by as many threads as move the particles. */
static whirl_status evolve_frames(const film *f, bool kept) {
  const whirl_particles p = f->w.working;
  workload_restore(&f->w);
  for (size_t k = 0; k < FRAMES; k++) {
    const whirl_status status = workload_evolve(&f->w, f->dispatcher, p);
    if (status) return status;
    if (!kept) continue;
    copy(f->x + k * p.n, p.x, p.n, f->threads);
    copy(f->y + k * p.n, p.y, p.n, f->threads);
  }
  return WHIRL_OK;
}

static whirl_status run_way(const film *f, way by) {
  return by == WAY_TRAJECTORY ? make_frames(f) : evolve_frames(f, by == WAY_COPIES);
}

/* The closed form with the widest bound of those that may have made the frames. */
static const whirl_kernel *widest_bound(const film *f) {
  const uint64_t features = whirl_dispatcher_machine(f->dispatcher)->features;
  const whirl_kernel *widest = NULL;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    if (!kernel->make_frames || whirl_kernel_answers(kernel) != f->method) continue;
    if (kernel->features & ~features) continue;
    if (!widest || kernel->error_bound.constant > widest->error_bound.constant) widest = kernel;
  }
  return widest;
}

/* Holds the first frame, one in the middle and the last to the reference. False, and told, where
 * that can't be done. */
static bool check_frames(film *f, const whirl_dispatcher *naive) {
  static const size_t looked_at[] = {1, FRAMES / 2, FRAMES};
  whirl_status status = make_frames(f);
  f->checked.kernel = widest_bound(f);
  for (size_t i = 0; !status && i < sizeof looked_at / sizeof *looked_at; i++) {
    workload w = f->w;
    const size_t frame = looked_at[i], at = (frame - 1) * w.n;
    w.by_time = f->method == WHIRL_METHOD_EXACT || w.by_time;
    w.dt = (double)frame * dt_of(&f->w);
    w.steps *= frame;
    w.working = (whirl_particles){w.n, f->x + at, f->y + at, w.initial.ang_vel};
    reference *r = reference_create(&w, naive);
    if (!r) return false;
    reference_check(r, &w, &f->checked);
    reference_destroy(r);
  }
  if (status) return complain("whirl_trajectory: %s", whirl_status_string(status));
  if (f->checked.wrong[0])
    complain("whirl_trajectory, %s, n = %zu: a frame is wrong: %s", method_names[f->method], f->w.n,
             f->checked.wrong);
  return true;
}

/* Calls of one way until the least time is over; the time of one. A negative one where it fails. */
static double seconds_of(const film *f, way by, double least) {
  const double begin = clock_seconds();
  for (size_t calls = 1;; calls++) {
    const whirl_status status = run_way(f, by);
    if (status) {
      complain("%s: %s", way_names[by], whirl_status_string(status));
      return -1;
    }
    const double seconds = clock_seconds() - begin;
    if (seconds >= least) return seconds / (double)calls;
  }
}

/* All ways in turns, each time in another order. */
static bool measure(film *f, const bench_options *options, progress *p) {
  for (uint64_t i = 0; i < options->repetitions && !(i > 0 && interruption_is_due()); i++) {
    for (int k = 0; k < WAYS; k++) {
      const way by = (way)((i + (uint64_t)k) % WAYS);
      progress_show(p, way_names[by]);
      f->seconds[by][i] = seconds_of(f, by, options->min_time);
      if (f->seconds[by][i] < 0) return false;
    }
    f->repetitions++;
    progress_advance(p);
  }
  return true;
}

static void film_destroy(film *f) {
  workload_destroy(&f->w);
  whirl_dispatcher_destroy(f->dispatcher);
  free(f->x);
  free(f->y);
  for (int by = 0; by < WAYS; by++) free(f->seconds[by]);
  free(f->scratch);
}

/* All ways with the same number of threads: the one that is chosen for an evolve. */
static bool create_dispatcher(film *f, const bench_options *options, size_t n) {
  whirl_dispatcher *chooser = cases_dispatcher_for(options, f->method, false);
  if (!chooser) return false;
  whirl_choice choice;
  whirl_choose(chooser, n, options->steps, &choice);
  whirl_dispatcher_destroy(chooser);
  f->threads = choice.threads;
  bench_options with_threads = *options;
  with_threads.threads = (int)choice.threads;
  f->dispatcher = cases_dispatcher_for(&with_threads, f->method, false);
  return f->dispatcher != NULL;
}

/* The frames are written once, so that their pages are there. */
static bool film_create(film *f, const bench_options *options, size_t n, whirl_method method) {
  *f = (film){.method = method};
  if (!create_dispatcher(f, options, n) || !workload_create(&f->w, options, n, f->dispatcher))
    return false;
  const size_t line = 64, bytes = (FRAMES * n * sizeof(double) + line - 1) / line * line;
  f->x = aligned_alloc(line, bytes);
  f->y = aligned_alloc(line, bytes);
  if (!f->x || !f->y) return complain("no memory for %d frames of %zu particles", FRAMES, n);
  memset(f->x, 0, bytes);
  memset(f->y, 0, bytes);
  for (int by = 0; by < WAYS; by++) f->seconds[by] = allocate(options->repetitions, sizeof(double));
  f->scratch = allocate(2 * options->repetitions, sizeof(double));
  return true;
}

/* By how much the trajectory is faster than another way, repetition by repetition. */
static statistics speed_up(const film *f, way by) {
  double *ratios = f->scratch + f->repetitions;
  for (size_t i = 0; i < f->repetitions; i++)
    ratios[i] = f->seconds[by][i] / f->seconds[WAY_TRAJECTORY][i];
  return statistics_of(ratios, f->scratch, f->repetitions);
}

static double each(const film *f, double seconds) {
  return 1e9 * seconds / (double)f->w.n / FRAMES;
}

static void add_number(columns *t, double number) {
  char cell[CELL_SIZE];
  snprintf(cell, sizeof cell, "%.*f", units_decimals(number, DIGITS), number);
  columns_cell(t, cell);
}

static void add_row(columns *t, const film *f, way by) {
  const statistics time = statistics_of(f->seconds[by], f->scratch, f->repetitions);
  const time_unit unit = units_of_time(time.median);
  const int decimals = units_decimals(time.median * unit.per_second, TIME_DIGITS);
  char cell[CELL_SIZE];
  columns_line(t);
  columns_cell(t, method_names[f->method]);
  units_count(cell, f->w.n);
  columns_cell(t, cell);
  units_count(cell, f->w.steps);
  columns_cell(t, cell);
  snprintf(cell, sizeof cell, "%u", f->threads);
  columns_cell(t, cell);
  columns_cell(t, way_names[by]);
  snprintf(cell, sizeof cell, "%.*f %s %.*f %2s", decimals, time.median * unit.per_second,
           units_plus_minus(), decimals, time.mad * unit.per_second, unit.name);
  columns_cell(t, cell);
  add_number(t, each(f, time.median));
  if (by == WAY_TRAJECTORY) {
    add_number(t, 1e-9 * bytes_of_frames(f->w.n) / time.median);
    columns_cell(t, "");
    columns_cell(t, "");
    snprintf(cell, sizeof cell, "%s%.1e", f->checked.wrong[0] ? "WRONG " : "",
             f->checked.largest_error);
    columns_cell(t, f->checked.checked ? cell : "-");
    return;
  }
  const statistics ratio = speed_up(f, by);
  columns_cell(t, "");
  const bool unsure = interval_says_nothing(&ratio.sure);
  if (unsure)
    columns_cell(t, "-");
  else
    add_number(t, ratio.median);
  snprintf(cell, sizeof cell, "%s%.*f to %.*f", unsure ? "unsure, " : "",
           units_decimals(ratio.sure.low, DIGITS), ratio.sure.low,
           units_decimals(ratio.sure.high, DIGITS), ratio.sure.high);
  columns_cell(t, cell);
}

static columns begin_table(void) {
  columns t = columns_new();
  columns_add(&t, "method", false);
  columns_add(&t, "n", true);
  columns_add(&t, "steps", true);
  columns_add(&t, "threads", true);
  columns_add(&t, "frames by", false);
  columns_add(&t, "time for all", true);
  columns_add(&t, "ns/particle-frame", true);
  columns_add(&t, "GB/s", true);
  columns_add(&t, "times slower", true);
  columns_add(&t, "surely", false);
  columns_add(&t, "error/r", true);
  return t;
}

static void print_csv(const film *f, way by) {
  const statistics time = statistics_of(f->seconds[by], f->scratch, f->repetitions);
  printf("%s,%zu,%llu,%u,%s,%zu,%.17g,%.17g", method_names[f->method], f->w.n,
         (unsigned long long)f->w.steps, f->threads, way_keys[by], f->repetitions, time.median,
         time.mad);
  const statistics ratio = speed_up(f, by);
  printf(",%.17g,%.17g,%.17g,%.17g,%s\n", ratio.median, ratio.sure.low, ratio.sure.high,
         f->checked.largest_error, f->checked.wrong[0] ? "wrong" : "good");
}

static void report_film(const film *f, const bench_options *options, columns *t) {
  for (int by = 0; f->repetitions > 0 && by < WAYS; by++) {
    if (options->format == FORMAT_CSV)
      print_csv(f, (way)by);
    else
      add_row(t, f, (way)by);
  }
}

/* One method and amount of work. */
static bool run_film(const bench_options *here, size_t n, whirl_method method,
                     const whirl_dispatcher *naive, columns *t, progress *p) {
  film f;
  bool good = film_create(&f, here, n, method);
  progress_show(p, "reference");
  good = good && check_frames(&f, naive) && measure(&f, here, p);
  if (good) report_film(&f, here, t);
  good = good && !f.checked.wrong[0];
  film_destroy(&f);
  return good;
}

static void print_heading(const bench_options *options, const whirl_machine *machine) {
  if (options->format == FORMAT_CSV) {
    puts("method,n,steps,threads,frames_by,repetitions,seconds_median,seconds_mad,"
         "times_slower_median,times_slower_low,times_slower_high,max_relative_error,verdict");
    return;
  }
  char timestep[UNITS_TEXT_SIZE];
  units_exact(timestep, options->timestep);
  printf("%s, %u of %u cores usable; whirl %s\n"
         "%d frames, steps of %s; seed %llu; median %s MAD of %llu repetitions\n\n",
         machine->cpu_name, machine->usable_cores, machine->cores, whirl_version(), FRAMES,
         timestep, (unsigned long long)options->seed, units_plus_minus(),
         (unsigned long long)options->repetitions);
}

bool trajectory_run(const bench_options *options, const whirl_dispatcher *naive) {
  size_t n_count;
  const uint64_t *n = particles_of(options, &n_count);
  const size_t threads_count = options->threads_count, steps_count = options->steps_count;
  const size_t films = n_count * steps_count * threads_count * METHODS;
  print_heading(options, whirl_dispatcher_machine(naive));
  interruption_watch();
  progress p;
  progress_begin(&p, films * options->repetitions);
  columns t = begin_table();
  bool good = true;
  for (size_t i = 0; good && i < films && !interruption_is_due(); i++) {
    const size_t amount = i / METHODS;
    bench_options here = *options;
    here.threads = (int)options->threads_list[amount % threads_count];
    here.steps = options->steps_list[amount / threads_count % steps_count];
    good = run_film(&here, n[amount / threads_count / steps_count], methods[i % METHODS], naive, &t,
                    &p);
  }
  progress_end(&p);
  if (options->format == FORMAT_CSV)
    columns_drop(&t);
  else
    good &= options->format == FORMAT_MARKDOWN ? columns_print_markdown(&t) : columns_print(&t);
  if (interruption_is_due()) good = complain("interrupted; what is complete is shown");
  return standard_output_finish() && good;
}
