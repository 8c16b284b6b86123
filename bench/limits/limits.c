#include "limits/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <omp.h>

#include "program/allocate.h"

/* A measurement is short, so that some of them fall between what disturbs, and long enough that
 * reading the clock and starting threads do not count. */
static const double burst_seconds = 1e-3;
enum { BURSTS = 9, FEWEST_BURSTS = 2 };
/* Of what takes long even once there are fewer. */
static const double enough_seconds = 0.1;
/* Between them a thread sleeps: what wide vectors leave behind in a core (a lower clock; on a
 * Skylake server scalar operations that wait for each other took a seventh longer for as long as
 * they ran) is over then, or another time. */
static const struct timespec rest = {.tv_nsec = 200000};
/* Passes over all units are so far apart at least, and ten times as long as one takes. */
static const double refresh_seconds = 1, refresh_share = 0.1;

struct limits {
  whirl_machine machine;
  double memory_bytes;
  const limit_probe **isas; /* those that run here */
  size_t isa_count;
  machine_limits *measured;
  size_t count;
  double refreshed; /* when all units were measured last */
  double refresh_took;
};

/* What one thread does in a measurement, so many times over. */
typedef void limit_work(const void *context, unsigned thread, unsigned threads, uint64_t times);

/* One measurement. */
typedef struct burst {
  unsigned team;  /* threads: perhaps fewer than were asked for */
  double alone;   /* the seconds that the slowest thread took */
  double elapsed; /* from when the first one began until the last was done */
} burst;

/* rested: after a rest. */
static burst run_burst(limit_work *work, const void *context, unsigned threads, uint64_t times,
                       bool rested) {
  burst result = {0};
  double first = INFINITY, last = -INFINITY;
#pragma omp parallel num_threads((int)threads)
  {
    const unsigned thread = (unsigned)omp_get_thread_num(), team = (unsigned)omp_get_num_threads();
    if (rested) nanosleep(&rest, NULL);
    /* The core's clock gets used to the operations, or the caches to the data. */
    work(context, thread, team, rested ? times / 4 : 0);
#pragma omp barrier
    const double start = omp_get_wtime();
    work(context, thread, team, times);
    const double end = omp_get_wtime();
#pragma omp critical
    {
      result.team = team;
      result.alone = fmax(result.alone, end - start);
      first = fmin(first, start);
      last = fmax(last, end);
    }
  }
  result.elapsed = last - first;
  return result;
}

/* How often each thread does the work in a second while all others do the same, at best. */
static double best_rate(limit_work *work, const void *context, unsigned threads, unsigned *team) {
  uint64_t times = 1;
  burst b;
  while ((b = run_burst(work, context, threads, times, false)).alone < burst_seconds / 2)
    times *= 2;
  double least = b.elapsed, spent = 0;
  for (int i = 0; i < BURSTS && (i < FEWEST_BURSTS || spent < enough_seconds); i++) {
    b = run_burst(work, context, threads, times, true);
    least = fmin(least, b.elapsed);
    spent += b.elapsed;
  }
  *team = b.team;
  return (double)times / least;
}

typedef struct unit {
  const limit_probe *probe;
  limit_operation operation;
} unit;

static void work_in_registers(const void *context, unsigned thread, unsigned threads,
                              uint64_t times) {
  (void)thread, (void)threads;
  const unit *u = context;
  const volatile double result = u->probe->operate[u->operation](times);
  (void)result;
}

/* The kernel `swapped` with one particle. */
static void work_in_chain(const void *context, unsigned thread, unsigned threads, uint64_t times) {
  (void)context, (void)thread, (void)threads;
  double x = 0.3, y = 0.5;
  const double h = 1e-5;
  for (uint64_t step = 0; step < times; step++) {
    const double norm = sqrt(x * x + y * y);
    const double direction_x = x / norm, direction_y = y / norm;
    x -= h * direction_y;
    y += h * direction_x;
  }
  const volatile double result = x + y;
  (void)result;
}

static void measure_units(const limits *l, machine_limits *m) {
  unsigned team;
  const double steps = best_rate(work_in_chain, NULL, m->threads, &team);
  m->chained_steps = fmax(m->chained_steps, steps * team);
  for (size_t i = 0; i < l->isa_count; i++) {
    for (int operation = 0; operation < LIMIT_OPERATIONS; operation++) {
      const unit u = {l->isas[i], (limit_operation)operation};
      const double rounds = best_rate(work_in_registers, &u, m->threads, &team);
      double *kept = &m->operations[i][operation];
      *kept = fmax(*kept, rounds * team * u.probe->each * u.probe->lanes);
    }
  }
}

/* Each thread's own particles: x, y and ang_vel, and where they begin. */
typedef struct own_particles {
  double *all, *x, *y, *ang_vel;
  size_t n;
} own_particles;

typedef struct streams {
  const limit_probe *probe;
  own_particles *own; /* of each thread */
} streams;

static void work_on_own(const void *context, unsigned thread, unsigned threads, uint64_t times) {
  (void)threads;
  const streams *s = context;
  const own_particles *own = &s->own[thread];
  for (uint64_t i = 0; i < times; i++) s->probe->stream(own->x, own->y, own->ang_vel, own->n);
}

static const limit_probe *widest(const limits *l) {
  return l->isas[l->isa_count - 1];
}

/* Bytes moved in a pass over a particle: three numbers read, two written. */
static const double pass_bytes = 5 * sizeof(double);

/* The arrays begin on cache lines, and far from the same place of a page, where a load may be taken
 * to be of what a store to another array has just written. */
static own_particles create_own(size_t n) {
  enum { LINE = 8, PAGE = 512 };
  const size_t stride = (n + PAGE - 1) / PAGE * PAGE + PAGE / 3 / LINE * LINE;
  own_particles own = {.all = allocate(3 * stride + LINE, sizeof(double)), .n = n};
  own.x = own.all + (LINE - (uintptr_t)own.all / sizeof(double) % LINE) % LINE;
  own.y = own.x + stride;
  own.ang_vel = own.y + stride;
  for (size_t i = 0; i < n; i++) {
    own.x[i] = own.y[i] = 1;
    own.ang_vel[i] = 0x1p-30;
  }
  return own;
}

static void measure_level(const limits *l, machine_limits *m, limit_level level) {
  const size_t n = limit_level_particles(&l->machine, level, m->threads, l->memory_bytes / 4);
  if (n == 0) return;
  streams s = {.probe = widest(l), .own = allocate(m->threads, sizeof *s.own)};
  /* Each thread's are where it touches them first. */
#pragma omp parallel num_threads((int)m->threads)
  s.own[omp_get_thread_num()] = create_own(n);
  unsigned team;
  const double passes = best_rate(work_on_own, &s, m->threads, &team);
  m->bytes[level] = fmax(m->bytes[level], pass_bytes * (double)n * passes * team);
  for (unsigned i = 0; i < m->threads; i++) free(s.own[i].all);
  free(s.own);
}

/* What comes from a level can't come slower than from the one behind it: where it seems to,
 * something disturbed it. */
static void measure_levels(const limits *l, machine_limits *m) {
  for (int level = 0; level < LIMIT_LEVELS; level++) measure_level(l, m, (limit_level)level);
  for (int level = LIMIT_LEVELS - 1; level > 0; level--)
    if (m->bytes[level - 1] > 0) m->bytes[level - 1] = fmax(m->bytes[level - 1], m->bytes[level]);
}

static void work_on_shared(const void *context, unsigned thread, unsigned threads, uint64_t times) {
  const streams *s = context;
  const own_particles *all = s->own;
  const size_t begin = all->n / threads * thread;
  const size_t end = thread + 1 == threads ? all->n : all->n / threads * (thread + 1);
  for (uint64_t i = 0; i < times; i++)
    s->probe->stream(all->x + begin, all->y + begin, all->ang_vel + begin, end - begin);
}

double limits_streams(const limits *l, whirl_particles p, unsigned threads) {
  own_particles all = {.x = p.x, .y = p.y, .ang_vel = p.ang_vel, .n = p.n};
  const streams s = {.probe = widest(l), .own = &all};
  unsigned team;
  return pass_bytes * (double)p.n * best_rate(work_on_shared, &s, threads, &team);
}

limits *limits_create(const whirl_machine *machine, double memory_bytes) {
  limits *l = allocate(1, sizeof *l);
  *l = (limits){.machine = *machine, .memory_bytes = memory_bytes};
  l->isas = allocate(limit_probe_count, sizeof *l->isas);
  for (size_t i = 0; i < limit_probe_count; i++) {
    if (!(limit_probes[i]->features & ~machine->features))
      l->isas[l->isa_count++] = limit_probes[i];
  }
  return l;
}

void limits_destroy(limits *l) {
  if (!l) return;
  for (size_t i = 0; i < l->count; i++) free(l->measured[i].operations);
  free(l->measured);
  free(l->isas);
  free(l);
}

const limit_probe *limits_isa(const limits *l, size_t index) {
  return index < l->isa_count ? l->isas[index] : NULL;
}

const machine_limits *limits_at(const limits *l, size_t index) {
  return index < l->count ? &l->measured[index] : NULL;
}

/* More threads can do what fewer do: where they seem not to, something disturbed them. */
static void fill_in(const limits *l, machine_limits *m, const machine_limits *fewer) {
  for (size_t i = 0; i < l->isa_count; i++)
    for (int k = 0; k < LIMIT_OPERATIONS; k++)
      m->operations[i][k] = fmax(m->operations[i][k], fewer->operations[i][k]);
  m->chained_steps = fmax(m->chained_steps, fewer->chained_steps);
  for (int level = 0; level < LIMIT_LEVELS; level++)
    if (m->bytes[level] > 0) m->bytes[level] = fmax(m->bytes[level], fewer->bytes[level]);
}

static void fill_in_all(limits *l) {
  for (size_t i = 0; i < l->count; i++)
    for (size_t k = 0; k < l->count; k++)
      if (l->measured[k].threads < l->measured[i].threads)
        fill_in(l, &l->measured[i], &l->measured[k]);
}

const machine_limits *limits_of(limits *l, unsigned threads) {
  for (size_t i = 0; i < l->count; i++) {
    if (l->measured[i].threads == threads) return &l->measured[i];
  }
  machine_limits *more = allocate(l->count + 1, sizeof *more);
  if (l->count > 0) memcpy(more, l->measured, l->count * sizeof *more);
  free(l->measured);
  l->measured = more;
  machine_limits *m = &more[l->count++];
  *m = (machine_limits){.threads = threads,
                        .operations = allocate(l->isa_count, sizeof *m->operations)};
  measure_units(l, m);
  measure_levels(l, m);
  fill_in_all(l);
  l->refreshed = omp_get_wtime();
  return m;
}

void limits_improve(limits *l, bool levels) {
  for (size_t i = 0; i < l->count; i++) {
    measure_units(l, &l->measured[i]);
    if (levels) measure_levels(l, &l->measured[i]);
  }
  fill_in_all(l);
  l->refreshed = omp_get_wtime();
}

void limits_refresh(limits *l) {
  const double begin = omp_get_wtime(), ago = begin - l->refreshed;
  if (ago < fmax(refresh_seconds, l->refresh_took / refresh_share)) return;
  limits_improve(l, false);
  l->refresh_took = l->refreshed - begin;
}

limit_rates limits_rates(limits *l, const char *isa, size_t n, unsigned threads, double bytes) {
  size_t found = l->isa_count - 1;
  for (size_t i = 0; i < l->isa_count; i++) {
    if (strcmp(l->isas[i]->isa, isa) == 0) found = i;
  }
  const machine_limits *m = limits_of(l, threads);
  limit_rates rates = {.multiplies = m->operations[found][LIMIT_MULTIPLY],
                       .mixed = m->operations[found][LIMIT_MIXED],
                       .divides = m->operations[found][LIMIT_DIVIDE],
                       .square_roots = m->operations[found][LIMIT_SQUARE_ROOT],
                       .chained_steps = m->chained_steps,
                       .bytes = bytes};
  rates.level = limit_level_of(&l->machine, n, threads, bytes, m->bytes);
  return rates;
}
