/* The true circular motion over vectors: each position is rotated by ang_vel * t / r. The angle is
 * a double-double in quarter turns, so that it costs no accuracy up to 2^40 radians and more. */
#include <math.h>

#include "kernel.h"

#include WHIRL_SIMD_HEADER

#define BLOCK_VECTORS (32 / VEC_LANES)
#include "simd/block.h"
#include "simd/sincos.h"

/* timestep * steps * 4/pi: high + low is within 2^-103 of it. */
typedef struct double_time {
  double high, low;
} double_time;

static double_time double_quarter_turns(double timestep, uint64_t steps) {
  const double count = (double)steps;
  const double time = timestep * count, time_low = fma(timestep, count, -time);
  const double high = time * two_over_pi;
  const double low =
      fma(time, two_over_pi, -high) + fma(time, two_over_pi_low, time_low * two_over_pi);
  return (double_time){2 * high, 2 * low};
}

/* What is known of a vector of particles when the divider is done with it. */
typedef struct radius {
  vec square, square_error, r, half_inverse;
} radius;

BLOCK_INLINE radius radius_of(vec x, vec y) {
  radius of;
  of.square = square_of_radius(x, y, &of.square_error);
  of.r = vec_sqrt(of.square);
  of.half_inverse = vec_div(vec_set(0.5), of.r);
  return of;
}

/* The angle in quarter turns: how many, and the rest. */
typedef struct turn {
  vec count, rest, arc;
  int is_rare;
} turn;

/* time is twice the time, in quarter turns, as for double_quarter_turns. */
BLOCK_INLINE turn turn_of(vec ang_vel, double_time time, const radius *of) {
  turn by;
  /* Twice the arc, with what its roundings lost. */
  by.arc = vec_mul(ang_vel, vec_set(time.high));
  const vec arc_low =
      vec_fma(ang_vel, vec_set(time.low), vec_fms(ang_vel, vec_set(time.high), by.arc));

  /* FMA gives the residuals of square root and quotient exactly (Markstein 1990). */
  const vec twice_r = vec_add(of->r, of->r);
  const vec square_residual = vec_add(vec_fnma(of->r, of->r, of->square), of->square_error);
  const vec twice_r_low = vec_mul(vec_add(square_residual, square_residual), of->half_inverse);
  const vec angle = vec_mul(by.arc, of->half_inverse);
  const vec residual =
      vec_fnma(angle, twice_r_low, vec_add(vec_fnma(angle, twice_r, by.arc), arc_low));

  const vec magic = vec_set(round_magic);
  by.count = vec_add(angle, magic);
  by.rest = vec_fma(residual, of->half_inverse, vec_sub(angle, vec_sub(by.count, magic)));

  /* Rare: the angle is large or 0, or the particle has no direction (then the angle is infinite or
   * NaN). A lane's result depends on its own data alone. */
  by.is_rare = vec_mask_any(vec_outside(angle, least_normal, quarter_turns_large));
  if (__builtin_expect(by.is_rare, 0)) {
    vec large_count;
    const vec large_rest =
        rest_of_large_angle(angle, vec_mul(residual, of->half_inverse), &large_count);
    const vec_mask is_large = vec_le(vec_set(quarter_turns_large), vec_abs(angle));
    by.count = vec_select(is_large, large_count, by.count);
    by.rest = vec_select(is_large, large_rest, by.rest);
  }
  return by;
}

BLOCK_INLINE void apply_turn(vec *x, vec *y, const turn *by, const radius *of) {
  const vec old_x = *x, old_y = *y;
  rotate(x, y, by->count, by->rest, NULL);
  if (__builtin_expect(by->is_rare, 0)) {
    /* A lane that has no direction or is at rest keeps its bits. */
    const vec zero = vec_set(0);
    const vec_mask still = vec_mask_or(vec_eq(of->square, zero), vec_eq(by->arc, zero));
    *x = vec_select(still, old_x, *x);
    *y = vec_select(still, old_y, *y);
  }
}

/* Three stages, each for another vector, so that the divider and the FMA units always have work
 * within the reach of out-of-order execution. */
BLOCK_INLINE void turn_block(vec *x, vec *y, const vec *ang_vel, double timestep, uint64_t steps) {
  const double_time time = double_quarter_turns(timestep, steps);
  radius of[BLOCK_VECTORS];
  turn by[BLOCK_VECTORS];
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS + 2; v++) {
    if (v < BLOCK_VECTORS) of[v] = radius_of(x[v], y[v]);
    if (v >= 1 && v - 1 < BLOCK_VECTORS) by[v - 1] = turn_of(ang_vel[v - 1], time, &of[v - 1]);
    if (v >= 2) apply_turn(&x[v - 2], &y[v - 2], &by[v - 2], &of[v - 2]);
  }
}

static void evolve_range(double *restrict x, double *restrict y, const double *restrict ang_vel,
                         size_t n, double timestep, uint64_t steps) {
  block_evolve(x, y, ang_vel, n, timestep, steps, turn_block);
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  if (steps == 0) return;
  if (timestep >= 0x1p-900 && timestep <= 0x1p900) {
    evolve_range(x, y, ang_vel, n, timestep, steps);
    return;
  }
  /* timestep * steps, or what its rounding loses, would leave the range of double, while
   * timestep * ang_vel need not: a power of two moves from one to the other. */
  const double scale = timestep < 1 ? 0x1p-200 : 0x1p200;
  enum { CHUNK = 64 * BLOCK_LANES };
  double scaled[CHUNK];
  for (size_t i = 0; i < n; i += CHUNK) {
    const size_t count = n - i < CHUNK ? n - i : CHUNK;
    for (size_t k = 0; k < count; k++) scaled[k] = ang_vel[i + k] * scale;
    evolve_range(x + i, y + i, scaled, count, timestep / scale, steps);
  }
}

WHIRL_DESCRIBE_KERNEL(.summary = "true motion, SIMD: rotation by an angle in double-double",
                      .method = WHIRL_KERNEL_ANALYTIC, .numeric_class = WHIRL_BOUNDED,
                      .error_bound = {.constant = 5,
                                      .per_radian = 0x1p-48}, /* docs/kernels.md derives it */
                      .lanes = VEC_LANES,
                      /* 9 mul, 23 fma, 15 add or sub, sqrt, div */
                      .flops = {.per_particle = 72}, .bytes = {.per_particle = 40},
                      .cost = {.fixed = 30, .per_particle = VEC_LANES == 8 ? 1.7 : 2.2})
