#include "lag.h"

#include <math.h>

void exact_error_init(exact_error *e) {
  mpfr_inits2(LAG_PRECISION, e->radius, e->lag, e->distance, (mpfr_ptr)0);
}

void exact_error_clear(exact_error *e) {
  mpfr_clears(e->radius, e->lag, e->distance, (mpfr_ptr)0);
}

/* distance^2 = (r_N - r)^2 + 4 r r_N sin^2(lag / 2). */
static void set_distance(exact_error *e, double r, int capped) {
  mpfr_t chord, end;
  mpfr_inits2(LAG_PRECISION, chord, end, (mpfr_ptr)0);
  mpfr_const_pi(end, MPFR_RNDN);
  if (capped && mpfr_cmp(e->lag, end) > 0)
    mpfr_set(chord, end, MPFR_RNDN);
  else
    mpfr_set(chord, e->lag, MPFR_RNDN);
  mpfr_div_2ui(chord, chord, 1, MPFR_RNDN);
  mpfr_sin(chord, chord, MPFR_RNDN);
  mpfr_sqr(chord, chord, MPFR_RNDN);
  mpfr_add_d(end, e->radius, r, MPFR_RNDN);
  mpfr_mul(chord, chord, end, MPFR_RNDN);
  mpfr_mul_d(chord, chord, r, MPFR_RNDN);
  mpfr_mul_2ui(chord, chord, 2, MPFR_RNDN);
  mpfr_sqr(end, e->radius, MPFR_RNDN);
  mpfr_add(chord, chord, end, MPFR_RNDN);
  mpfr_sqrt(e->distance, chord, MPFR_RNDN);
  mpfr_clears(chord, end, (mpfr_ptr)0);
}

/* out = sqrt(r^2 + steps h^2). */
static void set_radius(mpfr_t out, double r, double h, uint64_t steps) {
  mpfr_t square;
  mpfr_init2(square, LAG_PRECISION);
  mpfr_set_d(out, h, MPFR_RNDN);
  mpfr_sqr(out, out, MPFR_RNDN);
  mpfr_mul_ui(out, out, steps, MPFR_RNDN);
  mpfr_set_d(square, r, MPFR_RNDN);
  mpfr_sqr(square, square, MPFR_RNDN);
  mpfr_add(out, out, square, MPFR_RNDN);
  mpfr_sqrt(out, out, MPFR_RNDN);
  mpfr_clear(square);
}

void exact_error_summed(exact_error *e, double r, double h, uint64_t steps, int capped) {
  mpfr_t term, s;
  mpfr_inits2(LAG_PRECISION, term, s, (mpfr_ptr)0);
  mpfr_set_d(s, fabs(h), MPFR_RNDN);
  mpfr_div_d(s, s, r, MPFR_RNDN);
  mpfr_set_zero(e->lag, 1);
  for (uint64_t k = 0; k < steps; k++) {
    set_radius(term, r, h, k);
    mpfr_d_div(term, fabs(h), term, MPFR_RNDN);
    mpfr_atan(term, term, MPFR_RNDN);
    mpfr_sub(term, s, term, MPFR_RNDN);
    mpfr_add(e->lag, e->lag, term, MPFR_RNDN);
  }
  set_radius(e->radius, r, h, steps);
  mpfr_sub_d(e->radius, e->radius, r, MPFR_RNDN);
  set_distance(e, r, capped);
  mpfr_clears(term, s, (mpfr_ptr)0);
}

void exact_error_closed(exact_error *e, reference_workspace *workspace, double r, double h,
                        uint64_t steps, int capped) {
  mpfr_t s;
  mpfr_init2(s, LAG_PRECISION);
  mpfr_set_d(s, fabs(h), MPFR_RNDN);
  mpfr_div_d(s, s, r, MPFR_RNDN);
  mpfr_mul_ui(s, s, steps, MPFR_RNDN);
  reference_euler_angle(workspace, e->lag, r, fabs(h), steps);
  mpfr_sub(e->lag, s, e->lag, MPFR_RNDN);
  set_radius(e->radius, r, h, steps);
  mpfr_sub_d(e->radius, e->radius, r, MPFR_RNDN);
  set_distance(e, r, capped);
  mpfr_clear(s);
}
