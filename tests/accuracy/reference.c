/* The model's motions in MPFR. Write z = x + iy, r = |z|, s = h / r, t = 1 / s^2. An Euler step is
 * z <- z (1 + i s), so t grows by exactly 1 with each, and
 *     z_N = z_0 sqrt(1 + N s_0^2) exp(i Theta),   Theta = sum of f(t_0 + k) over 0 <= k < N,
 *     f(t) = atan(1 / sqrt(t)).
 * The first terms of the sum are added up as they stand, until t >= SERIES_FROM; the rest is the
 * difference of a G with G(t + 1) - G(t) = f(t) at its two ends, which Euler and Maclaurin give. */
#include "reference.h"

#include <gmp.h>
#include <math.h>
#include <stdlib.h>

enum {
  /* Stepping loses at most N (1 + Theta) 2^-PRECISION, 2^-150 after 10^6 steps. */
  PRECISION = 192,
  /* An angle is reduced by multiples of pi / 2 without loss: PRECISION bits behind the point, and
   * 1000 before it. */
  ANGLE_PRECISION = PRECISION + 1000,
  /* G(t) = sum of g_n t^(1/2 - n) over 0 <= n <= SERIES_TERMS. |g_n| grows like 2 (n-2)! / (2
   * pi)^n, so the first term left out is below 2^-150 from here on. */
  SERIES_TERMS = 40,
  SERIES_FROM = 32
};

struct reference_workspace {
  mpfr_t coefficient[SERIES_TERMS + 1]; /* g_n */
  mpfr_t a, b, c, d, cosine, sine;      /* scratch */
  mpfr_t wide_angle, wide_scratch;
};

void reference_motion_init(reference_motion *motion) {
  mpfr_inits2(PRECISION, motion->x, motion->y, motion->r, (mpfr_ptr)0);
  motion->angle = 0;
}

void reference_motion_clear(reference_motion *motion) {
  mpfr_clears(motion->x, motion->y, motion->r, (mpfr_ptr)0);
}

/* bernoulli[j] = B_j, by sum of C(m + 1, k) B_k over k <= m = 0. */
static void bernoulli_numbers(mpq_t *bernoulli, unsigned count) {
  mpq_t term, binomial;
  mpq_inits(term, binomial, NULL);
  for (unsigned m = 0; m < count; m++) {
    mpq_init(bernoulli[m]);
    mpq_set_si(bernoulli[m], m == 0 ? 1 : 0, 1);
    for (unsigned k = 0; k < m; k++) {
      mpz_bin_uiui(mpq_numref(binomial), m + 1, k);
      mpz_set_ui(mpq_denref(binomial), 1);
      mpq_mul(term, binomial, bernoulli[k]);
      mpq_sub(bernoulli[m], bernoulli[m], term);
    }
    if (m > 0) {
      mpq_set_ui(binomial, 1, m + 1);
      mpq_mul(bernoulli[m], bernoulli[m], binomial);
    }
  }
  mpq_clears(term, binomial, NULL);
}

/* Adds numerator / denominator * factor to sum. */
static void add_fraction(mpq_t sum, long numerator, unsigned long denominator, const mpq_t factor) {
  mpq_t term;
  mpq_init(term);
  mpq_set_si(term, numerator, denominator);
  mpq_canonicalize(term);
  mpq_mul(term, term, factor);
  mpq_add(sum, sum, term);
  mpq_clear(term);
}

/* Euler-Maclaurin, G = integral of f - f / 2 + sum of B_2j / (2j)! times f's derivative of order
 * 2j - 1, for each power of f(t) = sum of (-1)^m / (2m + 1) t^-(m + 1/2). The m-th gives
 *     t^(1/2 - m)        the integral's       1 / (1/2 - m)
 *     t^(1/2 - m - 1)                         -1 / 2
 *     t^(1/2 - m - 2j)                        -B_2j / (2j)! (m + 1/2) (m + 3/2) ... (2j - 1
 * factors) all times (-1)^m / (2m + 1). The coefficients are exact rationals until they are rounded
 * here. */
static void set_coefficients(mpfr_t *coefficient) {
  mpq_t bernoulli[SERIES_TERMS + 1], one, sum, factor;
  mpq_inits(one, sum, factor, NULL);
  mpq_set_ui(one, 1, 1);
  bernoulli_numbers(bernoulli, SERIES_TERMS + 1);
  for (long n = 0; n <= SERIES_TERMS; n++) {
    mpq_set_ui(sum, 0, 1);
    for (long m = 0; m <= n; m++) {
      const long sign = m % 2 ? -1 : 1;
      const unsigned long odd = 2 * (unsigned long)m + 1;
      const long order = n - m; /* 0, 1, or 2j */
      if (order == 0) {
        /* 1 / (1/2 - m) = 2 / (1 - 2m) */
        add_fraction(sum, m == 0 ? 2 : -2 * sign, odd * (m == 0 ? 1 : 2 * (unsigned long)m - 1),
                     one);
      } else if (order == 1) {
        add_fraction(sum, -sign, 2 * odd, one);
      } else if (order % 2 == 0) {
        mpq_set(factor, bernoulli[order]);
        for (long i = 0; i < order - 1; i++) {
          mpq_t next;
          mpq_init(next);
          mpq_set_si(next, 2 * (m + i) + 1, 2 * ((unsigned long)i + 1));
          mpq_canonicalize(next);
          mpq_mul(factor, factor, next); /* (m + 1/2 + i) / (i + 1): builds (order - 1)! as well */
          mpq_clear(next);
        }
        add_fraction(sum, -sign, odd * (unsigned long)order, factor);
      }
    }
    mpfr_init2(coefficient[n], PRECISION);
    mpfr_set_q(coefficient[n], sum, MPFR_RNDN);
  }
  for (int m = 0; m <= SERIES_TERMS; m++) mpq_clear(bernoulli[m]);
  mpq_clears(one, sum, factor, NULL);
}

reference_workspace *reference_create(void) {
  reference_workspace *new = malloc(sizeof *new);
  if (!new) abort();
  set_coefficients(new->coefficient);
  mpfr_inits2(PRECISION, new->a, new->b, new->c, new->d, new->cosine, new->sine, (mpfr_ptr)0);
  mpfr_inits2(ANGLE_PRECISION, new->wide_angle, new->wide_scratch, (mpfr_ptr)0);
  return new;
}

void reference_destroy(reference_workspace *workspace) {
  for (int n = 0; n <= SERIES_TERMS; n++) mpfr_clear(workspace->coefficient[n]);
  mpfr_clears(workspace->a, workspace->b, workspace->c, workspace->d, workspace->cosine,
              workspace->sine, workspace->wide_angle, workspace->wide_scratch, (mpfr_ptr)0);
  free(workspace);
}

/* out = sqrt(x^2 + y^2), to out's precision. */
static void set_distance(mpfr_t out, double x, double y) {
  mpfr_t other;
  mpfr_init2(other, mpfr_get_prec(out));
  mpfr_set_d(out, x, MPFR_RNDN);
  mpfr_set_d(other, y, MPFR_RNDN);
  mpfr_hypot(out, out, other, MPFR_RNDN);
  mpfr_clear(other);
}

/* A particle that stays where it is. */
static void stay(reference_motion *out, double x, double y) {
  mpfr_set_d(out->x, x, MPFR_RNDN);
  mpfr_set_d(out->y, y, MPFR_RNDN);
  set_distance(out->r, x, y);
  out->angle = 0;
}

void reference_euler_stepped(reference_workspace *workspace, reference_motion *out, double x,
                             double y, double ang_vel, double timestep, uint64_t steps) {
  const double h = timestep * ang_vel;
  stay(out, x, y);
  if ((x == 0 && y == 0) || h == 0) return;
  mpfr_ptr scale = workspace->a, product = workspace->b, next_x = workspace->c,
           next_y = workspace->d;
  double turned = 0; /* within rounding: it only enters bounds */
  for (uint64_t step = 0; step < steps; step++) {
    mpfr_sqr(scale, out->x, MPFR_RNDN);
    mpfr_sqr(product, out->y, MPFR_RNDN);
    mpfr_add(scale, scale, product, MPFR_RNDN);
    mpfr_rec_sqrt(scale, scale, MPFR_RNDN);
    mpfr_mul_d(scale, scale, h, MPFR_RNDN); /* s */
    turned += atan(mpfr_get_d(scale, MPFR_RNDN));
    mpfr_mul(product, scale, out->y, MPFR_RNDN);
    mpfr_sub(next_x, out->x, product, MPFR_RNDN);
    mpfr_mul(product, scale, out->x, MPFR_RNDN);
    mpfr_add(next_y, out->y, product, MPFR_RNDN);
    mpfr_set(out->x, next_x, MPFR_RNDN);
    mpfr_set(out->y, next_y, MPFR_RNDN);
  }
  mpfr_hypot(out->r, out->x, out->y, MPFR_RNDN);
  out->angle = fabs(turned);
}

/* out = sum of g_n t^(1/2 - n) over n >= 1. Leaves scratch changed. */
static void series(const reference_workspace *workspace, mpfr_t out, const mpfr_t t,
                   mpfr_t scratch) {
  mpfr_set(out, workspace->coefficient[SERIES_TERMS], MPFR_RNDN);
  for (int n = SERIES_TERMS - 1; n >= 1; n--) {
    mpfr_div(out, out, t, MPFR_RNDN);
    mpfr_add(out, out, workspace->coefficient[n], MPFR_RNDN);
  }
  mpfr_sqrt(scratch, t, MPFR_RNDN);
  mpfr_div(out, out, scratch, MPFR_RNDN);
}

/* theta = Theta for steps steps from t_0 = start. */
static void set_euler_angle(reference_workspace *workspace, mpfr_t theta, const mpfr_t start,
                            uint64_t steps) {
  mpfr_ptr t = workspace->a, end = workspace->b, term = workspace->c, scratch = workspace->d;
  mpfr_set_zero(theta, 1);
  uint64_t step = 0;
  mpfr_set(t, start, MPFR_RNDN);
  while (step < steps && mpfr_cmp_ui(t, SERIES_FROM) < 0) {
    mpfr_rec_sqrt(term, t, MPFR_RNDN);
    mpfr_atan(term, term, MPFR_RNDN);
    mpfr_add(theta, theta, term, MPFR_RNDN);
    step++;
    mpfr_add_ui(t, start, step, MPFR_RNDN);
  }
  if (step == steps) return;
  /* G's first term is 2 sqrt(t), and sqrt(c) - sqrt(b) = (c - b) / (sqrt(c) + sqrt(b)). */
  mpfr_add_ui(end, start, steps, MPFR_RNDN);
  mpfr_sqrt(term, t, MPFR_RNDN);
  mpfr_sqrt(scratch, end, MPFR_RNDN);
  mpfr_add(term, term, scratch, MPFR_RNDN);
  mpfr_ui_div(term, 2, term, MPFR_RNDN);
  mpfr_mul_ui(term, term, steps - step, MPFR_RNDN);
  mpfr_add(theta, theta, term, MPFR_RNDN);
  series(workspace, term, end, scratch);
  mpfr_add(theta, theta, term, MPFR_RNDN);
  series(workspace, term, t, scratch);
  mpfr_sub(theta, theta, term, MPFR_RNDN);
}

void reference_euler_angle(reference_workspace *workspace, mpfr_t theta, double r, double h,
                           uint64_t steps) {
  mpfr_t start;
  mpfr_init2(start, PRECISION);
  mpfr_set_d(start, r, MPFR_RNDN);
  mpfr_div_d(start, start, h, MPFR_RNDN);
  mpfr_sqr(start, start, MPFR_RNDN);
  set_euler_angle(workspace, theta, start, steps);
  mpfr_clear(start);
}

/* out = (x, y) turned by angle and multiplied by growth. */
static void rotate(reference_workspace *workspace, reference_motion *out, double x, double y,
                   const mpfr_t angle, const mpfr_t growth) {
  mpfr_ptr product = workspace->a;
  mpfr_sin_cos(workspace->sine, workspace->cosine, angle, MPFR_RNDN);
  mpfr_mul(workspace->sine, workspace->sine, growth, MPFR_RNDN);
  mpfr_mul(workspace->cosine, workspace->cosine, growth, MPFR_RNDN);
  mpfr_mul_d(out->x, workspace->cosine, x, MPFR_RNDN);
  mpfr_mul_d(product, workspace->sine, y, MPFR_RNDN);
  mpfr_sub(out->x, out->x, product, MPFR_RNDN);
  mpfr_mul_d(out->y, workspace->sine, x, MPFR_RNDN);
  mpfr_mul_d(product, workspace->cosine, y, MPFR_RNDN);
  mpfr_add(out->y, out->y, product, MPFR_RNDN);
  mpfr_hypot(out->r, out->x, out->y, MPFR_RNDN);
  out->angle = fabs(mpfr_get_d(angle, MPFR_RNDN));
}

void reference_euler_closed(reference_workspace *workspace, reference_motion *out, double x,
                            double y, double ang_vel, double timestep, uint64_t steps) {
  const double h = timestep * ang_vel;
  stay(out, x, y);
  if ((x == 0 && y == 0) || h == 0 || steps == 0) return;
  mpfr_t start, theta, growth;
  mpfr_inits2(PRECISION, start, theta, growth, (mpfr_ptr)0);
  mpfr_div_d(start, out->r, h, MPFR_RNDN);
  mpfr_sqr(start, start, MPFR_RNDN);
  set_euler_angle(workspace, theta, start, steps);
  if (h < 0) mpfr_neg(theta, theta, MPFR_RNDN);
  mpfr_add_ui(growth, start, steps, MPFR_RNDN);
  mpfr_div(growth, growth, start, MPFR_RNDN);
  mpfr_sqrt(growth, growth, MPFR_RNDN);
  rotate(workspace, out, x, y, theta, growth);
  mpfr_clears(start, theta, growth, (mpfr_ptr)0);
}

void reference_exact(reference_workspace *workspace, reference_motion *out, double x, double y,
                     double ang_vel, double timestep, uint64_t steps) {
  stay(out, x, y);
  if ((x == 0 && y == 0) || ang_vel == 0 || timestep == 0 || steps == 0) return;
  mpfr_ptr angle = workspace->wide_angle;
  mpfr_set_d(angle, ang_vel, MPFR_RNDN);
  mpfr_mul_d(angle, angle, timestep, MPFR_RNDN);
  mpfr_mul_ui(angle, angle, steps, MPFR_RNDN);
  set_distance(workspace->wide_scratch, x, y);
  mpfr_div(angle, angle, workspace->wide_scratch, MPFR_RNDN);
  mpfr_set_ui(workspace->c, 1, MPFR_RNDN);
  rotate(workspace, out, x, y, angle, workspace->c);
}

/* distance / r in units of 2^-53; distance >= 0. */
static double in_units(mpfr_t distance, const mpfr_t r) {
  if (mpfr_nan_p(distance)) return INFINITY;
  if (mpfr_zero_p(distance)) return 0;
  mpfr_div(distance, distance, r, MPFR_RNDN);
  mpfr_mul_2ui(distance, distance, 53, MPFR_RNDN);
  return mpfr_get_d(distance, MPFR_RNDU);
}

double reference_error(reference_workspace *workspace, const reference_motion *motion, double x,
                       double y) {
  mpfr_sub_d(workspace->a, motion->x, x, MPFR_RNDN);
  mpfr_sub_d(workspace->b, motion->y, y, MPFR_RNDN);
  mpfr_hypot(workspace->a, workspace->a, workspace->b, MPFR_RNDN);
  return in_units(workspace->a, motion->r);
}

double reference_radius_error(reference_workspace *workspace, const reference_motion *motion,
                              double x, double y) {
  set_distance(workspace->a, x, y);
  mpfr_sub(workspace->a, workspace->a, motion->r, MPFR_RNDN);
  mpfr_abs(workspace->a, workspace->a, MPFR_RNDN);
  return in_units(workspace->a, motion->r);
}

double reference_mantissa(const reference_motion *motion) {
  long exponent;
  return mpfr_get_d_2exp(&exponent, motion->r, MPFR_RNDN);
}

double reference_log2_distance(reference_workspace *workspace, const reference_motion *a,
                               const reference_motion *b) {
  mpfr_sub(workspace->a, a->x, b->x, MPFR_RNDN);
  mpfr_sub(workspace->b, a->y, b->y, MPFR_RNDN);
  mpfr_hypot(workspace->a, workspace->a, workspace->b, MPFR_RNDN);
  if (mpfr_zero_p(workspace->a)) return -INFINITY;
  mpfr_div(workspace->a, workspace->a, b->r, MPFR_RNDN);
  mpfr_log2(workspace->a, workspace->a, MPFR_RNDN);
  return mpfr_get_d(workspace->a, MPFR_RNDN);
}
