/* What work is expected to cost. */
#include "cost.h"

#include <math.h>

/* The three arrays of particles. */
static const double particle_bytes = 3 * sizeof(double);

/* Virtual machines tell of a last-level cache that is the whole host's. */
static const double most_cache_bytes = 64e6;

whirl_machine_cost whirl_machine_cost_of(const whirl_machine *machine) {
  double cache = (double)(machine->l3_bytes ? machine->l3_bytes : machine->l2_bytes);
  if (cache == 0) cache = 1e6;
  return (whirl_machine_cost){.team = 2500,
                              .thread = 500,
                              .bytes_alone = 12,
                              .bytes_in_all = 30.0 * machine->numa_nodes,
                              .cache_bytes = fmin(cache, most_cache_bytes)};
}

/* fmin and fmax are calls here, for the sake of NaN, and this is asked for before each evolve. */
static double least(double a, double b) {
  return a < b ? a : b;
}

static double most(double a, double b) {
  return a > b ? a : b;
}

double whirl_expected_ns(const whirl_machine_cost *machine, const whirl_kernel *kernel,
                         const whirl_cost *cost, size_t n, uint64_t steps, unsigned threads) {
  const double count = (double)steps, particles = (double)n;
  /* Rounded up to what the kernel takes at once, on average; one that does not say takes one. */
  const double at_once = most(cost->particles_at_once, 1);
  const double own = threads == 1 ? particles : particles / threads;
  const double rounded = most(at_once, own + 0.5 * (at_once - 1));
  const double arithmetic = rounded * (cost->per_particle + cost->per_particle_step * count);
  double memory = 0, team = 0;
  if (particles * particle_bytes > machine->cache_bytes) {
    const double bytes = kernel->bytes.per_particle + kernel->bytes.per_particle_step * count;
    memory = particles * bytes / least(threads * machine->bytes_alone, machine->bytes_in_all);
  }
  if (threads > 1) team = machine->team + machine->thread * threads;
  return cost->fixed + most(arithmetic, memory) + team;
}
