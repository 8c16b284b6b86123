/* What the closed forms share: x^2 + y^2 with its rounding error, and the rotation of
 * particles by an angle that is counted in quarter turns. Included after
 * WHIRL_SIMD_HEADER.
 *
 * An angle in quarter turns needs no Cody-Waite reduction: its nearest integer and the rest are
 * exact. The factor 2/pi goes, in double-double, into a constant of the whole call. */
#ifndef WHIRL_KERNELS_SIMD_ROTATION_H
#define WHIRL_KERNELS_SIMD_ROTATION_H

#include "inline.h"

/* 2/pi to 107 bits. */
static const double two_over_pi = 0x1.45f306dc9c883p-1;
static const double two_over_pi_low = -0x1.6b01ec5417056p-55;

/* Adding it rounds |a| < 2^50 to an integer, which then stands in the low bits of the sum. */
static const double round_magic = 0x1.8p52;

/* The least normal number. */
static const double least_normal = 0x1p-1022;

/* a + b for a, b >= 0: the sum rounded, and *lost gets what rounding lost, exactly (Dekker 1971).
 */
SIMD_INLINE vec add_exactly(vec a, vec b, vec *lost) {
  const vec sum = vec_add(a, b);
  *lost = vec_sub(vec_min(a, b), vec_sub(sum, vec_max(a, b)));
  return sum;
}

/* The result + *error = x^2 + y^2 up to 2^-104 of it. The result is fl(fl(x^2) + fl(y^2)), the
 * textbook's. */
SIMD_INLINE vec square_of_radius(vec x, vec y, vec *error) {
  const vec x2 = vec_mul(x, x), y2 = vec_mul(y, y);
  const vec x2_error = vec_fms(x, x, x2), y2_error = vec_fms(y, y, y2);
  vec lost;
  const vec square = add_exactly(x2, y2, &lost);
  *error = vec_add(lost, vec_add(x2_error, y2_error));
  return square;
}

/* Sine and cosine half done: sine / rest and cosine by the first terms of their polynomials. */
typedef struct half_rotation {
  vec square; /* of the rest */
  vec sine, cosine;
} half_rotation;

/* The polynomials are minimax in absolute error for |rest| <= 0.505, with double coefficients
 * (Sollya's fpminimax): off by 0.021 * 2^-53 for the sine and 0.004 * 2^-53 for the cosine. */
enum { SINE_TERMS = 7, TERMS_BEGUN = 3 };
static const double sine_coefficients[SINE_TERMS] = {
    0x1.e36bc66713816p-25, -0x1.e2feb9a6e4e66p-19, 0x1.50782db39c961p-13, -0x1.32d2cce04ce45p-8,
    0x1.466bc677556aap-4,  -0x1.4abbce625be0ep-1,  0x1.921fb54442d18p0};
/* The last term is 1. */
static const double cosine_coefficients[SINE_TERMS] = {
    -0x1.b15e5730a9965p-28, 0x1.f9c87c1141a79p-22, -0x1.a6d1e6fbd76b6p-16, 0x1.e1f5067b55139p-11,
    -0x1.55d3c7e3c3017p-6,  0x1.03c1f081b5a66p-2,  -0x1.3bd3cc9be45dep0};

SIMD_INLINE half_rotation begin_rotation(vec rest) {
  half_rotation half = {.square = vec_mul(rest, rest),
                        .sine = vec_set(sine_coefficients[0]),
                        .cosine = vec_set(cosine_coefficients[0])};
#pragma GCC unroll 8
  for (int k = 1; k < TERMS_BEGUN; k++) {
    half.sine = vec_fma(half.sine, half.square, vec_set(sine_coefficients[k]));
    half.cosine = vec_fma(half.cosine, half.square, vec_set(cosine_coefficients[k]));
  }
  return half;
}

/* Rotates (x, y), stretched by `scale` where that is not NULL, by the quarter turns in the low bits
 * of count and the rest of a quarter turn that begin_rotation was given. */
SIMD_INLINE void finish_rotation(vec *x, vec *y, const half_rotation *half, vec count, vec rest,
                                 const vec *scale) {
  const vec z = half->square;
  vec sine = half->sine, cosine = half->cosine;
#pragma GCC unroll 8
  for (int k = TERMS_BEGUN; k < SINE_TERMS; k++) {
    sine = vec_fma(sine, z, vec_set(sine_coefficients[k]));
    cosine = vec_fma(cosine, z, vec_set(cosine_coefficients[k]));
  }
  sine = vec_mul(sine, rest);
  if (scale) {
    sine = vec_mul(sine, *scale);
    cosine = vec_fma(vec_mul(cosine, z), *scale, *scale);
  } else {
    cosine = vec_fma(cosine, z, vec_set(1));
  }

  /* (cos, sin) of 0, 1, 2, 3 quarter turns more: (c, s), (-s, c), (-c, -s), (s, -c). */
  const vec sign = vec_set(-0.0);
  const vec is_odd = vec_shift_left(count, 63), is_back = vec_shift_left(count, 62);
  const vec c =
      vec_xor(vec_select_by_sign(is_odd, sine, cosine), vec_and(vec_xor(is_odd, is_back), sign));
  const vec s = vec_xor(vec_select_by_sign(is_odd, cosine, sine), vec_and(is_back, sign));
  const vec turned_x = vec_fms(*x, c, vec_mul(*y, s));
  *y = vec_fma(*y, c, vec_mul(*x, s));
  *x = turned_x;
}

#endif
