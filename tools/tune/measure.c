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
enum {
  ROUNDS = 41,
  ROUNDS_BETWEEN_PAUSES = 4,
  PAUSES = (ROUNDS + ROUNDS_BETWEEN_PAUSES - 1) / ROUNDS_BETWEEN_PAUSES,
  CALLS = 15 /* for what is measured once */
};

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

/* The clock is the kernel's own from here on. */
static void settle(const field *f, const whirl_kernel *kernel) {
  const size_t n = whirl_tuning_particles(WHIRL_TUNING_PARTICLE_COUNTS - 1);
  const double until = now() + 1e9 * clock_settling_seconds;
  while (now() < until) call_ns(f, kernel, n, 1, 1);
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
  CELLS = COUNTS * STEPS
};

size_t measure_parts(size_t kernel_count) {
  return ROUNDS * kernel_count;
}

/* A round of one kernel. The first one, which nobody counts, finds out how many calls to make. */
static void measure_cells(cell *cells, const field *f, const whirl_kernel *kernel, int round) {
  settle(f, kernel);
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

/* A closed form takes as long for any number of steps: what is between its columns is noise, which
 * a line through them would carry to millions of steps. */
static void level_steps(whirl_measured_kernel *kernel) {
  for (size_t i = 0; i < COUNTS; i++) {
    double sample[STEPS];
    memcpy(sample, kernel->ns[i], sizeof sample);
    const double common = median(sample, STEPS);
    for (size_t j = 0; j < STEPS; j++) kernel->ns[i][j] = common;
  }
}

/* Gives the kernels the medians of their cells, and returns the median spread. */
static double conclude(cell *cells, whirl_measured_kernel *kernels, size_t count) {
  double *spreads = allocate(count * CELLS, sizeof *spreads);
  level_rounds(cells, count * CELLS);
  for (size_t i = 0; i < count * CELLS; i++) {
    kernels[i / CELLS].ns[i % CELLS / STEPS][i % STEPS] = cells[i].ns[ROUNDS / 2];
    spreads[i] = spread_of(cells[i].ns);
  }
  for (size_t k = 0; k < count; k++)
    if (kernels[k].kernel->method != WHIRL_KERNEL_EULER) level_steps(&kernels[k]);
  const double spread = median(spreads, count * CELLS);
  free(spreads);
  return spread;
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

/* One amount of work for one kernel over threads, through a dispatcher. */
typedef struct work {
  whirl_dispatcher *dispatcher;
  whirl_particles particles;
  uint64_t steps;
} work;

static work work_create(const whirl_kernel *kernel, unsigned threads, size_t n, uint64_t steps) {
  work w = {.dispatcher = dispatcher_for(over_threads(kernel), threads), .steps = steps};
  must(whirl_particles_alloc(w.dispatcher, n, &w.particles), "memory for particles");
  must(whirl_particles_random(w.dispatcher, w.particles, 1, 0), "random particles");
  whirl_evolve_steps(w.dispatcher, w.particles, steps); /* cold */
  return w;
}

static void work_destroy(work *w) {
  whirl_particles_free(&w->particles);
  whirl_dispatcher_destroy(w->dispatcher);
}

static double work_ns(const work *w) {
  const double start = now();
  whirl_evolve_steps(w->dispatcher, w->particles, w->steps);
  return now() - start;
}

/* The least time of so many calls: what disturbs a team makes it slower only. */
static double least_ns(const work *w, int calls) {
  double least = INFINITY;
  for (int i = 0; i < calls; i++) least = fmin(least, work_ns(w));
  return least;
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
  for (size_t n = (size_t)threads * 16384; n < most && in_memory > clearly * in_cache; n *= 2) {
    work w = work_create(kernel, threads, n, 1);
    const double ns = least_ns(&w, CALLS) / (double)n;
    work_destroy(&w);
    if (ns > middle) return between_doublings * 3 * sizeof(double) * (double)n;
  }
  return 3 * sizeof(double) * (double)most;
}

/* The time that memory takes, where it and arithmetic together take so long: the inverse of how
 * whirl_measurement has them added. */
static double memory_part(double together, double arithmetic) {
  const double shorter = 16 * (together - arithmetic), longer = together - arithmetic / 16;
  return fmax(shorter <= arithmetic ? shorter : longer, together / 100);
}

/* One for each core, whatever OMP_NUM_THREADS says: the file is for programs with and without it.
 */
static unsigned all_threads(const whirl_machine *machine) {
  return machine->usable_cores < machine->thread_limit ? machine->usable_cores
                                                       : machine->thread_limit;
}

/* How much faster all hardware threads are than one on each core. */
static double smt_gain(const whirl_machine *machine, const whirl_kernel *kernel) {
  const unsigned cores = all_threads(machine), all = machine->thread_limit;
  if (all <= cores || cores < machine->usable_cores) return 1;
  enum { EACH = 4096, FEW_STEPS = 16 };
  const size_t n = (size_t)EACH * cores;
  work on_cores = work_create(kernel, cores, n, FEW_STEPS),
       on_all = work_create(kernel, all, n, FEW_STEPS);
  const double gain = least_ns(&on_cores, CALLS) / least_ns(&on_all, CALLS);
  work_destroy(&on_cores);
  work_destroy(&on_all);
  return gain;
}

/* The kernel that moves each particle once and takes the least arithmetic for it, by what is built
 * in. */
static const whirl_kernel *lightest(const whirl_measured_kernel *kernels, size_t count) {
  const whirl_kernel *best = kernels[0].kernel;
  for (size_t k = 1; k < count; k++) {
    const whirl_kernel *kernel = kernels[k].kernel;
    const bool streams = best->bytes.per_particle_step > 0;
    if (kernel->bytes.per_particle_step == 0 &&
        (streams || kernel->cost.per_particle + kernel->cost.per_particle_step <
                        best->cost.per_particle + best->cost.per_particle_step))
      best = kernel;
  }
  return best;
}

/* Work on threads and in memory, which is measured in the pauses between rounds: some stretches of
 * the time are so disturbed that nothing can be had from them. */
typedef struct pauses {
  work one, two, most; /* little work: of one thread, of two and of all, each as much */
  work memory_alone, memory_in_all; /* more particles than caches hold */
  double teams[PAUSES][3];
  double memory[2]; /* the least times */
  size_t count;
} pauses;

enum { EACH_OF_TEAM = 256, TEAM_CALLS = 201 };

static void pauses_begin(pauses *p, const whirl_machine *machine, const whirl_kernel *kernel) {
  const unsigned most = all_threads(machine), two = most < 2 ? 1 : 2;
  const size_t many = particles_beyond_cache(machine);
  *p = (pauses){.one = work_create(kernel, 1, EACH_OF_TEAM, 1),
                .two = work_create(kernel, two, two * EACH_OF_TEAM, 1),
                .most = work_create(kernel, most, most * EACH_OF_TEAM, 1),
                .memory_alone = work_create(kernel, 1, many, 1),
                .memory_in_all = work_create(kernel, most, many, 1),
                .memory = {INFINITY, INFINITY}};
}

static void pause_for_threads(pauses *p) {
  const work *const works[] = {&p->one, &p->two, &p->most};
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
    double sample[TEAM_CALLS];
    for (int call = 0; call < TEAM_CALLS; call++) sample[call] = work_ns(works[i]);
    p->teams[p->count][i] = median(sample, TEAM_CALLS);
  }
  p->memory[0] = fmin(p->memory[0], least_ns(&p->memory_alone, 2));
  p->memory[1] = fmin(p->memory[1], least_ns(&p->memory_in_all, 2));
  p->count++;
}

/* What a team costs beyond the work of one thread, in the lower quartile of pauses: what else runs
 * makes a team wait for whole time slices, and never makes it faster. */
static double team_ns(const pauses *p, size_t team) {
  double sample[PAUSES];
  for (size_t i = 0; i < p->count; i++) sample[i] = p->teams[i][team] - p->teams[i][0];
  sort(sample, p->count);
  return sample[p->count / 4];
}

static void pauses_end(pauses *p, const whirl_machine *machine, const whirl_kernel *kernel,
                       double arithmetic_ns, whirl_measurement *measurement) {
  const unsigned threads = all_threads(machine);
  static const double without_threads = 2500;
  const double two = threads < 2 ? without_threads : fmax(1, team_ns(p, 1));
  const double each = threads > 2 ? fmax(1, (team_ns(p, 2) - two) / (threads - 2)) : two / 8;
  measurement->thread_ns = each;
  measurement->team_ns = fmax(1, two - 2 * each);
  const double n = (double)p->memory_alone.particles.n, bytes = kernel->bytes.per_particle * n;
  const double alone = arithmetic_ns * n, shared = alone / threads;
  measurement->bytes_per_ns_alone = bytes / memory_part(p->memory[0], alone);
  measurement->bytes_per_ns_in_all =
      fmax(bytes / memory_part(p->memory[1], shared), measurement->bytes_per_ns_alone);
  measurement->cache_bytes =
      bytes_of_cache(kernel, threads, shared / n, p->memory[1] / n, (size_t)n);
  work *const works[] = {&p->one, &p->two, &p->most, &p->memory_alone, &p->memory_in_all};
  for (size_t i = 0; i < sizeof works / sizeof *works; i++) work_destroy(works[i]);
}

static const whirl_measured_kernel *find(const whirl_measured_kernel *kernels,
                                         const whirl_kernel *kernel) {
  while (kernels->kernel != kernel) kernels++;
  return kernels;
}

void measure_run(const whirl_dispatcher *base, whirl_measured_kernel *kernels, size_t count,
                 whirl_measurement *measurement, double *spread, progress *p) {
  const whirl_machine *machine = whirl_dispatcher_machine(base);
  const whirl_kernel *light = lightest(kernels, count);
  *measurement = (whirl_measurement){.kernel_count = count, .kernels = kernels};
  cell *cells = allocate(count * CELLS, sizeof *cells);
  field f = field_create(base, whirl_tuning_particles(COUNTS - 1));
  pauses between;
  progress_show(p, "threads and memory");
  pauses_begin(&between, machine, light);
  for (int round = -1; round < ROUNDS; round++) {
    if (round >= 0 && round % ROUNDS_BETWEEN_PAUSES == 0) pause_for_threads(&between);
    for (size_t k = 0; k < count; k++) {
      progress_show(p, kernels[k].kernel->name);
      measure_cells(cells + k * CELLS, &f, kernels[k].kernel, round);
      if (round >= 0) progress_advance(p);
    }
  }
  *spread = conclude(cells, kernels, count);
  field_destroy(&f);
  free(cells);
  progress_show(p, "threads and memory");
  const double arithmetic_ns =
      find(kernels, light)->ns[COUNTS - 1][0] / (double)whirl_tuning_particles(COUNTS - 1);
  pauses_end(&between, machine, light, arithmetic_ns, measurement);
  for (size_t k = 0; k < count; k++) kernels[k].smt_gain = smt_gain(machine, kernels[k].kernel);
}
