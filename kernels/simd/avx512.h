/* The vector vocabulary in AVX-512 F, DQ and VL intrinsics: eight doubles in a 512-bit register,
 * thirty-two registers, masks of their own. Only kernels compiled for AVX-512 include it.
 * What bounds the kernels: fma, mul, add: 4 cycles, two a cycle on Ice Lake server (ports 0 and 5),
 * one fma a cycle on Zen 4; sqrt: one in 18, div: one in 16 (Ice Lake server), in 16 and 9 (Zen 4),
 * beside the others; sources: uops.info, Agner Fog's tables. */
#ifndef WHIRL_KERNELS_SIMD_AVX512_H
#define WHIRL_KERNELS_SIMD_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define VEC_LANES 8
#define VEC_REGISTERS 32

typedef __m512d vec;
typedef __mmask8 vec_mask; /* one bit a lane */

static inline vec vec_set(double a) {
  return _mm512_set1_pd(a);
}
static inline vec vec_load(const double *p) {
  return _mm512_loadu_pd(p);
}
static inline void vec_store(double *p, vec a) {
  _mm512_storeu_pd(p, a);
}

/* Past the caches to memory that is aligned as a vector is; vec_stream_end lets other threads see
 * it. */
static inline void vec_stream(double *p, vec a) {
  _mm512_stream_pd(p, a);
}
static inline void vec_stream_end(void) {
  _mm_sfence();
}

/* The mask of the first count lanes, 0 <= count <= VEC_LANES. */
static inline vec_mask vec_mask_first(size_t count) {
  return (vec_mask)((1u << count) - 1);
}

/* Lanes outside the mask read as 0 and are not written; no memory is touched for them. */
static inline vec vec_load_masked(const double *p, vec_mask m) {
  return _mm512_maskz_loadu_pd(m, p);
}
static inline void vec_store_masked(double *p, vec a, vec_mask m) {
  _mm512_mask_storeu_pd(p, m, a);
}

static inline vec vec_add(vec a, vec b) {
  return _mm512_add_pd(a, b);
}
static inline vec vec_sub(vec a, vec b) {
  return _mm512_sub_pd(a, b);
}
static inline vec vec_mul(vec a, vec b) {
  return _mm512_mul_pd(a, b);
}
static inline vec vec_div(vec a, vec b) {
  return _mm512_div_pd(a, b);
}
static inline vec vec_sqrt(vec a) {
  return _mm512_sqrt_pd(a);
}
static inline vec vec_fma(vec a, vec b, vec c) {
  return _mm512_fmadd_pd(a, b, c);
} /* a b + c */
static inline vec vec_fnma(vec a, vec b, vec c) {
  return _mm512_fnmadd_pd(a, b, c);
} /* c - a b */
static inline vec vec_fms(vec a, vec b, vec c) {
  return _mm512_fmsub_pd(a, b, c);
} /* a b - c */

/* Comparisons are ordered: false where an operand is NaN. */
static inline vec_mask vec_eq(vec a, vec b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ);
}
static inline vec_mask vec_lt(vec a, vec b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}
static inline vec_mask vec_le(vec a, vec b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
}

static inline vec_mask vec_mask_and(vec_mask a, vec_mask b) {
  return a & b;
}
static inline vec_mask vec_mask_or(vec_mask a, vec_mask b) {
  return a | b;
}
static inline vec_mask vec_mask_not(vec_mask a) {
  return (vec_mask)~a;
}
static inline int vec_mask_any(vec_mask a) {
  return a != 0;
}

/* Bits: those of a or b; those in which a and b differ or c and d do (+0 and -0 differ, a NaN
 * equals itself); whether there are any. */
static inline vec vec_or(vec a, vec b) {
  return _mm512_or_pd(a, b);
}
static inline vec vec_differ(vec a, vec b, vec c, vec d) {
  const __m512i bits =
      _mm512_ternarylogic_epi64(_mm512_castpd_si512(_mm512_xor_pd(a, b)), _mm512_castpd_si512(c),
                                _mm512_castpd_si512(d), 0xf6); /* first | (second ^ third) */
  return _mm512_castsi512_pd(bits);
}
static inline int vec_any_bit(vec a) {
  return _mm512_test_epi64_mask(_mm512_castpd_si512(a), _mm512_castpd_si512(a)) != 0;
}

/* a where the mask is set, b elsewhere. */
static inline vec vec_select(vec_mask m, vec a, vec b) {
  return _mm512_mask_blend_pd(m, b, a);
}

static inline vec vec_abs(vec a) {
  return _mm512_abs_pd(a);
}
static inline vec vec_neg(vec a) {
  return _mm512_xor_pd(_mm512_set1_pd(-0.0), a);
}
static inline vec vec_min(vec a, vec b) {
  return _mm512_min_pd(a, b);
} /* b where either is NaN */
static inline vec vec_max(vec a, vec b) {
  return _mm512_max_pd(a, b);
} /* b where either is NaN */

/* Bit patterns, as doubles. */
static inline vec vec_and(vec a, vec b) {
  return _mm512_and_pd(a, b);
}
static inline vec vec_xor(vec a, vec b) {
  return _mm512_xor_pd(a, b);
}
static inline vec vec_shift_left(vec a, int count) {
  return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(a), (unsigned)count));
}

/* a where the sign bit of s is set, b elsewhere. */
static inline vec vec_select_by_sign(vec s, vec a, vec b) {
  /* Not through a mask register: that would take a slot of the FMA units. */
  const __m512i set = _mm512_srai_epi64(_mm512_castpd_si512(s), 63);
  return _mm512_castsi512_pd(
      _mm512_ternarylogic_epi64(set, _mm512_castpd_si512(a), _mm512_castpd_si512(b), 0xca));
}

/* Not low <= |a| < high; set where a is NaN. One integer comparison; 0 < low. */
static inline vec_mask vec_outside(vec a, double low, double high) {
  const __m512i low_bits = _mm512_castpd_si512(_mm512_set1_pd(low));
  const __m512i high_bits = _mm512_castpd_si512(_mm512_set1_pd(high));
  return _mm512_cmpge_epu64_mask(_mm512_sub_epi64(_mm512_castpd_si512(vec_abs(a)), low_bits),
                                 _mm512_sub_epi64(high_bits, low_bits));
}

/* To the nearest integer, ties to even, whatever the rounding mode. */
static inline vec vec_round(vec a) {
  return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

#endif
