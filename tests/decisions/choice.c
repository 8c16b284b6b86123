/* Which kernel and how many threads, on machines of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/choice.h"
#include "../support/dispatchers.h"
#include "cases.h"

static const uint64_t all_features = UINT64_MAX;

/* A chooser for a machine, from options and an environment; to be cleared. */
static whirl_chooser chooser_for(const whirl_options *options, whirl_environment environment,
                                 uint64_t features, unsigned max_threads) {
  const whirl_logger silent = {0};
  whirl_settings settings;
  whirl_chooser chooser;
  assert_int_equal(whirl_settings_resolve(options, &environment, features, &silent, &settings),
                   WHIRL_OK);
  const whirl_machine machine = {.features = features,
                                 .max_threads = max_threads,
                                 .thread_limit = max_threads,
                                 .usable_cores = max_threads,
                                 .performance_cores = max_threads,
                                 .usable_numa_nodes = 1,
                                 .l3_bytes = 32000000};
  assert_int_equal(whirl_chooser_init(&chooser, &settings, &machine, NULL), WHIRL_OK);
  return chooser;
}

static whirl_choice choose(const whirl_chooser *chooser, size_t n, uint64_t steps) {
  const whirl_decision decision = whirl_decide(chooser, n, steps);
  whirl_choice choice;
  whirl_explain(chooser, &decision, n, steps, &choice);
  assert_non_null(choice.kernel);
  assert_true(choice.reason[0] != '\0');
  assert_true(choice.threads == 1 || choice.kernel->threaded);
  return choice;
}

/* Whatever the machine, a choice runs there and gives the answer that was asked for. */
static void choices_fit(const test_case *test) {
  (void)test;
  const uint64_t machines[] = {0,
                               WHIRL_FEATURE_AVX2,
                               WHIRL_FEATURE_AVX2 | WHIRL_FEATURE_FMA,
                               WHIRL_FEATURE_NEON,
                               WHIRL_FEATURE_NEON | WHIRL_FEATURE_SVE,
                               all_features};
  const unsigned cores[] = {1, 2, 3, 128};
  const size_t sizes[] = {0, 1, 8, 63, 1000, 1000000, SIZE_MAX / 64};
  const uint64_t steps[] = {0, 1, 100, 10000, WHIRL_MAX_STEPS};
  for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
    for (int asked = 0; asked < 3; asked++) {
      whirl_options options = default_options();
      options.method = asked == 2 ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
      options.bitwise = asked == 1;
      for (size_t c = 0; c < sizeof cores / sizeof *cores; c++) {
        whirl_chooser chooser =
            chooser_for(&options, (whirl_environment){0}, machines[m], cores[c]);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
          for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            const whirl_choice choice = choose(&chooser, sizes[i], steps[k]);
            assert_int_equal(choice.kernel->features & ~machines[m], 0);
            assert_int_equal(whirl_kernel_answers(choice.kernel), options.method);
            if (options.bitwise) assert_int_equal(choice.kernel->numeric_class, WHIRL_BITWISE);
            assert_in_range(choice.threads, 1, cores[c]);
            if (choice.threads == 1) assert_int_equal(choice.grain, sizes[i]);
          }
        }
        whirl_chooser_clear(&chooser);
      }
    }
  }
}

/* One thread where there is little to do, all of them where there is plenty, never fewer for more.
 */
static void threads_grow_with_work(const test_case *test) {
  (void)test;
  const whirl_options options = default_options();
  whirl_chooser chooser = chooser_for(&options, (whirl_environment){0}, 0, 64);
  assert_int_equal(choose(&chooser, 8, 1).threads, 1);
  assert_int_equal(choose(&chooser, 10000000, 1000).threads, 64);
  unsigned before = 1;
  for (size_t n = 1; n < 100000000; n *= 2) {
    const unsigned threads = choose(&chooser, n, 100).threads;
    assert_true(threads >= before);
    before = threads;
  }
  whirl_chooser_clear(&chooser);
}

/* If this fails, a call for a few particles looks at each kernel's cost, which takes longer than
 * the work itself: also where one thread is set, as for ranks that have one core each. */
static void few_particles_are_planned(const test_case *test) {
  (void)test;
  const unsigned cores[] = {1, 64};
  for (size_t c = 0; c < sizeof cores / sizeof *cores; c++) {
    for (int threads = 0; threads < 2; threads++) {
      whirl_options options = default_options();
      options.bitwise = true;
      options.threads = threads;
      whirl_chooser chooser = chooser_for(&options, (whirl_environment){0}, all_features, cores[c]);
      assert_non_null(chooser.plans);
      /* With more particles than this more threads may be of use. */
      const size_t few = threads == 1 || cores[c] == 1 ? 64 : 8;
      for (size_t n = 1; n <= few; n++) {
        uint64_t last = 0;
        for (size_t i = 0; i < WHIRL_PLAN_PARTS && chooser.plans[n].parts[i].candidate; i++)
          last = chooser.plans[n].parts[i].last_step;
        assert_true(last == WHIRL_MAX_STEPS);
      }
      assert_int_equal(choose(&chooser, 500, WHIRL_MAX_STEPS).threads > 1,
                       threads == 0 && cores[c] > 1);
      whirl_chooser_clear(&chooser);
    }
  }
}

/* If this fails, pieces of work cut cache lines or a kernel's blocks in two, are so short that
 * taking them costs more than they do, or so long that a slow core keeps the others waiting. */
static void grain_fits(const test_case *test) {
  (void)test;
  const unsigned threads[] = {2, 3, 16, 128, 200};
  const size_t sizes[] = {1, 100, 1000, 54321, 1000000, 100000000};
  const uint64_t steps[] = {0, 1, 100, 10000, WHIRL_MAX_STEPS};
  for (size_t k = 0; k < whirl_kernel_count(); k++) {
    const whirl_kernel *kernel = whirl_kernel_at(k);
    if (!kernel->threaded) continue;
    const whirl_cost *cost = &kernel->cost;
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
      whirl_options options = default_options();
      options.kernel = kernel->name;
      options.method = whirl_kernel_answers(kernel);
      options.threads = (int)threads[t];
      whirl_chooser chooser = chooser_for(&options, (whirl_environment){0}, all_features, 256);
      for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
          const size_t grain = choose(&chooser, sizes[i], steps[s]).grain;
          const size_t own = sizes[i] / threads[t];
          const size_t block = (size_t)cost->particles_at_once, unit = 8 * block;
          assert_true(grain > 0);
          assert_int_equal(grain % 8, 0);
          assert_int_equal(grain % block, 0);
          const double ns = cost->per_particle + cost->per_particle_step * (double)steps[s];
          assert_true(grain >= own || (double)grain * ns >= 1000);
          assert_true(grain <= own / 16 + unit || (double)(grain - unit) * ns <= 1000);
        }
      }
      whirl_chooser_clear(&chooser);
    }
  }
}

static void named_kernel_and_threads(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  options.kernel = "naive";
  whirl_chooser chooser = chooser_for(&options, (whirl_environment){0}, all_features, 16);
  whirl_choice choice = choose(&chooser, 1000000, 100);
  assert_string_equal(choice.kernel->name, "naive");
  assert_int_equal(choice.threads, 1);
  assert_non_null(strstr(choice.reason, "options.kernel"));
  whirl_chooser_clear(&chooser);
  options.kernel = "naive-omp";
  chooser = chooser_for(&options, (whirl_environment){0}, all_features, 16);
  assert_int_equal(choose(&chooser, 1000000, 100).threads, 16);
  whirl_chooser_clear(&chooser);
  options.threads = 7;
  chooser = chooser_for(&options, (whirl_environment){0}, all_features, 16);
  assert_int_equal(choose(&chooser, 10, 1).threads, 7);
  whirl_chooser_clear(&chooser);
}

/* If this fails, a program that asks for more threads than it may use gets them, or isn't told why
 * it has fewer. */
static void threads_are_limited(const test_case *test) {
  (void)test;
  whirl_options options = default_options();
  options.threads = 7;
  whirl_chooser chooser = chooser_for(&options, (whirl_environment){0}, 0, 4);
  const whirl_choice choice = choose(&chooser, 1000000, 100);
  assert_int_equal(choice.threads, 4);
  assert_non_null(strstr(choice.reason, "options.threads asks for 7 threads"));
  whirl_chooser_clear(&chooser);
}

/* WHIRL_ISA_MAX=baseline takes every kernel away that needs more. */
static void isa_max(const test_case *test) {
  (void)test;
  const whirl_options options = default_options();
  whirl_chooser chooser =
      chooser_for(&options, (whirl_environment){.isa_max = "baseline"}, all_features, 4);
  for (size_t n = 1; n < 10000000; n *= 10)
    assert_string_equal(choose(&chooser, n, 100).kernel->isa, "baseline");
  whirl_chooser_clear(&chooser);
}

static double expected(const whirl_machine_cost *machine, const whirl_kernel_cost *cost, size_t n,
                       uint64_t steps, unsigned threads) {
  const whirl_load load = whirl_load_of(machine, n, steps, threads);
  return whirl_expected_ns(&load, cost);
}

/* If this fails, a child of fork() starts threads for work that is done before they are there. */
static void threads_started_anew(const test_case *test) {
  (void)test;
  const whirl_options options = default_options();
  whirl_chooser chooser = chooser_for(&options, (whirl_environment){0}, 0, 2);
  assert_int_equal(choose(&chooser, 500, 100).threads, 2);
  assert_int_equal(choose(&chooser, 1000, 100).threads, 2);
  whirl_machine_cost_start_anew(&chooser.machine);
  assert_int_equal(choose(&chooser, 500, 100).threads, 1);
  assert_int_equal(choose(&chooser, 1000, 100).threads, 1);
  assert_int_equal(choose(&chooser, 1000000, 100).threads, 2);
  whirl_chooser_clear(&chooser);
}

/* If this fails, the model doesn't know that memory is slower than a cache, or that more threads
 * than fill it are of no use. */
static void memory_bounds_threads(const test_case *test) {
  (void)test;
  const whirl_kernel *kernel = whirl_kernel_find("naive");
  const whirl_machine_cost machine = {.team = 2500,
                                      .thread = 500,
                                      .bytes_alone = 10,
                                      .bytes_in_all = 40,
                                      .cache_bytes = 24e6,
                                      .cores = 8};
  const whirl_kernel_cost cost = {
      .kernel = kernel, .linear = {.per_particle_step = 1, .particles_at_once = 1}, .smt_gain = 1};
  const double in_cache = expected(&machine, &cost, 900000, 10, 1);
  const double in_memory = expected(&machine, &cost, 1100000, 10, 1);
  assert_true(in_cache == 9e6); /* 1 ns for each particle-step */
  /* 40 bytes for each, at 10 bytes in a nanosecond, and a sixteenth of the arithmetic. */
  assert_true(in_memory == 44e6 + 11e6 / 16);
  const double four = expected(&machine, &cost, 1100000, 10, 4);
  const double eight = expected(&machine, &cost, 1100000, 10, 8);
  assert_true(four < in_memory / 3.9);
  assert_true(eight > 0.97 * four);
  /* Of eight nodes a process in one has the memory of one. */
  const whirl_machine all = {.numa_nodes = 8, .usable_numa_nodes = 8};
  const whirl_machine one = {.numa_nodes = 8, .usable_numa_nodes = 1};
  assert_true(whirl_machine_cost_built_in(&all).bytes_in_all ==
              8 * whirl_machine_cost_built_in(&one).bytes_in_all);
}

void add_choice_cases(test_suite *suite) {
  suite_add(suite, "choice", "choices_fit", choices_fit, NULL, NULL);
  suite_add(suite, "choice", "threads_grow_with_work", threads_grow_with_work, NULL, NULL);
  suite_add(suite, "choice", "few_particles_are_planned", few_particles_are_planned, NULL, NULL);
  suite_add(suite, "choice", "grain_fits", grain_fits, NULL, NULL);
  suite_add(suite, "choice", "named_kernel_and_threads", named_kernel_and_threads, NULL, NULL);
  suite_add(suite, "choice", "threads_are_limited", threads_are_limited, NULL, NULL);
  suite_add(suite, "choice", "threads_started_anew", threads_started_anew, NULL, NULL);
  suite_add(suite, "choice", "memory_bounds_threads", memory_bounds_threads, NULL, NULL);
  suite_add(suite, "choice", "isa_max", isa_max, NULL, NULL);
}
