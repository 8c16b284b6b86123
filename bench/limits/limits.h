/* What this machine can do at most, measured when it is first asked for and kept no longer than the
 * run. Other programs share the machine, so a limit is the best of many short measurements, and can
 * be measured again later in the run. */
#ifndef WHIRL_BENCH_LIMITS_H
#define WHIRL_BENCH_LIMITS_H

#include <whirl/whirl.h>

#include "limits/bound.h"
#include "limits/probe.h"

/* The limits of so many threads at once, in a second, all threads together. */
typedef struct machine_limits {
  unsigned threads;
  /* Operations on numbers, by instruction set: limits_isa(i) names the i-th. */
  double (*operations)[LIMIT_OPERATIONS];
  double chained_steps;       /* textbook steps, each waiting for the one before */
  double bytes[LIMIT_LEVELS]; /* of the five streams; 0: there is no such level */
} machine_limits;

typedef struct limits limits;

/* What is measured in memory takes a quarter of memory_bytes at most. */
limits *limits_create(const whirl_machine *machine, double memory_bytes);
void limits_destroy(limits *l);

/* The instruction sets that run here, from the least to the most demanding; NULL from `index` on
 * that is past the last. */
const limit_probe *limits_isa(const limits *l, size_t index);

/* The limits of so many threads, measured at the first call. Valid until the next call. */
const machine_limits *limits_of(limits *l, unsigned threads);

/* All that was measured so far: the index-th number of threads, in the order in which they were
 * asked for; NULL past the last. */
const machine_limits *limits_at(const limits *l, size_t index);

/* Measures the units' rates once more, for all numbers of threads, and where levels is true those
 * of streams; and keeps the better ones. */
void limits_improve(limits *l, bool levels);

/* limits_improve(l, false), where that is long enough ago not to take much of a run: for moments in
 * between. */
void limits_refresh(limits *l);

/* Bytes a second at which the five streams of these particles move, cut over so many threads, each
 * with its own part. It changes x and y. */
double limits_streams(const limits *l, whirl_particles p, unsigned threads);

/* What a kernel of that instruction set can do with n particles on so many threads, whose streams
 * move at `bytes` a second; the rest is from limits_of. An instruction set of which nothing is
 * known counts as the most demanding. */
limit_rates limits_rates(limits *l, const char *isa, size_t n, unsigned threads, double bytes);

#endif
