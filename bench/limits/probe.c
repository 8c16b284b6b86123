/* The loops of one instruction set, which is given as a kernel's file is given it:
 *   PROBE_ID, PROBE_ISA, PROBE_FEATURES, and WHIRL_SIMD_HEADER where there are vectors. */
#include "probe.h"

#include <whirl/kernel.h>

#ifdef WHIRL_SIMD_HEADER
#include WHIRL_SIMD_HEADER
#else
#define VEC_LANES 1
typedef double vec;
static inline vec vec_set(double a) {
  return a;
}
static inline vec vec_load(const double *p) {
  return *p;
}
static inline void vec_store(double *p, vec a) {
  *p = a;
}
static inline vec vec_add(vec a, vec b) {
  return a + b;
}
static inline vec vec_sub(vec a, vec b) {
  return a - b;
}
static inline vec vec_fma(vec a, vec b, vec c) {
  return a * b + c;
}
#endif

/* Two units with a latency of four cycles need eight; more would not fit into 16 registers. */
enum { CHAINS = 12 };

static double multiply_add(uint64_t rounds) {
  vec chain[CHAINS];
  for (int i = 0; i < CHAINS; i++) chain[i] = vec_set(i);
  const vec factor = vec_set(0.5), summand = vec_set(1);
  for (uint64_t round = 0; round < rounds; round++) {
#pragma GCC unroll 16
    for (int i = 0; i < CHAINS; i++) chain[i] = vec_fma(chain[i], factor, summand);
  }
  double lanes[VEC_LANES];
  for (int i = 1; i < CHAINS; i++) chain[0] = vec_add(chain[0], chain[i]);
  vec_store(lanes, chain[0]);
  return lanes[0];
}

static void stream(double *restrict x, double *restrict y, const double *restrict ang_vel,
                   size_t n) {
  size_t i = 0;
  for (; n - i >= VEC_LANES; i += VEC_LANES) {
    const vec change = vec_load(ang_vel + i);
    vec_store(x + i, vec_add(vec_load(x + i), change));
    vec_store(y + i, vec_sub(vec_load(y + i), change));
  }
  for (; i < n; i++) {
    x[i] += ang_vel[i];
    y[i] -= ang_vel[i];
  }
}

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
extern const limit_probe PASTE(limit_probe_, PROBE_ID);
const limit_probe PASTE(limit_probe_, PROBE_ID) = {.isa = PROBE_ISA,
                                                   .features = PROBE_FEATURES,
                                                   .flops = 2. * CHAINS * VEC_LANES,
                                                   .multiply_add = multiply_add,
                                                   .stream = stream};
