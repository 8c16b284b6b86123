/* What whirl is compared with must be right as well, or the comparison means nothing. The peers of
 * the bitwise class are held to what its kernels are held to; the others, which promise nothing of
 * special particles, and whose lanes may depend on each other, to their bounds with ordinary ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "../bench/peers/peers.h"
#include "kernels/properties.h"
#include "support/guarded.h"
#include "support/particles.h"
#include "support/reference.h"
#include "support/suite.h"

static bool is_bitwise(const whirl_kernel *peer) {
  return peer->numeric_class == WHIRL_BITWISE;
}

/* If this fails, a peer is wrong, or less exact than bench takes it to be, or touches memory that
 * is not its own. */
static void ordinary_particles(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_method method = whirl_kernel_answers(test->kernel);
  const double timestep = 1e-5;
  enum { MOST = 300 };
  guarded_particles g = guarded_new(MOST);
  for (size_t n = 1; n < MOST; n += 1 + n / 8) {
    const uint64_t steps = 1 + random_below(&random, 20000);
    const whirl_particles start = particles_new(n);
    population_fill(POPULATION_UNIFORM, start, timestep, &random);
    guarded_place(&g, start, steps % 2 ? GUARD_BEFORE : GUARD_AFTER, 0, 0, 0);
    particles_evolve(test->kernel, g.p, timestep, steps);
    assert_undamaged(&g, "n = %zu", n);
    for (size_t i = 0; i < n; i++) {
      const reference_result reference =
          reference_evolve(method, particles_get(start, i), timestep, steps);
      const double error = reference_error(reference, particles_get(g.p, i));
      const double allowed = reference_allowed(test->kernel, reference, steps);
      if (!(error <= allowed))
        fail_msg("n = %zu, %llu steps, particle (%a, %a, %a): off by %g, allowed %g times 2^-53 r",
                 n, (unsigned long long)steps, start.x[i], start.y[i], start.ang_vel[i], error,
                 allowed);
    }
    particles_delete(start);
  }
  guarded_delete(&g);
}

static const test_property own[] = {{"ordinary_particles", ordinary_particles, NULL}};
static const test_property_list own_properties = {own, sizeof own / sizeof *own};

/* The compiler may divide where the textbook doesn't, and take nothing of the result. */
static bool is_promised(const test_property *property) {
  return strcmp(property->name, "raises_nothing_invalid") != 0;
}

static void add_promised(test_suite *suite, const whirl_kernel *peer, test_property_list list) {
  for (size_t i = 0; i < list.count; i++) {
    const test_property_list one = {&list.properties[i], 1};
    if (is_promised(&list.properties[i])) suite_add_properties(suite, peer->name, one, peer);
  }
}

int main(int argc, char **argv) {
  test_suite suite = {.name = "peers"};
  for (size_t i = 0; i < peers_count; i++) {
    suite_add_properties(&suite, peers[i]->name, own_properties, peers[i]);
    if (!is_bitwise(peers[i])) continue;
    add_promised(&suite, peers[i], range_properties);
    add_promised(&suite, peers[i], result_properties);
    add_promised(&suite, peers[i], particle_properties);
  }
  return suite_run(&suite, argc, argv);
}
