/* What an instruction set can do at most: loops that do one thing alone, one set of them for each
 * instruction set that kernels or peers are compiled for. Nothing here measures time. */
#ifndef WHIRL_BENCH_LIMITS_PROBE_H
#define WHIRL_BENCH_LIMITS_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum limit_operation {
  LIMIT_MULTIPLY, /* fused with an addition where the instruction set can do that */
  LIMIT_MIXED,    /* the same and additions in turns: some CPUs have units of their own for these */
  LIMIT_DIVIDE,
  LIMIT_SQUARE_ROOT,
  LIMIT_OPERATIONS
} limit_operation;

typedef struct limit_probe {
  const char *isa;
  uint64_t features; /* that the machine must have, as whirl_feature bits */
  unsigned lanes;    /* numbers in a vector */
  bool fused;        /* LIMIT_MULTIPLY is a fused multiply-add */
  unsigned each;     /* instructions in a round */
  /* So many rounds of instructions that don't wait for one another, in registers. What they return
   * means nothing. */
  double (*operate[LIMIT_OPERATIONS])(uint64_t rounds);
  /* Moves the five streams that a kernel moves, three in and two out, with next to no work: adds
   * ang_vel to x, and subtracts it from y. */
  void (*stream)(double *x, double *y, const double *ang_vel, size_t n);
} limit_probe;

/* From the least to the most demanding, as the kernels' table of instruction sets. */
extern const limit_probe *const limit_probes[];
extern const size_t limit_probe_count;

#endif
