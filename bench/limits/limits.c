#include "limits.h"

#include <math.h>
#include <string.h>

#include <omp.h>

#include "probe.h"

/* A measurement is short, so that some of them fall between what disturbs, and long enough that
 * reading the clock and starting threads do not count. */
static const double burst_seconds = 1e-3;
enum { BURSTS = 9 };

/* What one thread does in a measurement, so many times over. */
typedef void limit_work(const void *context, unsigned thread, unsigned threads, uint64_t times);

/* The seconds that all threads take together. */
static double seconds_of(limit_work *work, const void *context, unsigned threads, uint64_t times) {
  double seconds = 0;
#pragma omp parallel num_threads((int)threads)
  {
#pragma omp barrier
    const double start = omp_get_wtime();
    work(context, (unsigned)omp_get_thread_num(), threads, times);
    const double taken = omp_get_wtime() - start;
#pragma omp critical
    seconds = fmax(seconds, taken);
  }
  return seconds;
}

/* How often the work is done in a second, at best. */
static double best_rate(limit_work *work, const void *context, unsigned threads) {
  uint64_t times = 1;
  double seconds;
  while ((seconds = seconds_of(work, context, threads, times)) < burst_seconds / 2) times *= 2;
  double best = (double)times / seconds;
  for (int burst = 0; burst < BURSTS; burst++)
    best = fmax(best, (double)times / seconds_of(work, context, threads, times));
  return best;
}

static void work_in_registers(const void *context, unsigned thread, unsigned threads,
                              uint64_t times) {
  (void)thread, (void)threads;
  const volatile double result = ((const limit_probe *)context)->multiply_add(times);
  (void)result;
}

double limits_flops(const char *isa, unsigned threads) {
  const limit_probe *probe = limit_probes[0];
  for (size_t i = 0; i < limit_probe_count; i++) {
    if (strcmp(limit_probes[i]->isa, isa) == 0) probe = limit_probes[i];
  }
  return probe->flops * threads * best_rate(work_in_registers, probe, threads);
}

typedef struct streams {
  const limit_probe *probe;
  whirl_particles p;
} streams;

static void work_in_memory(const void *context, unsigned thread, unsigned threads, uint64_t times) {
  const streams *s = context;
  const size_t begin = s->p.n / threads * thread;
  const size_t end = thread + 1 == threads ? s->p.n : s->p.n / threads * (thread + 1);
  for (uint64_t i = 0; i < times; i++)
    s->probe->stream(s->p.x + begin, s->p.y + begin, s->p.ang_vel + begin, end - begin);
}

double limits_bytes(whirl_particles p, unsigned threads, uint64_t features) {
  streams s = {.probe = limit_probes[0], .p = p};
  for (size_t i = 0; i < limit_probe_count; i++) {
    if (!(limit_probes[i]->features & ~features)) s.probe = limit_probes[i];
  }
  return 5 * sizeof(double) * (double)p.n * best_rate(work_in_memory, &s, threads);
}
