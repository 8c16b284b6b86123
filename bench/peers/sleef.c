/* SLEEF's sincos (1 ULP) in the analytic loop. */
#include <sleef.h>

#include "kernel.h"

#include WHIRL_SIMD_HEADER

#if VEC_LANES == 8
#define SINCOS Sleef_sincosd8_u10avx512f
typedef Sleef___m512d_2 both;
#elif VEC_LANES == 4
#define SINCOS Sleef_sincosd4_u10avx2
typedef Sleef___m256d_2 both;
#else
#define SINCOS Sleef_sincosd2_u10sse2
typedef Sleef___m128d_2 both;
#endif

static inline void sine_and_cosine(vec angle, vec *sine, vec *cosine) {
  const both turn = SINCOS(angle);
  *sine = turn.x;
  *cosine = turn.y;
}

#include "rotate.h"

DESCRIBE_ROTATION("true motion with SLEEF's sincos (1 ULP), the angle in double", 1)
