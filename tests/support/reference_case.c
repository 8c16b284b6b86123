#include "reference_case.h"

#include "reference.h"

static const particle start[REFERENCE_CASE_N] = {{0.3, 0.5, 1}, {0, -0.5, -1}, {-0.1, -0.4, 3}};

/* To 1e-5, whichever answer a kernel of the Euler trajectory computes by whatever way; and to every
 * digit of a double. */
static const double rounded[REFERENCE_CASE_N][2] = {
    {0.210269, 0.543863}, {-0.099334, -0.490034}, {0.191358, -0.365227}};
static const double precise[REFERENCE_CASE_N][2] = {{0.2102698450356825, 0.5438635787296997},
                                                    {-0.0993347660567358, -0.4900342888538049},
                                                    {0.1913585038252641, -0.3652272210744360}};

whirl_particles reference_case_new(void) {
  const whirl_particles p = particles_new(REFERENCE_CASE_N);
  for (size_t i = 0; i < p.n; i++) particles_set(p, i, start[i]);
  return p;
}

void reference_case_check(whirl_particles p, whirl_method method) {
  for (size_t i = 0; i < p.n; i++) {
    if (method == WHIRL_METHOD_EULER) {
      assert_double_near(p.x[i], rounded[i][0], 1e-5, "x of particle %zu", i);
      assert_double_near(p.y[i], rounded[i][1], 1e-5, "y of particle %zu", i);
      assert_double_near(p.x[i], precise[i][0], 1e-12, "x of particle %zu", i);
      assert_double_near(p.y[i], precise[i][1], 1e-12, "y of particle %zu", i);
    } else {
      const reference_result exact =
          reference_evolve(method, start[i], reference_case_timestep, REFERENCE_CASE_STEPS);
      assert_double_near(p.x[i], (double)exact.x, 1e-14, "x of particle %zu", i);
      assert_double_near(p.y[i], (double)exact.y, 1e-14, "y of particle %zu", i);
    }
  }
}
