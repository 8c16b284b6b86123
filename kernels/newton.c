/* The Euler trajectory at the FMA units' own pace: a step is two fused multiply-adds, and s = h/r,
 * which both need, is carried along and corrected by Newton's iteration once in GROUP_STEPS steps,
 * with neither sqrt nor divide. docs/kernels.md derives the formulas and the error bound.
 *
 * Since r_k^2 = r_0^2 + k h^2, s_k = s_0 rho_k with rho_k = 1/sqrt(U_k), U_k = 1 + k s_0^2, and the
 * iteration for rho needs one FMA to know where it has to go. Nothing is read back from x and y, so
 * their rounding errors never reach s. */
#include "kernel.h"

#include WHIRL_SIMD_HEADER

/* A step's two FMAs wait four cycles for those of the step before: four vectors are the least that
 * keeps two FMA units busy. More make room for the correction of s, whose own chain is long. With
 * sixteen registers x and y have twelve, and s is an operand in memory. */
#if VEC_REGISTERS >= 32
#define BLOCK_VECTORS 8
#else
#define BLOCK_VECTORS 6
#endif
#include "simd/block.h"

/* The steps that share one s, the mean over them. Up to this |s| that costs at most 0.13 * 2^-53 r
 * a step. */
enum { GROUP_STEPS = 32 };
#define GROUP_MAX_S 0x1p-10
/* Up to this |s| Newton's iteration of each step, with the terms to e^4, leaves out less than that.
 * Above it, steps take a sqrt and a divide. As 1/s^2 grows by one a step, no particle spends more
 * than 2^10 steps there, rounded up to groups. */
#define SERIES_MAX_S 0x1p-5

/* What stays the same for a block of particles, and how far each has come. */
typedef struct trajectory {
  vec h[BLOCK_VECTORS];
  vec h_squared[BLOCK_VECTORS];
  vec r_squared[BLOCK_VECTORS]; /* at step 0 */
  vec s[BLOCK_VECTORS];         /* at step `taken`; 0 where the particle stays where it is */
  vec taken[BLOCK_VECTORS];
} trajectory;

/* s at the given step, from its definition: what the iterations begin with. */
SIMD_INLINE vec exact_s(const trajectory *t, int v, vec step) {
  return vec_div(t->h[v], vec_sqrt(vec_fma(step, t->h_squared[v], t->r_squared[v])));
}

/* The coefficient of e^2 in Newton's iteration for 1/sqrt(U), where e = (1 - U rho^2)/2. It is 3/2
 * for the value at U; with the second term it gives the mean over `length` steps centred on U, from
 * the rho of `distance` steps before. */
static double mean_coefficient(double length, double distance) {
  return 1.5 + (length * length - 1) / (8 * distance * distance);
}

/* The mean of rho over a group of steps centred on step 2 * half_centre, from that of the group
 * before it. */
SIMD_INLINE vec next_mean(vec rho, vec s0_squared, vec half_centre, vec coefficient) {
  const vec half_u = vec_fma(half_centre, s0_squared, vec_set(0.5));
  const vec e = vec_fnma(half_u, vec_mul(rho, rho), vec_set(0.5));
  return vec_fma(rho, vec_mul(e, vec_fma(coefficient, e, vec_set(1))), rho);
}

/* One Euler step of a vector. y comes first in its product because clang negates a first factor: -s
 * would be taken out of the loop and cost a register for each vector. */
SIMD_INLINE void step(vec *x, vec *y, vec s) {
  const vec next_x = vec_fnma(*y, s, *x);
  *y = vec_fma(s, *x, *y);
  *x = next_x;
}

/* `steps` Euler steps of a block with the same s. */
SIMD_INLINE void step_group(vec *x, vec *y, const vec *s, uint64_t steps) {
#pragma GCC unroll 4
  for (uint64_t k = 0; k < steps; k++) {
#pragma GCC unroll 16
    for (int v = 0; v < BLOCK_VECTORS; v++) step(&x[v], &y[v], s[v]);
  }
}

/* Steps by definition, with sqrt and divide, for the lanes in `active`. */
static void step_exactly(vec *x, vec *y, const trajectory *t, const vec_mask *active,
                         uint64_t steps) {
  for (uint64_t k = 0; k < steps; k++) {
#pragma GCC unroll 16
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      vec next_x = x[v], next_y = y[v];
      step(&next_x, &next_y, exact_s(t, v, vec_add(t->taken[v], vec_set((double)k))));
      x[v] = vec_select(active[v], next_x, x[v]);
      y[v] = vec_select(active[v], next_y, y[v]);
    }
  }
}

/* Which lanes have |s| > limit and still a whole group to go; false where there is none. */
static bool find_active(vec_mask *active, const vec *s, double limit, const trajectory *t,
                        double whole) {
  bool any = false;
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    active[v] =
        vec_mask_and(vec_lt(vec_set(limit), vec_abs(s[v])), vec_lt(t->taken[v], vec_set(whole)));
    any = any || vec_mask_any(active[v]);
  }
  return any;
}

/* Takes the particles near the origin as far as |s| <= GROUP_MAX_S, or to step `whole`, in whole
 * groups. The other lanes are left as they are: what a lane does is a function of that lane alone.
 */
static void leave_origin(vec *x, vec *y, trajectory *t, double whole) {
  vec_mask active[BLOCK_VECTORS];
  const vec group_steps = vec_set(GROUP_STEPS);
  while (find_active(active, t->s, SERIES_MAX_S, t, whole)) {
    step_exactly(x, y, t, active, GROUP_STEPS);
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      t->taken[v] = vec_select(active[v], vec_add(t->taken[v], group_steps), t->taken[v]);
      t->s[v] = vec_select(active[v], exact_s(t, v, t->taken[v]), t->s[v]);
    }
  }

  /* Newton's iteration for each step, carried on to e^4. */
  vec rho[BLOCK_VECTORS], s[BLOCK_VECTORS], s0_squared[BLOCK_VECTORS], before[BLOCK_VECTORS];
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    rho[v] = vec_set(1);
    s[v] = t->s[v];
    s0_squared[v] = vec_mul(s[v], s[v]);
    before[v] = t->taken[v];
  }
  for (double first = 0; find_active(active, s, GROUP_MAX_S, t, whole); first += GROUP_STEPS) {
    vec next_x[BLOCK_VECTORS], next_y[BLOCK_VECTORS];
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      next_x[v] = x[v];
      next_y[v] = y[v];
    }
    for (int k = 0; k < GROUP_STEPS; k++) {
      const vec half_step = vec_set((first + k) / 2);
#pragma GCC unroll 16
      for (int v = 0; v < BLOCK_VECTORS; v++) {
        const vec half_u = vec_fma(half_step, s0_squared[v], vec_set(0.5));
        const vec e = vec_fnma(half_u, vec_mul(rho[v], rho[v]), vec_set(0.5));
        vec series = vec_fma(e, vec_set(35. / 8), vec_set(5. / 2));
        series = vec_fma(e, series, vec_set(3. / 2));
        series = vec_fma(e, series, vec_set(1));
        rho[v] = vec_fma(rho[v], vec_mul(e, series), rho[v]);
        s[v] = vec_mul(t->s[v], rho[v]);
        step(&next_x[v], &next_y[v], s[v]);
      }
    }
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      x[v] = vec_select(active[v], next_x[v], x[v]);
      y[v] = vec_select(active[v], next_y[v], y[v]);
      t->taken[v] = vec_select(active[v], vec_add(t->taken[v], group_steps), t->taken[v]);
    }
  }
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    const vec_mask moved = vec_lt(before[v], t->taken[v]);
    t->s[v] = vec_select(moved, exact_s(t, v, t->taken[v]), t->s[v]);
  }
}

/* From step t->taken to step `whole` in groups, then the `rest`, fewer than a group. Unless
 * `together`, lanes may have come differently far, and each stops where it has to. */
SIMD_INLINE void follow_groups(vec *x, vec *y, const trajectory *t, double whole, double rest,
                               bool together) {
  vec next_x[BLOCK_VECTORS], next_y[BLOCK_VECTORS], s[BLOCK_VECTORS], rho[BLOCK_VECTORS];
  vec s0_squared[BLOCK_VECTORS];
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    next_x[v] = x[v];
    next_y[v] = y[v];
    /* The mean of (1 + k s0^2)^(-1/2) over the group before the first, -32 <= k < 0, by the first
     * term of its series: the correction makes up for the others. */
    s0_squared[v] = vec_mul(t->s[v], t->s[v]);
    rho[v] = vec_fma(s0_squared[v], vec_set((GROUP_STEPS + 1) / 4.), vec_set(1));
  }

  const vec coefficient = vec_set(mean_coefficient(GROUP_STEPS, GROUP_STEPS));
  for (double first = 0; first < whole; first += GROUP_STEPS) {
    const vec half_centre = vec_set((first + (GROUP_STEPS - 1) / 2.) / 2);
    vec old_x[BLOCK_VECTORS], old_y[BLOCK_VECTORS];
#pragma GCC unroll 16
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      old_x[v] = next_x[v];
      old_y[v] = next_y[v];
      const vec next_rho = next_mean(rho[v], s0_squared[v], half_centre, coefficient);
      const vec_mask active = vec_lt(vec_add(t->taken[v], vec_set(first)), vec_set(whole));
      rho[v] = together ? next_rho : vec_select(active, next_rho, rho[v]);
      s[v] = vec_mul(t->s[v], rho[v]);
    }
    step_group(next_x, next_y, s, GROUP_STEPS);
    if (together) continue;
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      const vec_mask active = vec_lt(vec_add(t->taken[v], vec_set(first)), vec_set(whole));
      next_x[v] = vec_select(active, next_x[v], old_x[v]);
      next_y[v] = vec_select(active, next_y[v], old_y[v]);
    }
  }

  const vec rest_coefficient = vec_set(mean_coefficient(rest, (GROUP_STEPS + rest) / 2));
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    const vec first = vec_sub(vec_set(whole), t->taken[v]);
    const vec half_centre = vec_fma(first, vec_set(0.5), vec_set((rest - 1) / 4));
    s[v] = vec_mul(t->s[v], next_mean(rho[v], s0_squared[v], half_centre, rest_coefficient));
  }
  step_group(next_x, next_y, s, (uint64_t)rest);
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    x[v] = next_x[v];
    y[v] = next_y[v];
  }
}

/* follow_groups for a block where some particle is or was near the origin. */
static void follow_apart(vec *x, vec *y, trajectory *t, double whole, double rest) {
  leave_origin(x, y, t, whole);
  vec_mask near[BLOCK_VECTORS];
  vec near_x[BLOCK_VECTORS], near_y[BLOCK_VECTORS];
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    near[v] = vec_lt(vec_set(GROUP_MAX_S), vec_abs(t->s[v]));
    near_x[v] = x[v];
    near_y[v] = y[v];
  }
  step_exactly(near_x, near_y, t, near, (uint64_t)rest);
  follow_groups(x, y, t, whole, rest, false);
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    x[v] = vec_select(near[v], near_x[v], x[v]);
    y[v] = vec_select(near[v], near_y[v], y[v]);
  }
}

SIMD_INLINE void evolve_block(vec *x, vec *y, const vec *ang_vel, double timestep, uint64_t steps) {
  const vec zero = vec_set(0);
  const double rest = (double)(steps % GROUP_STEPS);
  const double whole = (double)(steps - steps % GROUP_STEPS);
  trajectory t;
  vec_mask still[BLOCK_VECTORS];
  vec next_x[BLOCK_VECTORS], next_y[BLOCK_VECTORS];
  bool near = false;
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    const vec h = vec_mul(vec_set(timestep), ang_vel[v]);
    const vec r_squared = vec_fma(y[v], y[v], vec_mul(x[v], x[v]));
    /* A particle at rest far from the origin takes a still one's place: s is 0, and nothing is
     * divided by 0, which a program may have made a trap. */
    still[v] = vec_mask_or(vec_eq(r_squared, zero), vec_eq(h, zero));
    t.h[v] = vec_select(still[v], zero, h);
    t.h_squared[v] = vec_mul(t.h[v], t.h[v]);
    t.r_squared[v] = vec_select(still[v], vec_set(1), r_squared);
    t.s[v] = vec_div(t.h[v], vec_sqrt(t.r_squared[v]));
    t.taken[v] = zero;
    near = near || vec_mask_any(vec_lt(vec_set(GROUP_MAX_S), vec_abs(t.s[v])));
    next_x[v] = x[v];
    next_y[v] = y[v];
  }
  if (near) {
    follow_apart(next_x, next_y, &t, whole, rest);
  } else {
    follow_groups(next_x, next_y, &t, whole, rest, true);
  }
  /* A particle that has no direction or is at rest keeps its bits. */
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    x[v] = vec_select(still[v], x[v], next_x[v]);
    y[v] = vec_select(still[v], y[v], next_y[v]);
  }
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  block_evolve(x, y, ang_vel, n, timestep, steps, evolve_block);
}

WHIRL_DESCRIBE_KERNEL(
        .summary = "SIMD, two FMAs a step, 1/r carried along and corrected by Newton's iteration",
        .method = WHIRL_KERNEL_EULER, .numeric_class = WHIRL_BOUNDED,
        /* docs/kernels.md: s to 6.5 * 2^-53, and a step rounds by 1 and truncates by 0.13 */
        .error_bound = {.constant = 1, .per_radian = 7, .per_step = 1.25}, .lanes = VEC_LANES,
        /* A step: two FMAs, and its share of a group's four FMAs and three multiplications. A
         * particle: h, h^2, r^2, s (sqrt, division), s^2, the first rho, and the correction of the
         * last group. */
        .flops = {.per_particle = 21, .per_particle_step = 4 + 11. / GROUP_STEPS},
        .bytes = {.per_particle = 40},
        /* 14 for a particle, but a group that is not whole saves seven. */
        .demand = {.multiplies = {.per_particle = 7, .per_particle_step = 2 + 7. / GROUP_STEPS},
                   .divides = {.per_particle = 1},
                   .square_roots = {.per_particle = 1}},
        .cost = {.fixed = 25,
                 .per_particle = VEC_LANES == 8 ? 1.5 : 2.75,
                 .per_particle_step = VEC_LANES == 8 ? 0.08 : 0.1,
                 .particles_at_once = BLOCK_LANES},
        .instructions = WHIRL_BY_COMPILER(VEC_LANES == 8 ? 3.4 : 3.65, VEC_LANES == 8 ? 4.6 : 5.2) /
                        VEC_LANES)
