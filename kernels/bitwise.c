/* naive's bits without sqrt and divide in the loop. Not each of naive's operations is reproduced,
 * but its result: an interval that must hold naive's displacement is subtracted at both of its
 * ends, and where the two differences round to the same double, so does naive's (Ziv's rounding
 * test). Where they don't, that vector takes this one step as naive does. docs/kernels.md has the
 * proof. */
#include "kernel.h"

#include WHIRL_SIMD_HEADER

/* Measured. A step's own chain is one fma long, so two vectors hide it; with more of them in a
 * block more steps have a vector whose test fails, and AVX2's registers don't hold them. */
#define BLOCK_VECTORS 2
#include "simd/block.h"

/* Steps between two looks at the particle's distance. */
#define STRIDE 8

/* The relative half-width of the interval, in units of 2^-53: 4 for naive's own roundings after x
 * and y, 4 for those of s, 1 for that of the upper end, and 2 for each step of a stride, one for
 * the rounding of the position and one for that of s; 1 is to spare for the terms of higher order.
 */
#define HALF_WIDTH ((4 + 4 + 1 + 2 * (STRIDE - 1) + 1) * 0x1p-53)

/* The largest s = h/r for which a stride's third-order term is nothing. */
#define S_MAX 0x1p-11

/* How many steps are taken plainly before it is tried again whether the test can be used. */
enum { PLAIN_STEPS = 64 };

/* The mask of lanes that have no direction or are at rest. */
SIMD_INLINE vec_mask is_still(vec x, vec y, vec h) {
  const vec zero = vec_set(0);
  return vec_mask_or(vec_eq(vec_add(vec_mul(x, x), vec_mul(y, y)), zero), vec_eq(h, zero));
}

/* One step as naive takes it, for a lane whose norm is not 0. */
SIMD_INLINE void step_plainly(vec *x, vec *y, vec norm, vec h) {
  const vec dx = vec_mul(h, vec_div(*y, norm)), dy = vec_mul(h, vec_div(*x, norm));
  *x = vec_sub(*x, dx);
  *y = vec_add(*y, dy);
}

SIMD_INLINE vec norm_of(vec x, vec y) {
  return vec_sqrt(vec_add(vec_mul(x, x), vec_mul(y, y)));
}

/* The same for any lane that is not at rest: x^2 + y^2 may underflow to 0 at any step. */
SIMD_INLINE void step_anywhere(vec *x, vec *y, vec h) {
  const vec norm = norm_of(*x, *y), old_x = *x, old_y = *y;
  const vec_mask stays = vec_eq(norm, vec_set(0));
  step_plainly(x, y, norm, h);
  *x = vec_select(stays, old_x, *x);
  *y = vec_select(stays, old_y, *y);
}

/* Whether the rounding test may be used for all lanes, now and for ever: s only falls. */
SIMD_INLINE int is_far(const vec *x, const vec *y, const vec *h) {
  vec_mask far = vec_mask_first(VEC_LANES);
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    const vec q = vec_fma(x[v], x[v], vec_mul(y[v], y[v])), size = vec_abs(h[v]);
    far = vec_mask_and(far, vec_le(vec_set(0x1p-930), q));
    far = vec_mask_and(far, vec_le(q, vec_set(0x1p930)));
    far = vec_mask_and(far, vec_le(vec_set(0x1p-500), size));
    far = vec_mask_and(far, vec_le(vec_mul(size, size), vec_mul(vec_set(S_MAX * S_MAX), q)));
  }
  return !vec_mask_any(vec_mask_not(far));
}

/* Steps with the rounding test. */
SIMD_INLINE void step_tested(vec *x, vec *y, const vec *h, uint64_t steps) {
  vec s_low[BLOCK_VECTORS], first[BLOCK_VECTORS], second[BLOCK_VECTORS];
  vec inverse[BLOCK_VECTORS];
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    const vec q = vec_fma(x[v], x[v], vec_mul(y[v], y[v]));
    s_low[v] = vec_div(h[v], vec_sqrt(q));
    inverse[v] = vec_div(vec_set(0.5), vec_mul(h[v], h[v]));
  }
  while (steps > 0) {
    const uint64_t stride = steps < STRIDE ? steps : STRIDE;
    steps -= stride;
#pragma GCC unroll 16
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      /* Newton: with f = 1/2 - q s^2 / (2 h^2), s + s f is h / sqrt(q) up to the square of f. */
      const vec q = vec_fma(x[v], x[v], vec_mul(y[v], y[v]));
      const vec s = s_low[v], t = vec_mul(q, s), c = vec_mul(inverse[v], s);
      s_low[v] = vec_fma(s, vec_fnma(t, c, vec_set(0.5 - HALF_WIDTH)), s);
      /* s after k more steps is s / sqrt(1 + k s^2): its first two differences. */
      const vec w = vec_mul(s, s), cube = vec_mul(s, w);
      first[v] = vec_mul(cube, vec_fnma(vec_set(0.375), w, vec_set(0.5)));
      second[v] = vec_mul(cube, vec_mul(vec_set(0.75), w));
    }
    for (uint64_t step = 0; step < stride; step++) {
      vec next_x[BLOCK_VECTORS], next_y[BLOCK_VECTORS], differ[BLOCK_VECTORS], any = vec_set(0);
#pragma GCC unroll 16
      for (int v = 0; v < BLOCK_VECTORS; v++) {
        const vec s_high = vec_fma(s_low[v], vec_set(2 * HALF_WIDTH), s_low[v]);
        next_x[v] = vec_fnma(s_low[v], y[v], x[v]);
        next_y[v] = vec_fma(s_low[v], x[v], y[v]);
        differ[v] = vec_differ(next_x[v], vec_fnma(s_high, y[v], x[v]), next_y[v],
                               vec_fma(s_high, x[v], y[v]));
        any = v ? vec_or(any, differ[v]) : differ[v];
      }
      if (__builtin_expect(vec_any_bit(any), 0)) {
#pragma GCC unroll 16
        for (int v = 0; v < BLOCK_VECTORS; v++) {
          if (!vec_any_bit(differ[v])) continue;
          next_x[v] = x[v];
          next_y[v] = y[v];
          step_plainly(&next_x[v], &next_y[v], norm_of(x[v], y[v]), h[v]);
        }
      }
#pragma GCC unroll 16
      for (int v = 0; v < BLOCK_VECTORS; v++) {
        x[v] = next_x[v];
        y[v] = next_y[v];
        s_low[v] = vec_sub(s_low[v], first[v]);
        first[v] = vec_sub(first[v], second[v]);
      }
    }
  }
}

SIMD_INLINE void step_block(vec *x, vec *y, const vec *ang_vel, double timestep, uint64_t steps) {
  vec h[BLOCK_VECTORS], still_x[BLOCK_VECTORS], still_y[BLOCK_VECTORS];
  vec_mask still[BLOCK_VECTORS];
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    /* A still lane keeps its bits; meanwhile a particle that can't move either takes its place. */
    h[v] = vec_mul(vec_set(timestep), ang_vel[v]);
    still[v] = is_still(x[v], y[v], h[v]);
    still_x[v] = x[v];
    still_y[v] = y[v];
    h[v] = vec_select(still[v], vec_set(0x1p-200), h[v]);
    x[v] = vec_select(still[v], vec_set(1), x[v]);
    y[v] = vec_select(still[v], vec_set(1), y[v]);
  }
  while (steps > 0) {
    if (is_far(x, y, h)) {
      step_tested(x, y, h, steps);
      break;
    }
    for (int step = 0; steps > 0 && step < PLAIN_STEPS; step++, steps--) {
#pragma GCC unroll 16
      for (int v = 0; v < BLOCK_VECTORS; v++) step_anywhere(&x[v], &y[v], h[v]);
    }
  }
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    x[v] = vec_select(still[v], still_x[v], x[v]);
    y[v] = vec_select(still[v], still_y[v], y[v]);
  }
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  block_evolve(x, y, ang_vel, n, timestep, steps, step_block);
}

WHIRL_DESCRIBE_KERNEL(
        .summary = "SIMD without sqrt and divide, several vectors in flight, the bits of naive",
        .method = WHIRL_KERNEL_EULER, .numeric_class = WHIRL_BITWISE,
        .error_bound = {.per_radian = 12, .per_step = 2}, /* docs/accuracy.md derives it */
        .lanes = VEC_LANES,
        /* each step: 5 fma, 2 sub; each stride of 8: 4 fma, 8 mul */
        .flops = {.per_particle = 1, .per_particle_step = 14}, .bytes = {.per_particle = 40},
        /* Steps that the test lets pass; s and 1/(2 h^2) to begin with. */
        .demand = {.multiplies = {.per_particle = 10, .per_particle_step = 5 + 12. / STRIDE},
                   .additions = {.per_particle_step = 2},
                   .divides = {.per_particle = 2},
                   .square_roots = {.per_particle = 1}},
        .cost = {.fixed = 24,
                 .per_particle = 2.6,
                 .per_particle_step = 2.8 / VEC_LANES,
                 .particles_at_once = BLOCK_LANES},
        .instructions = WHIRL_BY_COMPILER(VEC_LANES == 8 ? 22. : 24., 22.) / VEC_LANES)
