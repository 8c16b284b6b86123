/* The loops of one instruction set, which is given as a kernel's file is given it:
 *   PROBE_ID, PROBE_ISA, PROBE_FEATURES, and WHIRL_SIMD_HEADER where there are vectors. */
#include "limits/probe.h"

#include <math.h>

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
static inline vec vec_mul(vec a, vec b) {
  return a * b;
}
static inline vec vec_div(vec a, vec b) {
  return a / b;
}
static inline vec vec_sqrt(vec a) {
  return sqrt(a);
}
#endif

/* Two units with a latency of four cycles need eight; more would not fit into 16 registers. */
enum { CHAINS = 12 };

#if defined WHIRL_SIMD_HEADER && (defined __FMA__ || defined __ARM_FEATURE_FMA)
#define FUSED true
#define MULTIPLY(a, factor) vec_fma(a, factor, factor)
#else
#define FUSED false
#define MULTIPLY(a, factor) vec_mul(a, factor)
#endif

/* Operands whose mantissas are not short: some dividers are done with those sooner. The addition
 * keeps the roots away from 1, and is beside what is measured. */
#define DIVIDE(a, factor) vec_div(factor, a)
#define SQUARE_ROOT(a, factor) vec_sqrt(vec_add(a, factor))

/* So that no chain is in vain. */
static double sum(vec chain[CHAINS]) {
  double lanes[VEC_LANES];
  for (int i = 1; i < CHAINS; i++) chain[0] = vec_add(chain[0], chain[i]);
  vec_store(lanes, chain[0]);
  return lanes[0];
}

/* A loop of that operation with a second operand that the compiler doesn't know. */
#define DEFINE_LOOP(name, OPERATION, operand)                                                      \
  static double name(uint64_t rounds) {                                                            \
    const volatile double unknown = operand;                                                       \
    const vec factor = vec_set(unknown);                                                           \
    vec chain[CHAINS];                                                                             \
    for (int i = 0; i < CHAINS; i++) chain[i] = vec_set(1.1 + 0.1 * i);                            \
    for (uint64_t round = 0; round < rounds; round++) {                                            \
      _Pragma("GCC unroll 16") for (int i = 0; i < CHAINS; i++) chain[i] =                         \
          OPERATION(chain[i], factor);                                                             \
    }                                                                                              \
    return sum(chain);                                                                             \
  }

/* Two operations, each in every other chain. */
static double mixed(uint64_t rounds) {
  const volatile double unknown = FUSED ? 0.7 : 1, little = 1e-3;
  const vec factor = vec_set(unknown), term = vec_set(little);
  vec chain[CHAINS];
  for (int i = 0; i < CHAINS; i++) chain[i] = vec_set(1.1 + 0.1 * i);
  for (uint64_t round = 0; round < rounds; round++) {
    _Pragma("GCC unroll 16") for (int i = 0; i < CHAINS; i++) chain[i] =
        i % 2 ? vec_add(chain[i], term) : MULTIPLY(chain[i], factor);
  }
  return sum(chain);
}

/* With these operands nothing overflows or becomes subnormal, in however many rounds. */
DEFINE_LOOP(multiply, MULTIPLY, FUSED ? 0.7 : 1)
DEFINE_LOOP(divide, DIVIDE, 1.7)
DEFINE_LOOP(square_root, SQUARE_ROOT, 3.3)

static void stream(double *restrict x, double *restrict y, const double *restrict ang_vel,
                   size_t n) {
  size_t i = 0;
#pragma GCC unroll 4
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
                                                   .lanes = VEC_LANES,
                                                   .fused = FUSED,
                                                   .each = CHAINS,
                                                   .operate = {[LIMIT_MULTIPLY] = multiply,
                                                               [LIMIT_MIXED] = mixed,
                                                               [LIMIT_DIVIDE] = divide,
                                                               [LIMIT_SQUARE_ROOT] = square_root},
                                                   .stream = stream};
