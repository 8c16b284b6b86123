/* As much of the kernels' vector vocabulary as peers and limits need, in what every x86-64 CPU has:
 * two doubles in a 128-bit register. No kernel includes it. */
#ifndef WHIRL_BENCH_SSE2_H
#define WHIRL_BENCH_SSE2_H

#include <emmintrin.h>
#include <stddef.h>

#define VEC_LANES 2

typedef __m128d vec;
typedef size_t vec_mask; /* the number of lanes that are set, from the first on */

static inline vec vec_set(double a) {
  return _mm_set1_pd(a);
}
static inline vec vec_load(const double *p) {
  return _mm_loadu_pd(p);
}
static inline void vec_store(double *p, vec a) {
  _mm_storeu_pd(p, a);
}

/* 0 <= count <= VEC_LANES */
static inline vec_mask vec_mask_first(size_t count) {
  return count;
}

/* Lanes outside the mask read as 0 and are not written; no memory is touched for them. */
static inline vec vec_load_masked(const double *p, vec_mask m) {
  return m == 2 ? _mm_loadu_pd(p) : m == 1 ? _mm_load_sd(p) : _mm_setzero_pd();
}
static inline void vec_store_masked(double *p, vec a, vec_mask m) {
  if (m == 2) _mm_storeu_pd(p, a);
  if (m == 1) _mm_store_sd(p, a);
}

static inline vec vec_add(vec a, vec b) {
  return _mm_add_pd(a, b);
}
static inline vec vec_sub(vec a, vec b) {
  return _mm_sub_pd(a, b);
}
static inline vec vec_mul(vec a, vec b) {
  return _mm_mul_pd(a, b);
}
static inline vec vec_div(vec a, vec b) {
  return _mm_div_pd(a, b);
}
static inline vec vec_sqrt(vec a) {
  return _mm_sqrt_pd(a);
}

/* Rounded twice: there is no fused operation. */
static inline vec vec_fma(vec a, vec b, vec c) {
  return _mm_add_pd(_mm_mul_pd(a, b), c);
}
static inline vec vec_fms(vec a, vec b, vec c) {
  return _mm_sub_pd(_mm_mul_pd(a, b), c);
}

#endif
