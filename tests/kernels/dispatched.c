/* That a kernel run by a dispatcher, on whatever number of threads, gives the bits of the kernel
 * itself, and leaves the caller's surroundings alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/dispatcher.h>

#include "../../src/dispatcher.h"
#include "../../src/settings.h"
#include "../support/dispatchers.h"
#include "../support/guarded.h"
#include "../support/particles.h"
#include "../support/reference_case.h"
#include "../support/surroundings.h"
#include "properties.h"

/* So many threads even where this process may use fewer: here it matters where the particles are
 * cut, not how fast they are. */
static whirl_dispatcher *dispatcher_on_threads(const whirl_options *options) {
  whirl_dispatcher *d = dispatcher_new(options);
  const unsigned threads = d->chooser.settings.threads;
  if (threads > d->chooser.thread_limit) d->chooser.thread_limit = threads;
  return d;
}

/* If this fails, a program that calls whirl_evolve gets other numbers than the kernel's own. */
static void evolve_reference_case(const test_case *test) {
  whirl_dispatcher *d = dispatcher_of_kernel(test->kernel, 0, reference_case_timestep);
  const whirl_particles p = reference_case_new();
  assert_int_equal(whirl_evolve(d, p, reference_case_dt), WHIRL_OK);
  reference_case_check(p, whirl_kernel_answers(test->kernel));
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, the dispatcher runs another kernel, or another number of threads, than it was
 * told. */
static void is_chosen(const test_case *test) {
  whirl_dispatcher *d = dispatcher_of_kernel(test->kernel, 0, 1e-5);
  whirl_choice choice;
  assert_int_equal(whirl_choose(d, 1000000, 1000, &choice), WHIRL_OK);
  assert_ptr_equal(choice.kernel->evolve, test->kernel->evolve);
  const unsigned threads = test->kernel->threaded ? whirl_dispatcher_machine(d)->max_threads : 1;
  assert_int_equal(choice.threads, threads);
  const int limit = (int)whirl_dispatcher_machine(d)->thread_limit;
  whirl_dispatcher_destroy(d);
  d = dispatcher_of_kernel(test->kernel, limit, 1e-5);
  assert_int_equal(whirl_choose(d, 1000000, 1000, &choice), WHIRL_OK);
  assert_ptr_equal(choice.kernel->evolve, test->kernel->evolve);
  assert_int_equal(choice.threads, limit);
  whirl_dispatcher_destroy(d);
}

/* Every way of cutting n over the threads, at an address that the random offset misaligns, between
 * guard pages. */
static void compare_on_threads(const test_case *test, const whirl_dispatcher *d, size_t n,
                               uint64_t steps, int threads, guarded_particles *g,
                               random_numbers *random) {
  const whirl_particles start = particles_new(n);
  population_mix(start, 1e-5, random);
  const whirl_particles expected = particles_clone(start);
  particles_evolve(test->kernel, expected, 1e-5, steps);
  const size_t offset = random_below(random, 9);
  const guard_side side = random_below(random, 2) ? GUARD_BEFORE : GUARD_AFTER;
  guarded_place(g, start, side, offset, offset, offset);
  const whirl_status status = whirl_evolve_steps(d, g->p, steps);
  if (status != WHIRL_OK) fail_msg("whirl_evolve_steps: %s", whirl_status_string(status));
  assert_particles_equal(g->p, expected, "n = %zu, %llu steps, %d threads", n,
                         (unsigned long long)steps, threads);
  assert_undamaged(g, "%llu steps, %d threads", (unsigned long long)steps, threads);
  particles_delete(expected);
  particles_delete(start);
}

/* If this fails, results depend on the number of threads, or threads leave out particles, move them
 * twice or write past the range. */
static void threads(const test_case *test) {
  random_numbers random = random_start(test);
  enum { LONGEST = 4000 };
  guarded_particles g = guarded_new(LONGEST + 16);
  const int counts[] = {1, 2, 3, 0};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    whirl_options options = default_options();
    options.kernel = test->kernel->name;
    options.method = whirl_kernel_answers(test->kernel);
    options.threads = counts[c];
    whirl_dispatcher *d = dispatcher_on_threads(&options);
    for (size_t n = 0; n <= 2 * (size_t)test->kernel->lanes + 1; n++)
      compare_on_threads(test, d, n, 1 + n % 3, counts[c], &g, &random);
    for (int round = 0; round < 40; round++)
      compare_on_threads(test, d, random_below(&random, LONGEST), random_below(&random, 12),
                         counts[c], &g, &random);
    whirl_dispatcher_destroy(d);
  }
  guarded_delete(&g);
}

/* If this fails, calling the library changes how the rest of the program computes or where it runs.
 */
static void leaves_surroundings(const test_case *test) {
  random_numbers random = random_start(test);
  const whirl_particles p = particles_new(5000);
  population_mix(p, 1e-5, &random);
  whirl_options options = default_options();
  options.kernel = test->kernel->name;
  options.method = whirl_kernel_answers(test->kernel);
  options.threads = test->kernel->threaded ? 3 : 0;
  for (int disturbed = 0; disturbed < 2; disturbed++) {
    for (int pin = 0; pin < 2; pin++) {
      options.pin = pin;
      surroundings *before = NULL;
      if (disturbed) surroundings_disturb();
      before = surroundings_take();
      whirl_dispatcher *d = dispatcher_on_threads(&options);
      whirl_evolve(d, p, 0.00025);
      particles_evolve(test->kernel, p, 1e-5, 3);
      whirl_dispatcher_destroy(d);
      assert_same_surroundings(before);
    }
  }
  particles_delete(p);
}

static bool needs_features(const whirl_kernel *kernel) {
  return kernel->features != 0;
}

/* A machine without any feature, which only the library's inner function can be told of. If this
 * fails, a program that asks for a kernel dies of an illegal instruction, or silently runs another
 * one, or isn't told what is missing. */
static void is_refused_without_features(const test_case *test) {
  log_record record = {0};
  const whirl_logger logger = {.function = log_into_record, .context = &record};
  const whirl_environment environment = {0};
  whirl_options options = default_options();
  options.kernel = test->kernel->name;
  options.method = whirl_kernel_answers(test->kernel);
  whirl_settings settings;
  assert_int_equal(whirl_settings_resolve(&options, &environment, 0, &logger, &settings),
                   WHIRL_ERROR_UNSUPPORTED_KERNEL);
  assert_true(log_holds(&record, WHIRL_LOG_ERROR, test->kernel->name));
  for (uint64_t bit = 1; bit; bit <<= 1)
    if (test->kernel->features & bit)
      assert_true(log_holds(&record, WHIRL_LOG_ERROR, whirl_feature_name((whirl_feature)bit)));
}

static const test_property properties[] = {
    {"evolve_reference_case", evolve_reference_case, NULL},
    {"is_chosen", is_chosen, NULL},
    {"is_refused_without_features", is_refused_without_features, needs_features},
    {"threads", threads, NULL},
    {"leaves_surroundings", leaves_surroundings, NULL},
};

const test_property_list dispatcher_properties = {properties,
                                                  sizeof properties / sizeof *properties};
