/* Which of the machine's limits binds a kernel: arithmetic alone, over rates that limits.h
 * measures. */
#ifndef WHIRL_BENCH_LIMITS_BOUND_H
#define WHIRL_BENCH_LIMITS_BOUND_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/whirl.h>

/* Where particles lie, from the nearest to the farthest. */
typedef enum limit_level { LIMIT_L1, LIMIT_L2, LIMIT_L3, LIMIT_MEMORY, LIMIT_LEVELS } limit_level;

/* What so many threads can do at most in a second. */
typedef struct limit_rates {
  double multiplies; /* operations on numbers, as whirl_demand counts them */
  double mixed;      /* multiplications and additions in turns, both counted */
  double divides;
  double square_roots;
  double chained_steps;
  double bytes; /* to and from where the particles lie */
  limit_level level;
} limit_rates;

typedef enum limit_kind {
  LIMIT_NONE, /* where nothing is done */
  LIMIT_FMA,  /* the units of multiplications and additions */
  LIMIT_DIVIDER,
  LIMIT_LATENCY,
  LIMIT_STREAMS
} limit_kind;

typedef struct limit_bound {
  limit_kind kind;
  double seconds;   /* that a kernel needs at least */
  const char *name; /* "FMA", "divider", "latency", or the level that the streams come from */
} limit_bound;

/* The limit that takes the kernel longest. Square roots and quotients share one divider; additions
 * share the multiplications' units, as far as `mixed` was measured to be no faster than those. */
limit_bound limit_bound_of(const whirl_kernel *kernel, size_t n, uint64_t steps,
                           const limit_rates *rates);

/* What the work comes to for so many particles and steps. 0 for no steps: nothing is done. */
double limit_amount(whirl_work work, size_t n, uint64_t steps);

/* "L1", ..., "memory" */
const char *limit_level_name(limit_level level);

/* The level that n particles on so many threads come from, where their five streams were measured
 * to move at `bytes` a second, and those of each level at level_bytes (0: there is no such level).
 * Caches of one core are as large as they say. Of a last level that says so virtual machines may
 * have only a part: there the nearer rate tells. */
limit_level limit_level_of(const whirl_machine *machine, size_t n, unsigned threads, double bytes,
                           const double level_bytes[LIMIT_LEVELS]);

/* As many particles as lie in that level, for each of so many threads; 0 where the machine has no
 * such level. In memory, `available` bytes bound them. */
size_t limit_level_particles(const whirl_machine *machine, limit_level level, unsigned threads,
                             double available);

#endif
