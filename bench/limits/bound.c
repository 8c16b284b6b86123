#include "limits/bound.h"

#include <math.h>

/* x, y and ang_vel. */
static const double particle_bytes = 3 * sizeof(double);

double limit_amount(whirl_work work, size_t n, uint64_t steps) {
  if (steps == 0) return 0;
  return (double)n * (work.per_particle + work.per_particle_step * (double)steps);
}

const char *limit_level_name(limit_level level) {
  static const char *const names[] = {
      [LIMIT_L1] = "L1", [LIMIT_L2] = "L2", [LIMIT_L3] = "L3", [LIMIT_MEMORY] = "memory"};
  return names[level];
}

static void consider(limit_bound *bound, limit_kind kind, const char *name, double seconds) {
  if (seconds > bound->seconds) *bound = (limit_bound){kind, seconds, name};
}

limit_bound limit_bound_of(const whirl_kernel *kernel, size_t n, uint64_t steps,
                           const limit_rates *rates) {
  const whirl_demand *demand = &kernel->demand;
  limit_bound bound = {LIMIT_NONE, 0, "-"};
  const double multiplies = limit_amount(demand->multiplies, n, steps);
  consider(&bound, LIMIT_FMA, "FMA",
           fmax(multiplies / rates->multiplies,
                (multiplies + limit_amount(demand->additions, n, steps)) / rates->mixed));
  consider(&bound, LIMIT_DIVIDER, "divider",
           limit_amount(demand->divides, n, steps) / rates->divides +
               limit_amount(demand->square_roots, n, steps) / rates->square_roots);
  consider(&bound, LIMIT_LATENCY, "latency",
           limit_amount(demand->chained_steps, n, steps) / rates->chained_steps);
  consider(&bound, LIMIT_STREAMS, limit_level_name(rates->level),
           limit_amount(kernel->bytes, n, steps) / rates->bytes);
  return bound;
}

static double cache_bytes(const whirl_machine *machine, limit_level level) {
  const uint64_t bytes = level == LIMIT_L1   ? machine->l1_data_bytes
                         : level == LIMIT_L2 ? machine->l2_bytes
                                             : machine->l3_bytes;
  return (double)bytes;
}

limit_level limit_level_of(const whirl_machine *machine, size_t n, unsigned threads, double bytes,
                           const double level_bytes[LIMIT_LEVELS]) {
  const double own = particle_bytes * (double)n / threads;
  if (own <= cache_bytes(machine, LIMIT_L1)) return LIMIT_L1;
  if (own <= cache_bytes(machine, LIMIT_L2)) return LIMIT_L2;
  if (level_bytes[LIMIT_L3] == 0 || level_bytes[LIMIT_MEMORY] == 0) return LIMIT_MEMORY;
  return bytes * bytes > level_bytes[LIMIT_L3] * level_bytes[LIMIT_MEMORY] ? LIMIT_L3
                                                                           : LIMIT_MEMORY;
}

/* Memory is what is several times as large as the last level, of which there is about one for eight
 * cores; but not more than takes a noticeable time to fill. */
static double memory_bytes(const whirl_machine *machine, unsigned threads) {
  const double least = 64 << 20, most = 512 << 20, last_levels = ceil(threads / 8.);
  return fmin(fmax(4 * cache_bytes(machine, LIMIT_L3), least), most) * last_levels;
}

size_t limit_level_particles(const whirl_machine *machine, limit_level level, unsigned threads,
                             double available) {
  double own;
  if (level == LIMIT_MEMORY) {
    own = fmin(memory_bytes(machine, threads), available) / threads;
  } else if (cache_bytes(machine, level) == 0) {
    return 0;
  } else if (level == LIMIT_L3) {
    /* Well beyond a core's own cache, and well within its share of the common one. */
    const double below = cache_bytes(machine, LIMIT_L2);
    own = fmax(2 * below, sqrt(below * cache_bytes(machine, LIMIT_L3) / threads));
  } else {
    own = cache_bytes(machine, level) / 2;
  }
  return (size_t)(own / particle_bytes);
}
