/* What the closed forms share: x^2 + y^2 with its rounding error, and the rotation of
 * particles by an angle that is counted in quarter turns. Included after simd/block.h.
 *
 * An angle in quarter turns needs no Cody-Waite reduction: its nearest integer and the rest are
 * exact. The factor 2/pi goes, in double-double, into a constant of the whole call. */
#ifndef WHIRL_KERNELS_SIMD_SINCOS_H
#define WHIRL_KERNELS_SIMD_SINCOS_H

/* 2/pi to 107 bits. */
static const double two_over_pi = 0x1.45f306dc9c883p-1;
static const double two_over_pi_low = -0x1.6b01ec5417056p-55;

/* Adding it rounds |a| < 2^50 to an integer, which then stands in the low bits of the sum. */
static const double round_magic = 0x1.8p52;

/* Below this the quarter turns are counted by round_magic, and what lies below the last bit of the
 * angle's high part is under 2^-8; beyond it rest_of_large_angle takes over. */
static const double quarter_turns_large = 0x1p43;

/* The least normal number. */
static const double least_normal = 0x1p-1022;

/* The result + *error = x^2 + y^2 up to 2^-104 of it (Knuth's TwoSum of two exact products). The
 * result is fl(fl(x^2) + fl(y^2)), the textbook's. */
BLOCK_INLINE vec square_of_radius(vec x, vec y, vec *error) {
  const vec x2 = vec_mul(x, x), y2 = vec_mul(y, y);
  const vec x2_error = vec_fms(x, x, x2), y2_error = vec_fms(y, y, y2);
  const vec square = vec_add(x2, y2);
  const vec part = vec_sub(square, x2);
  const vec lost = vec_add(vec_sub(x2, vec_sub(square, part)), vec_sub(y2, part));
  *error = vec_add(lost, vec_add(x2_error, y2_error));
  return square;
}

/* Takes the whole quarter turns out of high + low, for any size of either. *count gets them, modulo
 * 4, in its low bits as with round_magic; returned is the rest, at most half a quarter turn. */
BLOCK_INLINE vec rest_of_large_angle(vec high, vec low, vec *count) {
  const vec quarter = vec_set(0.25), four = vec_set(4), magic = vec_set(round_magic);
  /* Both remainders are exact: each is a multiple of its operand's last bit, and at most 2. */
  const vec a = vec_fnma(four, vec_round(vec_mul(quarter, high)), high);
  const vec b = vec_fnma(four, vec_round(vec_mul(quarter, low)), low);
  const vec sum = vec_add(a, b);
  const vec part = vec_sub(sum, a);
  const vec lost = vec_add(vec_sub(a, vec_sub(sum, part)), vec_sub(b, part));
  *count = vec_add(sum, magic);
  return vec_add(vec_sub(sum, vec_sub(*count, magic)), lost);
}

/* Rotates (x, y), stretched by `scale` where that is not NULL, by the quarter turns in the low bits
 * of count and the rest of a quarter turn, |rest| <= 0.505.
 *
 * The polynomials are minimax in absolute error over that range with double coefficients (Sollya's
 * fpminimax): off by 0.021 * 2^-53 for the sine and 0.004 * 2^-53 for the cosine. */
BLOCK_INLINE void rotate(vec *x, vec *y, vec count, vec rest, const vec *scale) {
  static const double sine_coefficients[] = {
      0x1.e36bc66713816p-25, -0x1.e2feb9a6e4e66p-19, 0x1.50782db39c961p-13, -0x1.32d2cce04ce45p-8,
      0x1.466bc677556aap-4,  -0x1.4abbce625be0ep-1,  0x1.921fb54442d18p0};
  static const double cosine_coefficients[] = {
      -0x1.b15e5730a9965p-28, 0x1.f9c87c1141a79p-22, -0x1.a6d1e6fbd76b6p-16, 0x1.e1f5067b55139p-11,
      -0x1.55d3c7e3c3017p-6,  0x1.03c1f081b5a66p-2,  -0x1.3bd3cc9be45dep0,   1};
  const vec z = vec_mul(rest, rest);
  vec sine = vec_set(sine_coefficients[0]), cosine = vec_set(cosine_coefficients[0]);
#pragma GCC unroll 8
  for (int k = 1; k < 7; k++) {
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
  const vec odd = vec_shift_left(count, 63), half = vec_shift_left(count, 62);
  const vec c = vec_xor(vec_select_by_sign(odd, sine, cosine), vec_and(vec_xor(odd, half), sign));
  const vec s = vec_xor(vec_select_by_sign(odd, cosine, sine), vec_and(half, sign));
  const vec turned_x = vec_fms(*x, c, vec_mul(*y, s));
  *y = vec_fma(*y, c, vec_mul(*x, s));
  *x = turned_x;
}

#endif
