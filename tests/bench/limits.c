/* Which of the machine's limits binds a kernel, of limits and kernels that are known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../bench/cases.h"
#include "../../bench/peers/peers.h"
#include "cases.h"

static const limit_rates rates = {.multiplies = 100,
                                  .mixed = 160,
                                  .divides = 10,
                                  .square_roots = 5,
                                  .chained_steps = 2,
                                  .bytes = 1000,
                                  .level = LIMIT_L2};

static void assert_bound(limit_bound bound, limit_kind kind, const char *name, double seconds) {
  assert_int_equal(bound.kind, kind);
  assert_string_equal(bound.name, name);
  assert_true(fabs(bound.seconds - seconds) <= 1e-12 * seconds);
}

/* If this fails, the table names a limit that does not bind, or a share of something else. */
static void slowest_binds(const test_case *test) {
  (void)test;
  whirl_kernel k = {.demand = {.multiplies = {.per_particle = 100, .per_particle_step = 30},
                               .divides = {.per_particle_step = 1},
                               .square_roots = {.per_particle_step = 0.5}},
                    .bytes = {.per_particle = 40}};
  /* 3 particles, 10 steps: 1200 multiplications; 30 divisions and 15 roots, 3 s each; 120 bytes. */
  assert_bound(limit_bound_of(&k, 3, 10, &rates), LIMIT_FMA, "FMA", 12);
  /* 900 additions more take units that the multiplications would have. */
  k.demand.additions = (whirl_work){.per_particle_step = 30};
  assert_bound(limit_bound_of(&k, 3, 10, &rates), LIMIT_FMA, "FMA", 2100 / 160.);
  k.demand.additions.per_particle_step = 10;
  assert_bound(limit_bound_of(&k, 3, 10, &rates), LIMIT_FMA, "FMA", 12);
  k.demand.divides.per_particle_step = 4;
  assert_bound(limit_bound_of(&k, 3, 10, &rates), LIMIT_DIVIDER, "divider", 15);
  k.bytes.per_particle_step = 1000;
  assert_bound(limit_bound_of(&k, 3, 10, &rates), LIMIT_STREAMS, "L2", 30.12);
  /* The first steps of each particle overlap with those of the one before. */
  k.bytes.per_particle_step = 0;
  k.demand.chained_steps = (whirl_work){.per_particle = -8, .per_particle_step = 10};
  assert_bound(limit_bound_of(&k, 100, 100, &rates), LIMIT_LATENCY, "latency", 49600);
  k.demand.chained_steps.per_particle = -1e4;
  assert_int_equal(limit_bound_of(&k, 100, 100, &rates).kind, LIMIT_DIVIDER);
  assert_int_equal(limit_bound_of(&k, 3, 0, &rates).kind, LIMIT_NONE);

  bench_case row = {.bound = {LIMIT_FMA, 12, "FMA"}, .time = {.median = 48, .count = 1}};
  assert_true(cases_share(&row) == 0.25);
  row.time.count = 0;
  assert_true(isnan(cases_share(&row)));
}

static const whirl_machine machine = {
    .l1_data_bytes = 48000, .l2_bytes = 960000, .l3_bytes = 48000000};

/* If this fails, a row says that its particles come from elsewhere than they do. */
static void levels_by_size_and_rate(const test_case *test) {
  (void)test;
  const double level_bytes[] = {1000, 500, 100, 25};
  assert_int_equal(limit_level_of(&machine, 2000, 1, 900, level_bytes), LIMIT_L1);
  assert_int_equal(limit_level_of(&machine, 2001, 1, 900, level_bytes), LIMIT_L2);
  assert_int_equal(limit_level_of(&machine, 4000, 2, 900, level_bytes), LIMIT_L1);
  assert_int_equal(limit_level_of(&machine, 40000, 1, 900, level_bytes), LIMIT_L2);
  /* It fits into what is said to be the last level; whether it is there, the rate tells. */
  assert_int_equal(limit_level_of(&machine, 40001, 1, 90, level_bytes), LIMIT_L3);
  assert_int_equal(limit_level_of(&machine, 40001, 1, 51, level_bytes), LIMIT_L3);
  assert_int_equal(limit_level_of(&machine, 40001, 1, 49, level_bytes), LIMIT_MEMORY);
  assert_int_equal(limit_level_of(&machine, 900000000, 1, 20, level_bytes), LIMIT_MEMORY);
  const double no_last_level[] = {1000, 500, 0, 25};
  assert_int_equal(limit_level_of(&machine, 40001, 1, 90, no_last_level), LIMIT_MEMORY);
  const whirl_machine unknown = {0};
  assert_int_equal(limit_level_of(&unknown, 10, 1, 900, no_last_level), LIMIT_MEMORY);
}

static double bytes_of(limit_level level, const whirl_machine *m, unsigned threads,
                       double available) {
  return 24. * (double)limit_level_particles(m, level, threads, available);
}

/* If this fails, the rate of a level is that of another one, or measuring it takes the memory that
 * others need. */
static void levels_are_filled(const test_case *test) {
  (void)test;
  for (unsigned threads = 1; threads <= 4; threads *= 2) {
    const double l1 = bytes_of(LIMIT_L1, &machine, threads, INFINITY);
    const double l2 = bytes_of(LIMIT_L2, &machine, threads, INFINITY);
    const double l3 = bytes_of(LIMIT_L3, &machine, threads, INFINITY);
    const double memory = bytes_of(LIMIT_MEMORY, &machine, threads, INFINITY);
    assert_true(0 < l1 && l1 < 48000);
    assert_true(2 * 48000 < l2 && l2 < 960000);
    assert_true(1.9 * 960000 < l3 && l3 * threads < 48e6 / 2);
    assert_true(3.9 * 48e6 < memory * threads && memory * threads < 5 * 48e6);
    assert_true(bytes_of(LIMIT_MEMORY, &machine, threads, 1e6) * threads <= 1e6);
  }
  whirl_machine odd = {.l1_data_bytes = 48000, .l3_bytes = (uint64_t)100e9};
  assert_int_equal(limit_level_particles(&odd, LIMIT_L2, 1, INFINITY), 0);
  assert_true(bytes_of(LIMIT_MEMORY, &odd, 2, INFINITY) * 2 < 1e9);
  odd.l3_bytes = 0;
  assert_int_equal(limit_level_particles(&odd, LIMIT_L3, 1, INFINITY), 0);
  assert_true(bytes_of(LIMIT_MEMORY, &odd, 1, INFINITY) > 6e7);
}

static void check_descriptor(const whirl_kernel *kernel) {
  const uint64_t steps = 1000;
  const whirl_demand *demand = &kernel->demand;
  const double fused = limit_amount(demand->multiplies, 1, steps);
  const double all = fused + limit_amount(demand->additions, 1, steps) +
                     limit_amount(demand->divides, 1, steps) +
                     limit_amount(demand->square_roots, 1, steps);
  const double flops = limit_amount(kernel->flops, 1, steps);
  if (!(0 < all && all <= flops && flops <= all + fused))
    fail_msg("%s: %g multiplications, additions, divisions and roots for %g operations, of which a "
             "fused one is two",
             kernel->name, all, flops);
}

/* If this fails, a kernel is said to do more than it does, and would beat its limit, or none. */
static void descriptors_agree(const test_case *test) {
  (void)test;
  for (size_t i = 0; i < whirl_kernel_count(); i++) check_descriptor(whirl_kernel_at(i));
  for (size_t i = 0; i < peers_count; i++) check_descriptor(peers[i]);
}

/* If this fails, limits are measured anew for every row, or are those of another instruction set or
 * number of threads. */
static void measured_once(const test_case *test) {
  (void)test;
  whirl_dispatcher *d;
  assert_int_equal(whirl_dispatcher_create(&d, NULL), WHIRL_OK);
  limits *l = limits_create(whirl_dispatcher_machine(d), 256e6);
  assert_null(limits_at(l, 0));
  const machine_limits first = *limits_of(l, 1);
  assert_int_equal(first.threads, 1);
  assert_int_equal(limits_of(l, 2)->threads, 2);
  assert_int_equal(limits_at(l, 1)->threads, 2);
  assert_null(limits_at(l, 2));
  assert_true(limits_of(l, 1)->chained_steps == first.chained_steps);
  size_t isa_count = 0;
  for (const limit_probe *isa; (isa = limits_isa(l, isa_count)); isa_count++) {
    const double *rate = first.operations[isa_count];
    for (int operation = 0; operation < LIMIT_OPERATIONS; operation++)
      assert_true(rate[operation] > 0 && isfinite(rate[operation]));
    assert_true(limits_rates(l, isa->isa, 10, 1, 1e9).divides == rate[LIMIT_DIVIDE]);
  }
  const double widest = first.operations[isa_count - 1][LIMIT_MULTIPLY];
  assert_true(limits_rates(l, "none of them", 10, 1, 1e9).multiplies == widest);
  limits_improve(l, true);
  assert_true(limits_of(l, 1)->operations[0][LIMIT_DIVIDE] >= first.operations[0][LIMIT_DIVIDE]);
  limits_destroy(l);
  whirl_dispatcher_destroy(d);
}

void add_limits_cases(test_suite *suite) {
  suite_add(suite, "limits", "slowest_binds", slowest_binds, NULL, NULL);
  suite_add(suite, "limits", "levels_by_size_and_rate", levels_by_size_and_rate, NULL, NULL);
  suite_add(suite, "limits", "levels_are_filled", levels_are_filled, NULL, NULL);
  suite_add(suite, "limits", "descriptors_agree", descriptors_agree, NULL, NULL);
  suite_add(suite, "limits", "measured_once", measured_once, NULL, NULL);
}
