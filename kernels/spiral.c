/* The Euler trajectory in closed form, in portable C: z_N = z_0 (r_N / r_0) exp(i Theta) whatever
 * the number of steps N. docs/kernels.md derives Theta = 2 g + T(s_N) - T(s_0),
 * g = N h / (r_0 + r_N). */
#include <math.h>

#include "kernel.h"
#include "spiral_terms.h"

/* Up to s = h / r = 1/4 twelve terms of T do, to 0.008 * 2^-53; beyond it a particle is stepped.
 * Since 1/s_k^2 = 1/s_0^2 + k, that ends after 16 steps. */
enum { MAX_DIRECT_STEPS = 16 };

/* An unevaluated sum of two doubles, the second about the size of the first's rounding error. */
typedef struct double_double {
  double high, low;
} double_double;

/* Knuth's TwoSum. */
static double_double add(double_double a, double_double b) {
  const double sum = a.high + b.high, part = sum - a.high;
  const double lost = (a.high - (sum - part)) + (b.high - part);
  return (double_double){sum, lost + (a.low + b.low)};
}

static double_double product(double a, double b) {
  const double high = a * b;
  return (double_double){high, fma(a, b, -high)};
}

static double_double multiply(double_double a, double_double b) {
  const double_double high = product(a.high, b.high);
  return (double_double){high.high, high.low + (a.high * b.low + a.low * b.high)};
}

static double_double divide(double_double a, double_double b) {
  const double high = a.high / b.high;
  return (double_double){high, (fma(-high, b.high, a.high) + a.low - high * b.low) / b.high};
}

static double_double square_root(double_double a) {
  const double high = sqrt(a.high);
  return (double_double){high, (fma(-high, high, a.high) + a.low) / (2 * high)};
}

static double_double negative(double_double a) {
  return (double_double){-a.high, -a.low};
}

/* T(s) by its first twelve terms. */
static double t_series(double s) {
  double sum = spiral_terms[SPIRAL_TERMS - 1];
  for (int k = SPIRAL_TERMS - 2; k >= 0; k--) sum = sum * s * s + spiral_terms[k];
  return sum * s;
}

/* exp(i theta), the whole quarter turns taken out before libm sees the angle. */
static void sine_and_cosine(double_double theta, double *sine, double *cosine) {
  static const double_double two_over_pi = {0x1.45f306dc9c883p-1, -0x1.6b01ec5417056p-55};
  static const double half_pi = 0x1.921fb54442d18p+0;
  const double_double turns = multiply(theta, two_over_pi);
  const double_double rest = add((double_double){remainder(turns.high, 4), 0},
                                 (double_double){remainder(turns.low, 4), 0});
  const double count = rint(rest.high);
  const double angle = (rest.high - count + rest.low) * half_pi;
  const double s = sin(angle), c = cos(angle);
  const int quarter = isnan(count) ? 0 : (int)count & 3;
  *sine = quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c;
  *cosine = quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s;
}

/* A particle that is not still, on its way. */
typedef struct place {
  double_double x, y, square;
  double h;
  double_double h2;
} place;

static place place_of(double x, double y, double h) {
  return (place){.x = {x, 0},
                 .y = {y, 0},
                 .square = add(product(x, x), product(y, y)),
                 .h = h,
                 .h2 = product(h, h)};
}

/* Whether s = h / r is too large for the series. */
static bool is_near(const place *at) {
  return at->square.high < MAX_DIRECT_STEPS * at->h2.high;
}

/* Steps as long as s is too large; returns the steps that are left. */
static uint64_t step_directly(place *at, uint64_t steps) {
  for (int step = 0; step < MAX_DIRECT_STEPS && steps > 0 && is_near(at); step++, steps--) {
    const double_double s = divide((double_double){at->h, 0}, square_root(at->square));
    const double_double next_x = add(at->x, negative(multiply(s, at->y)));
    at->y = add(at->y, multiply(s, at->x));
    at->x = next_x;
    at->square = add(at->square, at->h2);
  }
  return steps;
}

/* The radius, and T(s). */
typedef struct origin {
  double_double r;
  double t;
} origin;

static origin origin_of(const place *at) {
  const double_double r = square_root(at->square);
  return (origin){r, t_series(at->h / r.high)};
}

/* Where the particle is after so many steps, s being small enough. */
static void turn(const place *at, const origin *from, uint64_t steps, double *to_x, double *to_y) {
  /* g is the root of g (2 r + g h) = N h: its residual, and one Newton step. */
  const double count = (double)steps, h = at->h;
  const double_double r = from->r, arc = product(count, h);
  const double_double end = square_root(add(at->square, multiply(arc, (double_double){h, 0})));
  const double r_end = end.high;
  const double g = arc.high / (r.high + r_end);
  const double_double sum = add((double_double){2 * r.high, 2 * r.low}, product(g, h));
  const double residual = fma(-g, sum.high, arc.high) + (arc.low - g * sum.low);
  const double g_low = residual / (2 * r_end) + (t_series(h / r_end) - from->t) / 2;

  double sine, cosine;
  sine_and_cosine((double_double){2 * g, 2 * g_low}, &sine, &cosine);
  const double_double x = at->x, y = at->y;
  const double turned_x = fma(x.high, cosine, fma(-y.high, sine, x.low * cosine - y.low * sine));
  const double turned_y = fma(x.high, sine, fma(y.high, cosine, x.low * sine + y.low * cosine));
  const double_double scale = divide(end, r);
  *to_x = fma(scale.high, turned_x, scale.low * turned_x);
  *to_y = fma(scale.high, turned_y, scale.low * turned_y);
}

/* At rest, or without direction. */
static bool is_still(double x, double y, double h) {
  return h == 0 || x * x + y * y == 0;
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  if (steps == 0) return;
  for (size_t i = 0; i < n; i++) {
    const double h = timestep * ang_vel[i];
    if (is_still(x[i], y[i], h)) continue;
    place at = place_of(x[i], y[i], h);
    const uint64_t left = step_directly(&at, steps);
    const origin from = origin_of(&at);
    turn(&at, &from, left, &x[i], &y[i]);
  }
}

void WHIRL_FRAMES_FUNCTION(const double *x, const double *y, const double *ang_vel, size_t n,
                           double timestep, const whirl_frames *frames) {
  for (size_t i = 0; i < n; i++) {
    const double h = timestep * ang_vel[i];
    const bool still = is_still(x[i], y[i], h);
    const place start = place_of(x[i], y[i], h);
    const bool near = is_near(&start);
    const origin origin_of_start = origin_of(&start);
    for (size_t k = 0; k < frames->count; k++) {
      double *to_x = frames->x + k * frames->stride + i, *to_y = frames->y + k * frames->stride + i;
      if (still) {
        *to_x = x[i];
        *to_y = y[i];
        continue;
      }
      place at = start;
      origin from = origin_of_start;
      uint64_t left = frames->steps[k];
      if (near) {
        left = step_directly(&at, left);
        from = origin_of(&at);
      }
      turn(&at, &from, left, to_x, to_y);
    }
  }
}

WHIRL_DESCRIBE_KERNEL(.summary = "closed-form Euler, scalar, with libm",
                      .method = WHIRL_KERNEL_SPIRAL, .numeric_class = WHIRL_BOUNDED,
                      .error_bound = {.constant = 8,
                                      .per_radian = 0x1p-48}, /* docs/kernels.md derives it */
                      .lanes = 1,
                      /* With two series of twelve terms; sin and cos count as one each. */
                      .flops = {.per_particle = 170}, .bytes = {.per_particle = 40},
                      .demand = {.multiplies = {.per_particle = 80},
                                 .divides = {.per_particle = 8},
                                 .square_roots = {.per_particle = 2}},
                      .make_frames = WHIRL_FRAMES_FUNCTION,
                      .cost = {.fixed = 5, .per_particle = 115, .particles_at_once = 1})
