/* The Euler trajectory in closed form over vectors: z_N = z_0 (r_N / r_0) exp(i Theta) whatever the
 * number of steps N. docs/kernels.md derives Theta = 2 g + T(s_N) - T(s_0), g = N h / (r_0 + r_N).
 */
#include <math.h>

#include "kernel.h"
#include "spiral_terms.h"

#include WHIRL_SIMD_HEADER

#include "simd/rotation.h"

/* Up to this s = h / r two terms of T do; the next is below 0.31 * 2^-53. */
static const double s_short_series = 0x1p-9;

/* Up to this s twelve terms do, to 0.008 * 2^-53; beyond it a particle is stepped. Since
 * 1/s_k^2 = 1/s_0^2 + k, that ends after 1/s_max^2 steps. */
enum { MAX_DIRECT_STEPS = 16 }; /* s_max = 1/4 */

/* What is the same for all particles. */
typedef struct call {
  double timestep;
  uint64_t steps;
} call;

/* Where a vector of particles starts. The square of the radius is square + square_error. */
typedef struct start {
  vec x, y, h, steps, square, square_error;
} start;

/* The radii at the start and at the end, and what the divider makes of them: 1/(2 r r_end), and g
 * rounded. */
typedef struct radii {
  vec h, steps, square, square_error;
  vec arc, r, r_end, half_inverse, g;
} radii;

SIMD_INLINE start start_of(vec x, vec y, vec ang_vel, const call *c) {
  start from = {.x = x, .y = y};
  from.h = vec_mul(vec_set(c->timestep), ang_vel);
  from.steps = vec_set((double)c->steps);
  from.square = square_of_radius(x, y, &from.square_error);
  return from;
}

SIMD_INLINE radii roots_from(const start *from) {
  radii of = {.h = from->h,
              .steps = from->steps,
              .square = from->square,
              .square_error = from->square_error};
  of.arc = vec_mul(of.steps, of.h);
  of.r = vec_sqrt(of.square);
  of.r_end = vec_sqrt(vec_fma(of.arc, of.h, of.square));
  return of;
}

SIMD_INLINE radii roots_of(vec x, vec y, vec ang_vel, const call *c) {
  const start from = start_of(x, y, ang_vel, c);
  return roots_from(&from);
}

SIMD_INLINE void invert(radii *of) {
  of->half_inverse = vec_div(vec_set(0.5), vec_mul(of->r, of->r_end));
  of->g = vec_div(of->arc, vec_add(of->r, of->r_end));
}

/* T(2 a) / 2 by its first twelve terms. */
SIMD_INLINE vec half_t(vec a) {
  const vec s = vec_add(a, a), z = vec_mul(s, s);
  vec sum = vec_set(spiral_terms[SPIRAL_TERMS - 1]);
  for (int k = SPIRAL_TERMS - 2; k >= 0; k--) sum = vec_fma(sum, z, vec_set(spiral_terms[k]));
  return vec_mul(sum, a);
}

/* How far to turn, in quarter turns, and to stretch; and s_0 / 2. */
typedef struct turn {
  vec count, rest, scale, half_s;
} turn;

/* From where to where: what the angle and the stretching are made of. */
typedef struct reach {
  vec h, r, twice_r, twice_r_low, half_inverse_r;
  vec arc, arc_low, r_end, half_inverse_end, g;
} reach;

SIMD_INLINE reach reach_of(const radii *of) {
  reach at = {.h = of->h,
              .r = of->r,
              .twice_r = vec_add(of->r, of->r),
              .arc = of->arc,
              .r_end = of->r_end,
              .g = of->g};
  at.half_inverse_r = vec_mul(of->half_inverse, of->r_end);
  at.half_inverse_end = vec_mul(of->half_inverse, of->r);
  const vec square_residual = vec_add(vec_fnma(of->r, of->r, of->square), of->square_error);
  at.twice_r_low = vec_mul(vec_add(square_residual, square_residual), at.half_inverse_r);
  at.arc_low = vec_fms(of->steps, of->h, of->arc);
  return at;
}

/* The residual of g (2 r + g h) = N h, the quadratic equation whose root g is: exact but for terms
 * of the order of 2^-105 N h. */
SIMD_INLINE vec residual_of(const reach *at) {
  const vec gh = vec_mul(at->g, at->h), gh_low = vec_fms(at->g, at->h, gh);
  vec lost;
  const vec sum = add_exactly(at->twice_r, gh, &lost);
  const vec sum_low = vec_add(lost, vec_add(gh_low, at->twice_r_low));
  return vec_fnma(at->g, sum_low, vec_add(vec_fnma(at->g, sum, at->arc), at->arc_low));
}

/* One Newton step on the residual, and T; in quarter turns: times 4/pi, for Theta is 2 g. It is
 * below 2^28 (docs/kernels.md), so that round_magic always counts it. */
SIMD_INLINE void turn_angle(turn *by, const reach *at, vec half_t_difference) {
  const vec g = at->g, g_low = vec_fma(residual_of(at), at->half_inverse_end, half_t_difference);
  const vec four_over_pi = vec_set(2 * two_over_pi), magic = vec_set(round_magic);
  const vec angle = vec_mul(g, four_over_pi);
  const vec angle_low = vec_fma(g, vec_set(2 * two_over_pi_low), vec_fms(g, four_over_pi, angle));
  by->count = vec_add(angle, magic);
  by->rest = vec_add(vec_sub(angle, vec_sub(by->count, magic)), angle_low);
  by->rest = vec_fma(g_low, four_over_pi, by->rest);
}

/* r_end / r, the quotient corrected by its residual, in which what r's roundings lost counts; and
 * what r_end's did, where r_end^2's residual is given. */
SIMD_INLINE vec scale_of(const reach *at, const vec *end_residual) {
  const vec half_scale = vec_mul(at->r_end, at->half_inverse_r);
  const vec scale = vec_add(half_scale, half_scale);
  vec missing = vec_fnma(half_scale, at->twice_r_low, vec_fnma(scale, at->r, at->r_end));
  if (end_residual) missing = vec_fma(*end_residual, at->half_inverse_end, missing);
  return vec_fma(vec_add(missing, missing), at->half_inverse_r, scale);
}

/* With two terms of T. */
SIMD_INLINE turn short_turn(const reach *at) {
  turn by;
  const vec a = vec_mul(at->h, at->half_inverse_r), a_end = vec_mul(at->h, at->half_inverse_end);
  const vec power_sum = vec_fma(a_end, a_end, vec_mul(a, vec_add(a, a_end)));
  const vec half_t_difference =
      vec_mul(vec_sub(a_end, a), vec_fnma(power_sum, vec_set(1. / 30), vec_set(1. / 6)));
  turn_angle(&by, at, half_t_difference);
  by.scale = scale_of(at, NULL);
  by.half_s = a;
  return by;
}

/* With twelve terms of T, and with what r_end's own roundings lost; direct steps have left less to
 * spare than others have. */
SIMD_INLINE turn long_turn(const reach *at, const radii *of) {
  turn by;
  by.half_s = vec_mul(at->h, at->half_inverse_r);
  const vec half_t_difference =
      vec_sub(half_t(vec_mul(at->h, at->half_inverse_end)), half_t(by.half_s));
  turn_angle(&by, at, half_t_difference);
  const vec growth = vec_mul(at->arc, at->h), growth_low = vec_fms(at->arc, at->h, growth);
  vec end_lost;
  const vec end_square = add_exactly(of->square, growth, &end_lost);
  const vec end_low =
      vec_add(vec_fma(at->arc_low, at->h, growth_low), vec_add(of->square_error, end_lost));
  const vec end_residual = vec_add(vec_fnma(at->r_end, at->r_end, end_square), end_low);
  by.scale = scale_of(at, &end_residual);
  return by;
}

SIMD_INLINE turn turn_of(const radii *of, vec ang_vel, const call *c) {
  (void)ang_vel, (void)c;
  const reach at = reach_of(of);
  return short_turn(&at);
}

SIMD_INLINE void apply_turn(vec *x, vec *y, const turn *by, const half_rotation *half) {
  finish_rotation(x, y, half, by->count, by->rest, &by->scale);
}

/* *high + *low += a, the high part rounded, the low part accumulated. */
SIMD_INLINE void add_double(vec *high, vec *low, vec a, vec a_low) {
  const vec sum = vec_add(*high, a);
  const vec part = vec_sub(sum, *high);
  const vec lost = vec_add(vec_sub(*high, vec_sub(sum, part)), vec_sub(a, part));
  *low = vec_add(*low, vec_add(lost, a_low));
  *high = sum;
}

/* Steps each lane whose s is above s_max until it is not, or its steps are done. Everything that is
 * carried is a double-double, so that up to 16 steps cost no accuracy. */
SIMD_INLINE void step_directly(start *from) {
  const vec h = from->h, one = vec_set(1), zero = vec_set(0);
  const vec h2 = vec_mul(h, h), h2_low = vec_fms(h, h, h2);
  const vec h2_limit = vec_mul(h2, vec_set(MAX_DIRECT_STEPS));
  vec x = from->x, y = from->y, x_low = zero, y_low = zero;
  for (int step = 0; step < MAX_DIRECT_STEPS; step++) {
    const vec_mask active = vec_mask_and(vec_lt(from->square, h2_limit), vec_le(one, from->steps));
    if (!vec_mask_any(active)) break;
    const vec r = vec_sqrt(from->square);
    const vec square_residual = vec_add(vec_fnma(r, r, from->square), from->square_error);
    const vec r_low = vec_div(square_residual, vec_add(r, r));
    const vec s = vec_div(h, r);
    const vec s_low = vec_div(vec_fnma(s, r_low, vec_fnma(s, r, h)), r);
    const vec sx = vec_mul(s, x), sy = vec_mul(s, y);
    const vec sx_low = vec_fma(s_low, x, vec_fma(s, x_low, vec_fms(s, x, sx)));
    const vec sy_low = vec_fma(s_low, y, vec_fma(s, y_low, vec_fms(s, y, sy)));
    vec next_x = x, next_y = y, next_x_low = x_low, next_y_low = y_low;
    vec next_square = from->square, next_square_error = from->square_error;
    add_double(&next_x, &next_x_low, vec_neg(sy), vec_neg(sy_low));
    add_double(&next_y, &next_y_low, sx, sx_low);
    add_double(&next_square, &next_square_error, h2, h2_low);
    x = vec_select(active, next_x, x);
    y = vec_select(active, next_y, y);
    x_low = vec_select(active, next_x_low, x_low);
    y_low = vec_select(active, next_y_low, y_low);
    from->square = vec_select(active, next_square, from->square);
    from->square_error = vec_select(active, next_square_error, from->square_error);
    from->steps = vec_select(active, vec_sub(from->steps, one), from->steps);
  }
  from->x = vec_add(x, x_low);
  from->y = vec_add(y, y_low);
}

/* s is beyond the short series, or 0, or the particle has no direction: then s is infinite or NaN.
 */
SIMD_INLINE int is_rare(const turn *by) {
  return vec_mask_any(vec_outside(by->half_s, least_normal, s_short_series / 2));
}

/* What the stages do; and for a lane whose s is above s_short_series the long series, after what it
 * needs of direct steps. */
static SIMD_OUTLINE void move_rare(vec *x, vec *y, vec ang_vel, const call *c) {
  const start from = start_of(*x, *y, ang_vel, c);
  radii of = roots_from(&from);
  invert(&of);
  const turn by = turn_of(&of, ang_vel, c);
  const half_rotation half = begin_rotation(by.rest);
  vec new_x = *x, new_y = *y;
  apply_turn(&new_x, &new_y, &by, &half);

  start near = from;
  step_directly(&near);
  radii near_of = roots_from(&near);
  invert(&near_of);
  const reach near_at = reach_of(&near_of);
  const turn near_by = long_turn(&near_at, &near_of);
  const half_rotation near_half = begin_rotation(near_by.rest);
  apply_turn(&near.x, &near.y, &near_by, &near_half);
  const vec_mask is_near = vec_le(vec_set(s_short_series / 2), vec_abs(by.half_s));
  new_x = vec_select(is_near, near.x, new_x);
  new_y = vec_select(is_near, near.y, new_y);

  /* A lane that has no direction or is at rest keeps its bits. */
  const vec zero = vec_set(0);
  const vec_mask still = vec_mask_or(vec_eq(from.square, zero), vec_eq(from.h, zero));
  *x = vec_select(still, *x, new_x);
  *y = vec_select(still, *y, new_y);
}

#include "simd/pipeline.h"

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  if (steps == 0) return;
  const call c = {timestep, steps};
  pipeline_evolve(x, y, ang_vel, n, &c);
}

/* What all frames share. */
typedef struct orbit {
  vec x, y, h, square, r, twice_r, twice_r_low, half_inverse_r, half_s;
} orbit;

/* One frame before its angle: what the square root and the divider make. */
typedef struct leg {
  vec arc, arc_low, r_end, half_inverse_end, g;
} leg;

SIMD_INLINE orbit begin_orbit(vec x, vec y, vec ang_vel, const call *c) {
  const start from = start_of(x, y, ang_vel, c);
  orbit of = {.x = x, .y = y, .h = from.h, .square = from.square};
  of.r = vec_sqrt(of.square);
  of.twice_r = vec_add(of.r, of.r);
  of.half_inverse_r = vec_div(vec_set(0.5), of.r);
  const vec square_residual = vec_add(vec_fnma(of.r, of.r, of.square), from.square_error);
  of.twice_r_low = vec_mul(vec_add(square_residual, square_residual), of.half_inverse_r);
  of.half_s = vec_mul(of.h, of.half_inverse_r);
  return of;
}

SIMD_INLINE int orbit_is_rare(const orbit *of, double most_steps) {
  (void)most_steps;
  return vec_mask_any(vec_outside(of->half_s, least_normal, s_short_series / 2));
}

SIMD_INLINE leg begin_leg(const orbit *of, double steps) {
  leg frame;
  frame.arc = vec_mul(vec_set(steps), of->h);
  frame.arc_low = vec_fms(vec_set(steps), of->h, frame.arc);
  frame.r_end = vec_sqrt(vec_fma(frame.arc, of->h, of->square));
  return frame;
}

/* One division for 1/(2 r_N) and for g = N h / (r_0 + r_N), whose roundings finish_leg's residual
 * takes back. */
SIMD_INLINE void invert_leg(leg *frame, const orbit *of) {
  const vec sum = vec_add(of->r, frame->r_end);
  const vec half_inverse = vec_div(vec_set(0.5), vec_mul(frame->r_end, sum));
  frame->half_inverse_end = vec_mul(half_inverse, sum);
  frame->g = vec_mul(vec_add(frame->arc, frame->arc), vec_mul(half_inverse, frame->r_end));
}

SIMD_INLINE turn finish_leg(const leg *frame, const orbit *of) {
  const reach at = {.h = of->h,
                    .r = of->r,
                    .twice_r = of->twice_r,
                    .twice_r_low = of->twice_r_low,
                    .half_inverse_r = of->half_inverse_r,
                    .arc = frame->arc,
                    .arc_low = frame->arc_low,
                    .r_end = frame->r_end,
                    .half_inverse_end = frame->half_inverse_end,
                    .g = frame->g};
  return short_turn(&at);
}

static SIMD_OUTLINE void finish_rare(vec *x, vec *y, const orbit *of, double steps, const call *c) {
  (void)c;
  /* The orbit's h is that of a timestep of 1 with ang_vel = h. */
  const call alone = {1, (uint64_t)steps};
  vec rare_x = of->x, rare_y = of->y;
  move_rare(&rare_x, &rare_y, of->h, &alone);
  const vec_mask rare = vec_outside(of->half_s, least_normal, s_short_series / 2);
  *x = vec_select(rare, rare_x, *x);
  *y = vec_select(rare, rare_y, *y);
}

#include "simd/frames.h"

void WHIRL_FRAMES_FUNCTION(const double *x, const double *y, const double *ang_vel, size_t n,
                           double timestep, const whirl_frames *frames) {
  const call c = {timestep, 0};
  frames_make(x, y, ang_vel, n, frames, &c);
}

WHIRL_DESCRIBE_KERNEL(.summary = "closed-form Euler, SIMD: the angle in double-double",
                      .method = WHIRL_KERNEL_SPIRAL, .numeric_class = WHIRL_BOUNDED,
                      .error_bound = {.constant = 11,
                                      .per_radian = 0x1p-48}, /* docs/kernels.md derives it */
                      .lanes = VEC_LANES,
                      /* 21 mul, 32 fma, 23 add or sub, 2 sqrt, 2 div */
                      .flops = {.per_particle = 112}, .bytes = {.per_particle = 40},
                      .demand = {.multiplies = {.per_particle = 53},
                                 .additions = {.per_particle = 23},
                                 .divides = {.per_particle = 2},
                                 .square_roots = {.per_particle = 2}},
                      .make_frames = WHIRL_FRAMES_FUNCTION,
                      .cost = {.fixed = 38,
                               .per_particle = VEC_LANES == 8 ? 3 : 4.3,
                               .particles_at_once = VEC_LANES})
