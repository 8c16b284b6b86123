/* The sine and cosine of glibc's libmvec (4 ULP) in the analytic loop. They are called by the names
 * of the vector ABI: a compiler puts them in the place of sin and cos only where it is allowed to
 * break what NaN and the order of operations mean. */
#include "kernel.h"

#include WHIRL_SIMD_HEADER

#if VEC_LANES == 8
#define SIN _ZGVeN8v_sin
#define COS _ZGVeN8v_cos
#elif VEC_LANES == 4
#define SIN _ZGVdN4v_sin
#define COS _ZGVdN4v_cos
#else
#define SIN _ZGVbN2v_sin
#define COS _ZGVbN2v_cos
#endif

vec SIN(vec angle);
vec COS(vec angle);

static inline void sine_and_cosine(vec angle, vec *sine, vec *cosine) {
  *sine = SIN(angle);
  *cosine = COS(angle);
}

#include "rotate.h"

DESCRIBE_ROTATION("true motion with libmvec's sin and cos (4 ULP), the angle in double", 4)
