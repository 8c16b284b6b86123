/* That a kernel treats each particle alike, wherever it lies, and touches no memory but its range:
 * every n, tail, element offset and split. The reference is the same kernel over one particle at a
 * time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "../support/guarded.h"
#include "../support/particles.h"
#include "properties.h"

static const double timestep = 1e-5;

/* More vectors than any kernel has in flight. */
enum { VECTORS = 16 };

static size_t longest(const whirl_kernel *kernel) {
  return (size_t)VECTORS * kernel->lanes + 1;
}

typedef struct population_with_results {
  whirl_particles start, expected;
} population_with_results;

static population_with_results mixed_population(const whirl_kernel *kernel, size_t n,
                                                uint64_t steps, random_numbers *random) {
  const whirl_particles start = particles_new(n);
  population_mix(start, timestep, random);
  const whirl_particles expected = particles_clone(start);
  particles_evolve_alone(kernel, expected, timestep, steps);
  return (population_with_results){start, expected};
}

static void delete_population(population_with_results some) {
  particles_delete(some.start);
  particles_delete(some.expected);
}

static void run_guarded(const test_case *test, guarded_particles *g, whirl_particles start,
                        whirl_particles expected, guard_side side, const size_t offsets[3],
                        uint64_t steps) {
  const char *where = side == GUARD_BEFORE ? "after" : "before";
  guarded_place(g, start, side, offsets[0], offsets[1], offsets[2]);
  particles_evolve(test->kernel, g->p, timestep, steps);
  assert_particles_equal(g->p, expected,
                         "n = %zu, %llu steps, %zu, %zu, %zu doubles %s a guard page", start.n,
                         (unsigned long long)steps, offsets[0], offsets[1], offsets[2], where);
  assert_undamaged(g, "%llu steps, %zu, %zu, %zu doubles %s a guard page",
                   (unsigned long long)steps, offsets[0], offsets[1], offsets[2], where);
}

/* If this fails, a particle's result depends on n, or a kernel reads or writes past its range. */
static void every_n(const test_case *test) {
  random_numbers random = random_start(test);
  static const uint64_t step_counts[] = {1, 2, 3, 7};
  guarded_particles g = guarded_new(longest(test->kernel) + 1);
  for (size_t c = 0; c < sizeof step_counts / sizeof *step_counts; c++) {
    const uint64_t steps = step_counts[c];
    const population_with_results all =
        mixed_population(test->kernel, longest(test->kernel), steps, &random);
    for (size_t n = 0; n <= all.start.n; n++) {
      const size_t first = random_below(&random, all.start.n - n + 1);
      const size_t none[3] = {0};
      for (int side = GUARD_BEFORE; side <= GUARD_AFTER; side++)
        run_guarded(test, &g, particles_range(all.start, first, n),
                    particles_range(all.expected, first, n), (guard_side)side, none, steps);
    }
    delete_population(all);
  }
  guarded_delete(&g);
}

/* If this fails, a kernel wants aligned arrays, or arrays that are aligned alike. */
static void element_offsets(const test_case *test) {
  random_numbers random = random_start(test);
  const size_t lanes = test->kernel->lanes, most = 2 * lanes + 1;
  guarded_particles g = guarded_new(longest(test->kernel) + lanes);
  const population_with_results all =
      mixed_population(test->kernel, longest(test->kernel), 2, &random);
  for (size_t offset = 0; offset <= lanes; offset++) {
    for (size_t n = 0; n <= most + 1; n++) {
      const size_t length = n <= most ? n : all.start.n;
      const size_t alike[3] = {offset, offset, offset};
      const size_t mixed[3] = {offset, random_below(&random, lanes + 1),
                               random_below(&random, lanes + 1)};
      for (int side = GUARD_BEFORE; side <= GUARD_AFTER; side++) {
        const whirl_particles start = particles_range(all.start, 0, length);
        const whirl_particles expected = particles_range(all.expected, 0, length);
        run_guarded(test, &g, start, expected, (guard_side)side, alike, 2);
        run_guarded(test, &g, start, expected, (guard_side)side, mixed, 2);
      }
    }
  }
  delete_population(all);
  guarded_delete(&g);
}

/* If this fails, a particle's result depends on where a range is cut: threads would change it. */
static void splits(const test_case *test) {
  random_numbers random = random_start(test);
  for (int round = 0; round < 30; round++) {
    const size_t n = 1 + random_below(&random, 3000);
    const uint64_t steps = 1 + random_below(&random, 20);
    const whirl_particles whole = particles_new(n);
    population_mix(whole, timestep, &random);
    const whirl_particles parts = particles_clone(whole);
    particles_evolve(test->kernel, whole, timestep, steps);
    for (size_t first = 0; first < n;) {
      size_t length = random_below(&random, round % 2 ? 200 : 12);
      if (length > n - first) length = n - first;
      particles_evolve(test->kernel, particles_range(parts, first, length), timestep, steps);
      first += length;
    }
    assert_particles_equal(parts, whole, "n = %zu in parts, %llu steps", n,
                           (unsigned long long)steps);
    particles_delete(parts);
    particles_delete(whole);
  }
}

/* If this fails, a kernel works for some numbers of steps only: an unrolled loop over steps, say.
 */
static void step_counts(const test_case *test) {
  random_numbers random = random_start(test);
  guarded_particles g = guarded_new(longest(test->kernel));
  const size_t none[3] = {0};
  for (uint64_t steps = 0; steps <= 40; steps++) {
    const size_t n = 1 + random_below(&random, longest(test->kernel));
    const population_with_results some =
        mixed_population(test->kernel, n, steps == 40 ? 2000 : steps, &random);
    run_guarded(test, &g, some.start, some.expected, steps % 2 ? GUARD_BEFORE : GUARD_AFTER, none,
                steps == 40 ? 2000 : steps);
    delete_population(some);
  }
  guarded_delete(&g);
}

static const test_property properties[] = {
    {"every_n", every_n, NULL},
    {"element_offsets", element_offsets, NULL},
    {"splits", splits, NULL},
    {"step_counts", step_counts, NULL},
};

const test_property_list range_properties = {properties, sizeof properties / sizeof *properties};
