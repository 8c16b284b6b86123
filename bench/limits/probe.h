/* What an instruction set can do at most: loops that do one thing alone, one set of them for each
 * instruction set that kernels are compiled for. Nothing here measures time. */
#ifndef WHIRL_BENCH_LIMITS_PROBE_H
#define WHIRL_BENCH_LIMITS_PROBE_H

#include <stddef.h>
#include <stdint.h>

typedef struct limit_probe {
  const char *isa;
  uint64_t features; /* that the machine must have, as whirl_feature bits */
  double flops;      /* of one round of multiply_add */
  /* So many rounds of independent fused multiply-adds (of a multiplication and an addition, where
   * the instruction set has no fused ones) in registers. What it returns means nothing. */
  double (*multiply_add)(uint64_t rounds);
  /* Moves the five streams that a kernel moves, three in and two out, with next to no work: adds
   * ang_vel to x, and subtracts it from y. */
  void (*stream)(double *x, double *y, const double *ang_vel, size_t n);
} limit_probe;

/* From the least to the most demanding, as the kernels' table of instruction sets. */
extern const limit_probe *const limit_probes[];
extern const size_t limit_probe_count;

#endif
