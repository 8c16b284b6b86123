/* The true circular motion over vectors: each position is rotated by ang_vel * t / r. The angle is
 * a double-double in quarter turns, so that it costs no accuracy up to 2^40 radians and more. */
#include <math.h>

#include "kernel.h"

#include WHIRL_SIMD_HEADER

#include "simd/rotation.h"

/* Below this the quarter turns are counted by round_magic, and what lies below the last bit of the
 * angle's high part is under 2^-8; beyond it rest_of_large_angle takes over. */
static const double quarter_turns_large = 0x1p43;

/* timestep * steps * 4/pi, which is twice the time in quarter turns: high + low is within 2^-103 of
 * it. */
typedef struct call {
  double high, low;
} call;

static call call_of(double timestep, uint64_t steps) {
  const double count = (double)steps;
  const double time = timestep * count, time_low = fma(timestep, count, -time);
  const double high = time * two_over_pi;
  const double low =
      fma(time, two_over_pi, -high) + fma(time, two_over_pi_low, time_low * two_over_pi);
  return (call){2 * high, 2 * low};
}

typedef struct radii {
  vec square, square_error; /* their sum is r^2 */
  vec r, half_inverse;
} radii;

SIMD_INLINE radii roots_of(vec x, vec y, vec ang_vel, const call *time) {
  (void)ang_vel, (void)time;
  radii of;
  of.square = square_of_radius(x, y, &of.square_error);
  of.r = vec_sqrt(of.square);
  return of;
}

SIMD_INLINE void invert(radii *of) {
  of->half_inverse = vec_div(vec_set(0.5), of->r);
}

/* The angle in quarter turns is angle + angle_low: so many whole ones, and the rest. */
typedef struct turn {
  vec angle, angle_low, count, rest;
} turn;

SIMD_INLINE turn turn_of(const radii *of, vec ang_vel, const call *time) {
  turn by;
  /* Twice the arc, with what its roundings lost. */
  const vec arc = vec_mul(ang_vel, vec_set(time->high));
  const vec arc_low =
      vec_fma(ang_vel, vec_set(time->low), vec_fms(ang_vel, vec_set(time->high), arc));

  /* FMA gives the residuals of square root and quotient exactly (Markstein 1990). */
  const vec twice_r = vec_add(of->r, of->r);
  const vec square_residual = vec_add(vec_fnma(of->r, of->r, of->square), of->square_error);
  const vec twice_r_low = vec_mul(vec_add(square_residual, square_residual), of->half_inverse);
  by.angle = vec_mul(arc, of->half_inverse);
  const vec residual =
      vec_fnma(by.angle, twice_r_low, vec_add(vec_fnma(by.angle, twice_r, arc), arc_low));
  by.angle_low = vec_mul(residual, of->half_inverse);

  const vec magic = vec_set(round_magic);
  by.count = vec_add(by.angle, magic);
  by.rest = vec_fma(residual, of->half_inverse, vec_sub(by.angle, vec_sub(by.count, magic)));
  return by;
}

SIMD_INLINE void apply_turn(vec *x, vec *y, const turn *by, const half_rotation *half) {
  finish_rotation(x, y, half, by->count, by->rest, NULL);
}

/* The angle is large or 0, or the particle has no direction: then the angle is infinite or NaN. */
SIMD_INLINE int is_rare(const turn *by) {
  return vec_mask_any(vec_outside(by->angle, least_normal, quarter_turns_large));
}

/* Takes the whole quarter turns out of high + low, for any size of either. *count gets them, modulo
 * 4, in its low bits as with round_magic; returned is the rest, at most half a quarter turn. */
SIMD_INLINE vec rest_of_large_angle(vec high, vec low, vec *count) {
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

static SIMD_OUTLINE void move_rare(vec *x, vec *y, vec ang_vel, const call *time) {
  radii of = roots_of(*x, *y, ang_vel, time);
  invert(&of);
  turn by = turn_of(&of, ang_vel, time);
  vec large_count;
  const vec large_rest = rest_of_large_angle(by.angle, by.angle_low, &large_count);
  const vec_mask is_large = vec_le(vec_set(quarter_turns_large), vec_abs(by.angle));
  by.count = vec_select(is_large, large_count, by.count);
  by.rest = vec_select(is_large, large_rest, by.rest);
  const half_rotation half = begin_rotation(by.rest);
  vec new_x = *x, new_y = *y;
  apply_turn(&new_x, &new_y, &by, &half);

  /* A lane that has no direction or is at rest keeps its bits. */
  const vec zero = vec_set(0), arc = vec_mul(ang_vel, vec_set(time->high));
  const vec_mask still = vec_mask_or(vec_eq(of.square, zero), vec_eq(arc, zero));
  *x = vec_select(still, *x, new_x);
  *y = vec_select(still, *y, new_y);
}

#include "simd/pipeline.h"

/* What all frames share: where the particles start, and the quarter turns of one step. */
typedef struct orbit {
  vec x, y, angle, angle_low;
} orbit;

/* The quarter turns to one frame. */
typedef struct leg {
  vec angle, angle_low;
} leg;

SIMD_INLINE orbit begin_orbit(vec x, vec y, vec ang_vel, const call *time) {
  radii of = roots_of(x, y, ang_vel, time);
  invert(&of);
  const turn by = turn_of(&of, ang_vel, time);
  /* No direction, or at rest: no quarter turn, so that finish_rare knows it. */
  const vec zero = vec_set(0), arc = vec_mul(ang_vel, vec_set(time->high));
  const vec_mask still = vec_mask_or(vec_eq(of.square, zero), vec_eq(arc, zero));
  return (orbit){x, y, vec_select(still, zero, by.angle), vec_select(still, zero, by.angle_low)};
}

SIMD_INLINE int orbit_is_rare(const orbit *of, double most_steps) {
  return vec_mask_any(vec_outside(of->angle, least_normal, quarter_turns_large / 2 / most_steps));
}

SIMD_INLINE leg begin_leg(const orbit *of, double steps) {
  const vec count = vec_set(steps);
  leg frame;
  frame.angle = vec_mul(of->angle, count);
  frame.angle_low = vec_fma(of->angle_low, count, vec_fms(of->angle, count, frame.angle));
  return frame;
}

SIMD_INLINE void invert_leg(leg *frame, const orbit *of) {
  (void)frame, (void)of;
}

SIMD_INLINE turn finish_leg(const leg *frame, const orbit *of) {
  (void)of;
  turn by = {.angle = frame->angle, .angle_low = frame->angle_low};
  const vec magic = vec_set(round_magic);
  by.count = vec_add(by.angle, magic);
  by.rest = vec_add(vec_sub(by.angle, vec_sub(by.count, magic)), by.angle_low);
  return by;
}

static SIMD_OUTLINE void finish_rare(vec *x, vec *y, const orbit *of, double steps,
                                     const call *time) {
  (void)time;
  const leg frame = begin_leg(of, steps);
  turn by = finish_leg(&frame, of);
  by.rest = rest_of_large_angle(by.angle, by.angle_low, &by.count);
  const half_rotation half = begin_rotation(by.rest);
  vec far_x = of->x, far_y = of->y;
  apply_turn(&far_x, &far_y, &by, &half);
  const vec_mask is_large = vec_le(vec_set(quarter_turns_large), vec_abs(by.angle));
  /* An angle beside which the low part is NaN is that of a particle without a finite radius. */
  const vec zero = vec_set(0);
  const vec_mask still = vec_mask_and(vec_eq(of->angle, zero), vec_eq(of->angle_low, zero));
  *x = vec_select(still, of->x, vec_select(is_large, far_x, *x));
  *y = vec_select(still, of->y, vec_select(is_large, far_y, *y));
}

#include "simd/frames.h"

/* timestep * steps, or what its rounding loses, would leave the range of double outside of this,
 * while timestep * ang_vel need not: a power of two then moves from one to the other. */
static const double timestep_small = 0x1p-900, timestep_large = 0x1p900;
enum { SCALED_PARTICLES = 1024 };

static double scale_of(double timestep) {
  if (timestep >= timestep_small && timestep <= timestep_large) return 1;
  return timestep < 1 ? 0x1p-200 : 0x1p200;
}

static size_t scale_ang_vel(double *scaled, const double *ang_vel, size_t n, double scale) {
  const size_t count = n < SCALED_PARTICLES ? n : SCALED_PARTICLES;
  for (size_t k = 0; k < count; k++) scaled[k] = ang_vel[k] * scale;
  return count;
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  if (steps == 0) return;
  const double scale = scale_of(timestep);
  const call time = call_of(timestep / scale, steps);
  if (scale == 1) {
    pipeline_evolve(x, y, ang_vel, n, &time);
    return;
  }
  double scaled[SCALED_PARTICLES];
  for (size_t i = 0; i < n; i += SCALED_PARTICLES) {
    const size_t count = scale_ang_vel(scaled, ang_vel + i, n - i, scale);
    pipeline_evolve(x + i, y + i, scaled, count, &time);
  }
}

void WHIRL_FRAMES_FUNCTION(const double *x, const double *y, const double *ang_vel, size_t n,
                           double timestep, const whirl_frames *frames) {
  const double scale = scale_of(timestep);
  const call time = call_of(timestep / scale, 1);
  if (scale == 1) {
    frames_make(x, y, ang_vel, n, frames, &time);
    return;
  }
  double scaled[SCALED_PARTICLES];
  for (size_t i = 0; i < n; i += SCALED_PARTICLES) {
    const size_t count = scale_ang_vel(scaled, ang_vel + i, n - i, scale);
    whirl_frames part = *frames;
    part.x += i;
    part.y += i;
    frames_make(x + i, y + i, scaled, count, &part, &time);
  }
}

WHIRL_DESCRIBE_KERNEL(.summary = "true motion, SIMD: rotation by an angle in double-double",
                      .method = WHIRL_KERNEL_ANALYTIC, .numeric_class = WHIRL_BOUNDED,
                      .error_bound = {.constant = 5,
                                      .per_radian = 0x1p-48}, /* docs/kernels.md derives it */
                      .lanes = VEC_LANES,
                      /* 9 mul, 23 fma, 12 add or sub, sqrt, div */
                      .flops = {.per_particle = 69}, .bytes = {.per_particle = 40},
                      .demand = {.multiplies = {.per_particle = 32},
                                 .additions = {.per_particle = 12},
                                 .divides = {.per_particle = 1},
                                 .square_roots = {.per_particle = 1}},
                      .make_frames = WHIRL_FRAMES_FUNCTION,
                      .cost = {.fixed = 35,
                               .per_particle = VEC_LANES == 8 ? 1.4 : 2.4,
                               .particles_at_once = VEC_LANES})
