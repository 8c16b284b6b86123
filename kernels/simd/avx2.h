/* The vector vocabulary in AVX2 and FMA intrinsics: four doubles in a 256-bit register, sixteen
 * registers. Only kernels compiled for AVX2 include it.
 * What bounds the kernels: fma, mul, add: 4 cycles, two a cycle (Ice Lake, Zen 4; Zen 4 adds on two
 * other pipes, with 3 cycles); sqrt: one in 9 (Ice Lake, Zen 3 and 4), div: one in 8 (Ice Lake) or
 * 5 (Zen 3 and 4), beside the others; sources: uops.info, Agner Fog's tables. */
#ifndef WHIRL_KERNELS_SIMD_AVX2_H
#define WHIRL_KERNELS_SIMD_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define VEC_LANES 4
#define VEC_REGISTERS 16

typedef __m256d vec;
typedef __m256d vec_mask; /* all bits of a lane set, or none */

static inline vec vec_set(double a) {
  return _mm256_set1_pd(a);
}
static inline vec vec_load(const double *p) {
  return _mm256_loadu_pd(p);
}
static inline void vec_store(double *p, vec a) {
  _mm256_storeu_pd(p, a);
}

/* Past the caches to memory that is aligned as a vector is; vec_stream_end lets other threads see
 * it. */
static inline void vec_stream(double *p, vec a) {
  _mm256_stream_pd(p, a);
}
static inline void vec_stream_end(void) {
  _mm_sfence();
}

/* The mask of the first count lanes, 0 <= count <= VEC_LANES. */
static inline vec_mask vec_mask_first(size_t count) {
  const __m256i lane = _mm256_set_epi64x(3, 2, 1, 0);
  return _mm256_castsi256_pd(_mm256_cmpgt_epi64(_mm256_set1_epi64x((int64_t)count), lane));
}

/* Lanes outside the mask read as 0 and are not written; no memory is touched for them. */
static inline vec vec_load_masked(const double *p, vec_mask m) {
  return _mm256_maskload_pd(p, _mm256_castpd_si256(m));
}
static inline void vec_store_masked(double *p, vec a, vec_mask m) {
  _mm256_maskstore_pd(p, _mm256_castpd_si256(m), a);
}

static inline vec vec_add(vec a, vec b) {
  return _mm256_add_pd(a, b);
}
static inline vec vec_sub(vec a, vec b) {
  return _mm256_sub_pd(a, b);
}
static inline vec vec_mul(vec a, vec b) {
  return _mm256_mul_pd(a, b);
}
static inline vec vec_div(vec a, vec b) {
  return _mm256_div_pd(a, b);
}
static inline vec vec_sqrt(vec a) {
  return _mm256_sqrt_pd(a);
}
static inline vec vec_fma(vec a, vec b, vec c) {
  return _mm256_fmadd_pd(a, b, c);
} /* a b + c */
static inline vec vec_fnma(vec a, vec b, vec c) {
  return _mm256_fnmadd_pd(a, b, c);
} /* c - a b */
static inline vec vec_fms(vec a, vec b, vec c) {
  return _mm256_fmsub_pd(a, b, c);
} /* a b - c */

/* Comparisons are ordered: false where an operand is NaN. */
static inline vec_mask vec_eq(vec a, vec b) {
  return _mm256_cmp_pd(a, b, _CMP_EQ_OQ);
}
static inline vec_mask vec_lt(vec a, vec b) {
  return _mm256_cmp_pd(a, b, _CMP_LT_OQ);
}
static inline vec_mask vec_le(vec a, vec b) {
  return _mm256_cmp_pd(a, b, _CMP_LE_OQ);
}

static inline vec_mask vec_mask_and(vec_mask a, vec_mask b) {
  return _mm256_and_pd(a, b);
}
static inline vec_mask vec_mask_or(vec_mask a, vec_mask b) {
  return _mm256_or_pd(a, b);
}
static inline vec_mask vec_mask_not(vec_mask a) {
  return _mm256_xor_pd(a, _mm256_castsi256_pd(_mm256_set1_epi64x(-1)));
}
static inline int vec_mask_any(vec_mask a) {
  return _mm256_movemask_pd(a) != 0;
}

/* Bits: those of a or b; those in which a and b differ or c and d do (+0 and -0 differ, a NaN
 * equals itself); whether there are any. */
static inline vec vec_or(vec a, vec b) {
  return _mm256_or_pd(a, b);
}
static inline vec vec_differ(vec a, vec b, vec c, vec d) {
  return _mm256_or_pd(_mm256_xor_pd(a, b), _mm256_xor_pd(c, d));
}
static inline int vec_any_bit(vec a) {
  return !_mm256_testz_si256(_mm256_castpd_si256(a), _mm256_castpd_si256(a));
}

/* a where the mask is set, b elsewhere. */
static inline vec vec_select(vec_mask m, vec a, vec b) {
  return _mm256_blendv_pd(b, a, m);
}

static inline vec vec_abs(vec a) {
  return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
}
static inline vec vec_neg(vec a) {
  return _mm256_xor_pd(_mm256_set1_pd(-0.0), a);
}
static inline vec vec_min(vec a, vec b) {
  return _mm256_min_pd(a, b);
} /* b where either is NaN */
static inline vec vec_max(vec a, vec b) {
  return _mm256_max_pd(a, b);
} /* b where either is NaN */

/* Bit patterns, as doubles. */
static inline vec vec_and(vec a, vec b) {
  return _mm256_and_pd(a, b);
}
static inline vec vec_xor(vec a, vec b) {
  return _mm256_xor_pd(a, b);
}
static inline vec vec_shift_left(vec a, int count) {
  return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(a), count));
}

/* a where the sign bit of s is set, b elsewhere. */
static inline vec vec_select_by_sign(vec s, vec a, vec b) {
  return _mm256_blendv_pd(b, a, s);
}

/* Not low <= |a| < high; set where a is NaN. One integer comparison; 0 < low. */
static inline vec_mask vec_outside(vec a, double low, double high) {
  const __m256i low_bits = _mm256_castpd_si256(_mm256_set1_pd(low));
  const __m256i high_bits = _mm256_castpd_si256(_mm256_set1_pd(high));
  const __m256i least = _mm256_set1_epi64x(INT64_MIN);
  const __m256i above =
      _mm256_add_epi64(_mm256_castpd_si256(vec_abs(a)), _mm256_sub_epi64(least, low_bits));
  return _mm256_castsi256_pd(
      _mm256_cmpgt_epi64(above, _mm256_add_epi64(_mm256_sub_epi64(high_bits, low_bits),
                                                 _mm256_set1_epi64x(INT64_MAX))));
}

/* To the nearest integer, ties to even, whatever the rounding mode. */
static inline vec vec_round(vec a) {
  return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

#endif
