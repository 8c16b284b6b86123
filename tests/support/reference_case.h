/* The reference case: three particles and where they are after dt = 0.1 with timestep = 1e-5. */
#ifndef WHIRL_TESTS_REFERENCE_CASE_H
#define WHIRL_TESTS_REFERENCE_CASE_H

#include "particles.h"

enum { REFERENCE_CASE_N = 3, REFERENCE_CASE_STEPS = 10000 };
static const double reference_case_dt = 0.1, reference_case_timestep = 1e-5;

/* The particles at the start, to be given back with particles_delete. */
whirl_particles reference_case_new(void);

/* Fails the test case unless the positions are those that a kernel of this method has to reach: of
 * the Euler trajectory to 1e-12, of the true motion to 1e-14. */
void reference_case_check(whirl_particles p, whirl_method method);

#endif
