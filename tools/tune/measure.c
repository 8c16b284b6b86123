#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "program/allocate.h"
#include "program/clock.h"
#include "program/complaint.h"

static const double timestep = 1e-5;

/* Every number is the median of so many rounds, between which all others are measured once: what
 * disturbs the machine for a while disturbs a few rounds of each. */
enum { ROUNDS = 41, FEWER_ROUNDS = 9 };

/* A sample is as many calls as last so long, so that reading the clock does not count. */
static const double sample_ns = 12000;

static double now(void) {
  return clock_seconds() * 1e9;
}

static void must(whirl_status status, const char *what) {
  if (!status) return;
  complain("%s: %s", what, whirl_status_string(status));
  exit(PROGRAM_FAILED);
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void sort(double *sample, size_t count) {
  qsort(sample, count, sizeof *sample, compare);
}

/* Sorts the sample. */
static double median(double *sample, size_t count) {
  sort(sample, count);
  return sample[count / 2];
}

/* Particles to measure with, and the same again to start from. */
typedef struct field {
  whirl_particles working, initial;
} field;

/* None is so near the origin that a kernel goes another way: with few particles one would decide.
 */
static field field_create(const whirl_dispatcher *d, size_t n) {
  field f;
  must(whirl_particles_alloc(d, n, &f.working), "memory for particles");
  must(whirl_particles_alloc(d, n, &f.initial), "memory for particles");
  must(whirl_particles_random(d, f.initial, 1, 0), "random particles");
  for (size_t i = 0; i < n; i++) f.initial.x[i] += copysign(0.1, f.initial.x[i]);
  memcpy(f.working.ang_vel, f.initial.ang_vel, n * sizeof(double));
  return f;
}

static void field_destroy(field *f) {
  whirl_particles_free(&f->working);
  whirl_particles_free(&f->initial);
}

static void restore(const field *f, size_t n) {
  memcpy(f->working.x, f->initial.x, n * sizeof(double));
  memcpy(f->working.y, f->initial.y, n * sizeof(double));
}

/* The time of a call of a kernel, on the average of so many. */
static double call_ns(const field *f, const whirl_kernel *kernel, size_t n, uint64_t steps,
                      uint64_t calls) {
  const whirl_particles p = f->working;
  restore(f, n);
  const double start = now();
  for (uint64_t i = 0; i < calls; i++) kernel->evolve(p.x, p.y, p.ang_vel, n, timestep, steps);
  return (now() - start) / (double)calls;
}

static uint64_t calls_for(double ns) {
  return ns >= sample_ns ? 1 : 1 + (uint64_t)(sample_ns / fmax(ns, 1));
}

/* One point of a kernel's grid, as it is measured. */
typedef struct cell {
  double ns[ROUNDS];
  uint64_t calls;
} cell;

enum {
  COUNTS = WHIRL_TUNING_PARTICLE_COUNTS,
  STEPS = WHIRL_TUNING_STEP_COUNTS,
  CELLS = COUNTS * STEPS,
  MOST_PARTS_BESIDE = 3 /* of the progress: teams, memory, hardware threads */
};

size_t measure_parts(size_t kernel_count) {
  return ROUNDS * kernel_count + MOST_PARTS_BESIDE;
}

/* A round of one kernel. The first one, which nobody counts, finds out how many calls to make. */
static void measure_cells(cell *cells, const field *f, const whirl_kernel *kernel, int round) {
  for (size_t i = 0; i < COUNTS; i++) {
    for (size_t j = 0; j < STEPS; j++) {
      cell *c = &cells[i * STEPS + j];
      const size_t n = whirl_tuning_particles(i);
      const uint64_t steps = whirl_tuning_steps(j);
      if (round < 0) {
        call_ns(f, kernel, n, steps, 1); /* cold */
        c->calls = calls_for(call_ns(f, kernel, n, steps, 4));
      } else {
        c->ns[round] = call_ns(f, kernel, n, steps, c->calls);
      }
    }
  }
}

/* The clock of a busy machine speeds up and slows down, for all kernels alike: takes out of each
 * round what it has in common with no other. Leaves the cells' samples sorted. */
static void level_rounds(cell *cells, size_t count) {
  double *ratios = allocate(count, sizeof *ratios);
  double *medians = allocate(count, sizeof *medians);
  for (size_t i = 0; i < count; i++) {
    double sample[ROUNDS];
    memcpy(sample, cells[i].ns, sizeof sample);
    medians[i] = median(sample, ROUNDS);
  }
  for (size_t round = 0; round < ROUNDS; round++) {
    for (size_t i = 0; i < count; i++) ratios[i] = cells[i].ns[round] / medians[i];
    const double pace = median(ratios, count);
    for (size_t i = 0; i < count; i++) cells[i].ns[round] /= pace;
  }
  for (size_t i = 0; i < count; i++) sort(cells[i].ns, ROUNDS);
  free(medians);
  free(ratios);
}

/* How far the middle half of a sorted sample is apart, relative to its median. */
static double spread_of(const double *sorted) {
  return (sorted[ROUNDS * 3 / 4] - sorted[ROUNDS / 4]) / sorted[ROUNDS / 2];
}

static void measure_kernels(const whirl_dispatcher *base, whirl_measured_kernel *kernels,
                            size_t count, double *spread, progress *p) {
  cell *cells = allocate(count * CELLS, sizeof *cells);
  double *spreads = allocate(count * CELLS, sizeof *spreads);
  field f = field_create(base, whirl_tuning_particles(COUNTS - 1));
  for (int round = -1; round < ROUNDS; round++) {
    for (size_t k = 0; k < count; k++) {
      progress_show(p, kernels[k].kernel->name);
      measure_cells(cells + k * CELLS, &f, kernels[k].kernel, round);
      if (round >= 0) progress_advance(p);
    }
  }
  level_rounds(cells, count * CELLS);
  for (size_t i = 0; i < count * CELLS; i++) {
    kernels[i / CELLS].ns[i % CELLS / STEPS][i % STEPS] = cells[i].ns[ROUNDS / 2];
    spreads[i] = spread_of(cells[i].ns);
  }
  *spread = median(spreads, count * CELLS);
  field_destroy(&f);
  free(spreads);
  free(cells);
}

static whirl_dispatcher *dispatcher_for(const whirl_kernel *kernel, unsigned threads) {
  whirl_options options;
  whirl_options_init(&options);
  options.kernel = kernel->name;
  options.method = whirl_kernel_answers(kernel);
  options.timestep = timestep;
  options.threads = (int)threads;
  whirl_dispatcher *d;
  must(whirl_dispatcher_create(&d, &options), kernel->name);
  return d;
}

static const whirl_kernel *over_threads(const whirl_kernel *kernel) {
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *other = whirl_kernel_at(i);
    if (other->threaded && other->evolve == kernel->evolve) return other;
  }
  return kernel;
}

/* The time of an evolve of n particles over threads, with one call a sample and a first call that
 * nobody counts. The first quartile: what disturbs a team makes it slower only, and one call in
 * three is often disturbed. */
static double evolve_ns(const whirl_kernel *kernel, unsigned threads, size_t n, uint64_t steps,
                        size_t rounds) {
  whirl_dispatcher *d = dispatcher_for(over_threads(kernel), threads);
  field f = field_create(d, n);
  double *sample = allocate(rounds, sizeof *sample);
  restore(&f, n);
  for (size_t i = 0; i <= rounds; i++) {
    const double start = now();
    whirl_evolve_steps(d, f.working, steps);
    if (i > 0) sample[i - 1] = now() - start;
  }
  sort(sample, rounds);
  const double ns = sample[rounds / 4];
  free(sample);
  field_destroy(&f);
  whirl_dispatcher_destroy(d);
  return ns;
}

/* What a team costs beyond the work of one thread, for two threads and for all of them, from little
 * work that is the same for each. */
static void measure_teams(const whirl_machine *machine, const whirl_kernel *kernel,
                          whirl_measurement *measurement) {
  enum { MANY_ROUNDS = 2000, EACH = 256 };
  const unsigned most = machine->max_threads;
  const double alone = evolve_ns(kernel, 1, EACH, 1, MANY_ROUNDS);
  const double two =
      most < 2 ? 2500 : fmax(1, evolve_ns(kernel, 2, 2 * EACH, 1, MANY_ROUNDS) - alone);
  double each = two / 8;
  if (most > 2)
    each =
        fmax(1, (evolve_ns(kernel, most, most * EACH, 1, MANY_ROUNDS) - alone - two) / (most - 2));
  measurement->thread_ns = each;
  measurement->team_ns = fmax(1, two - 2 * each);
}

/* Enough particles that no cache holds them, if that is affordable. */
static size_t particles_beyond_cache(const whirl_machine *machine) {
  const double cache = (double)(machine->l3_bytes ? machine->l3_bytes : machine->l2_bytes);
  const double bytes = fmin(fmin(4 * fmax(cache, 16e6), 200e6), machine->memory_limit / 8);
  return (size_t)(bytes / (3 * sizeof(double)));
}

/* The bytes of particles from which on a call takes longer than in cache, by half of what it takes
 * longer in memory; most where it does not take longer in memory. */
static double bytes_of_cache(const whirl_kernel *kernel, unsigned threads, double in_cache,
                             double in_memory, size_t most) {
  static const double clearly = 1.25, between_doublings = 0.7;
  const double middle = (in_cache + in_memory) / 2;
  /* With fewer, the team's start would count. */
  for (size_t n = (size_t)threads * 16384; n < most && in_memory > clearly * in_cache; n *= 2)
    if (evolve_ns(kernel, threads, n, 1, FEWER_ROUNDS) / (double)n > middle)
      return between_doublings * 3 * sizeof(double) * (double)n;
  return 3 * sizeof(double) * (double)most;
}

/* The time that memory takes, where it and arithmetic together take so long: the inverse of how
 * whirl_measurement has them added. */
static double memory_part(double together, double arithmetic) {
  const double shorter = 16 * (together - arithmetic), longer = together - arithmetic / 16;
  return fmax(shorter <= arithmetic ? shorter : longer, together / 100);
}

/* Memory's speed, as the fastest of the kernels that move each particle once sees it. */
static void measure_memory(const whirl_machine *machine, const whirl_measured_kernel *fastest,
                           whirl_measurement *measurement) {
  const whirl_kernel *kernel = fastest->kernel;
  const size_t n = particles_beyond_cache(machine);
  const double bytes = kernel->bytes.per_particle * (double)n;
  const double alone = evolve_ns(kernel, 1, n, 1, FEWER_ROUNDS);
  const double in_all = evolve_ns(kernel, machine->max_threads, n, 1, FEWER_ROUNDS);
  const size_t few = whirl_tuning_particles(COUNTS - 1);
  const double arithmetic = fastest->ns[COUNTS - 1][0] / (double)few * (double)n;
  const double shared = arithmetic / machine->max_threads;
  measurement->bytes_per_ns_alone = bytes / memory_part(alone, arithmetic);
  measurement->bytes_per_ns_in_all =
      fmax(bytes / memory_part(in_all, shared), measurement->bytes_per_ns_alone);
  measurement->cache_bytes =
      bytes_of_cache(kernel, machine->max_threads, shared / (double)n, in_all / (double)n, n);
}

/* How much faster all hardware threads are than one on each core. */
static double smt_gain(const whirl_machine *machine, const whirl_kernel *kernel) {
  const unsigned cores = machine->max_threads, all = machine->thread_limit;
  if (all <= cores || cores < machine->usable_cores) return 1;
  enum { EACH = 4096, FEW_STEPS = 16 };
  const size_t n = (size_t)EACH * cores;
  return evolve_ns(kernel, cores, n, FEW_STEPS, FEWER_ROUNDS) /
         evolve_ns(kernel, all, n, FEW_STEPS, FEWER_ROUNDS);
}

/* The kernel that moves each particle once and takes the least time for it. */
static const whirl_measured_kernel *fastest_once(const whirl_measured_kernel *kernels,
                                                 size_t count) {
  const whirl_measured_kernel *best = NULL;
  for (size_t k = 0; k < count; k++) {
    if (kernels[k].kernel->bytes.per_particle_step > 0) continue;
    if (!best || kernels[k].ns[COUNTS - 1][0] < best->ns[COUNTS - 1][0]) best = &kernels[k];
  }
  return best ? best : &kernels[0];
}

void measure_run(const whirl_dispatcher *base, whirl_measured_kernel *kernels, size_t kernel_count,
                 whirl_measurement *measurement, double *spread, progress *p) {
  const whirl_machine *machine = whirl_dispatcher_machine(base);
  *measurement = (whirl_measurement){.kernel_count = kernel_count, .kernels = kernels};
  measure_kernels(base, kernels, kernel_count, spread, p);
  const whirl_measured_kernel *fastest = fastest_once(kernels, kernel_count);
  progress_show(p, "teams of threads");
  measure_teams(machine, fastest->kernel, measurement);
  progress_advance(p);
  progress_show(p, "memory");
  measure_memory(machine, fastest, measurement);
  progress_advance(p);
  progress_show(p, "hardware threads");
  for (size_t k = 0; k < kernel_count; k++)
    kernels[k].smt_gain = smt_gain(machine, kernels[k].kernel);
  progress_advance(p);
}
