/* What a particle's result has to be, computed without the library: the textbook step in double for
 * the bits, and both kinds of answer in long double for the error. */
#ifndef WHIRL_TESTS_REFERENCE_H
#define WHIRL_TESTS_REFERENCE_H

#include <stdint.h>

#include <whirl/kernel.h>
#include <whirl/particles.h>

#include "particles.h"

/* The Euler steps of architecture's model, one operation after another in double: the bits of the
 * bitwise class. */
void reference_textbook(whirl_particles p, double timestep, uint64_t steps);

typedef struct reference_result {
  long double x, y;
  long double r;     /* distance from the origin */
  long double angle; /* turned, >= 0 */
} reference_result;

/* In long double: steps one after another for the Euler trajectory, a rotation for the true motion.
 * Its own rounding is below 2^-64 (steps + angle) r. */
reference_result reference_evolve(whirl_method method, particle start, double timestep,
                                  uint64_t steps);

/* The distance of the result from the reference, and the distance that the kernel's error_bound and
 * the reference's own rounding allow, both in units of 2^-53 r. */
double reference_error(reference_result reference, particle result);
double reference_allowed(const whirl_kernel *kernel, reference_result reference, uint64_t steps);

#endif
