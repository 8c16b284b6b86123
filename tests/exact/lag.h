/* Euler's error in exact arithmetic: from its definition, not from the formulas that the library
 * computes it by. */
#ifndef WHIRL_TESTS_LAG_H
#define WHIRL_TESTS_LAG_H

#include <mpfr.h>
#include <stdint.h>

#include "../accuracy/reference.h"

/* The bits of all numbers here: what is left of N s - Theta after N steps of the least s that the
 * tests have. */
enum { LAG_PRECISION = 1200 };

/* r_N - r, the lag N s - Theta where its sign is left out, and the distance of the two positions,
 * with a lag beyond half a turn counting as half a turn where `capped`. */
typedef struct exact_error {
  mpfr_t radius, lag, distance;
} exact_error;

void exact_error_init(exact_error *e);
void exact_error_clear(exact_error *e);

/* Theta as the sum of its N arctangents, at LAG_PRECISION: for up to some thousand steps. */
void exact_error_summed(exact_error *e, double r, double h, uint64_t steps, int capped);

/* Theta from the reference's closed form, which is within 2^-150 of itself: for any number of
 * steps, where the lag is no smaller part of Theta than 2^-100. */
void exact_error_closed(exact_error *e, reference_workspace *workspace, double r, double h,
                        uint64_t steps, int capped);

#endif
