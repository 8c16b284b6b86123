/* The analytic kernel as one writes it with SLEEF's sincos (1 ULP): the angle in double, once for
 * each instruction set. */
#include <sleef.h>

#include "kernel.h"

#include WHIRL_SIMD_HEADER

#if VEC_LANES == 8
#define SINCOS Sleef_sincosd8_u10avx512f
typedef Sleef___m512d_2 sine_and_cosine;
#else
#define SINCOS Sleef_sincosd4_u10avx2
typedef Sleef___m256d_2 sine_and_cosine;
#endif

static inline void rotate(vec *x, vec *y, vec ang_vel, vec time) {
  const vec r = vec_sqrt(vec_fma(*x, *x, vec_mul(*y, *y)));
  const sine_and_cosine turn = SINCOS(vec_div(vec_mul(ang_vel, time), r));
  const vec turned_x = vec_fms(*x, turn.y, vec_mul(*y, turn.x));
  *y = vec_fma(*y, turn.y, vec_mul(*x, turn.x));
  *x = turned_x;
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  const vec time = vec_set(timestep * (double)steps);
  size_t i = 0;
  for (; n - i >= VEC_LANES; i += VEC_LANES) {
    vec new_x = vec_load(x + i), new_y = vec_load(y + i);
    rotate(&new_x, &new_y, vec_load(ang_vel + i), time);
    vec_store(x + i, new_x);
    vec_store(y + i, new_y);
  }
  if (i == n) return;
  const vec_mask tail = vec_mask_first(n - i);
  vec new_x = vec_load_masked(x + i, tail), new_y = vec_load_masked(y + i, tail);
  rotate(&new_x, &new_y, vec_load_masked(ang_vel + i, tail), time);
  vec_store_masked(x + i, new_x, tail);
  vec_store_masked(y + i, new_y, tail);
}

WHIRL_DESCRIBE_KERNEL(
        .summary = "true motion with SLEEF's sincos (1 ULP), the angle in double",
        .method = WHIRL_KERNEL_ANALYTIC, .numeric_class = WHIRL_BOUNDED,
        /* As `analytic`: r, time, arc and quotient round, and sincos is within 1 ULP. */
        .error_bound = {.constant = 13, .per_radian = 6}, .lanes = VEC_LANES,
        /* 4 mul, 3 fma, sqrt, div; sine and cosine count as one each. */
        .flops = {.per_particle = 14}, .bytes = {.per_particle = 40},
        .demand = {.multiplies = {.per_particle = 7},
                   .divides = {.per_particle = 1},
                   .square_roots = {.per_particle = 1}},
        .cost = {.fixed = 10, .per_particle = 5, .particles_at_once = VEC_LANES})
