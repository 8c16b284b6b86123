/* What the library makes of the registers of CPUID and XGETBV. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <whirl/kernel.h>

#include "../../src/cpu.h"
#include "cases.h"

static const uint64_t avx2 = WHIRL_FEATURE_AVX2 | WHIRL_FEATURE_FMA;
static const uint64_t avx512 =
    WHIRL_FEATURE_AVX512F | WHIRL_FEATURE_AVX512DQ | WHIRL_FEATURE_AVX512VL;

/* Leaf 1 ECX and leaf 7 EBX of CPUs of each kind, read from an Intel Xeon of 2021 and from QEMU. */
static const uint32_t xeon_leaf1 = 0x7ffafbff, xeon_leaf7 = 0xf1bf07ab;
static const uint32_t haswell_leaf7 = 0x000027ab;
static const uint32_t nehalem_leaf1 = 0x80982201;

static void expect_features(whirl_cpuid cpuid, uint64_t expected, uint64_t expected_usable) {
  uint64_t features = UINT64_MAX, usable = UINT64_MAX;
  whirl_cpuid_decode(&cpuid, &features, &usable);
  assert_int_equal(features, expected);
  assert_int_equal(usable, expected_usable);
}

static void cpus(const test_case *test) {
  (void)test;
  expect_features((whirl_cpuid){0}, 0, 0);
  expect_features((whirl_cpuid){nehalem_leaf1, 0, 0}, 0, 0);
  expect_features((whirl_cpuid){xeon_leaf1, haswell_leaf7, 0x7}, avx2, avx2);
  expect_features((whirl_cpuid){xeon_leaf1, xeon_leaf7, 0xe7}, avx2 | avx512, avx2 | avx512);
}

/* What the CPU has counts only where the operating system saves the registers. */
static void hidden_by_operating_system(const test_case *test) {
  (void)test;
  expect_features((whirl_cpuid){xeon_leaf1, xeon_leaf7, 0x07}, avx2 | avx512, avx2);
  expect_features((whirl_cpuid){xeon_leaf1, xeon_leaf7, 0x67}, avx2 | avx512, avx2);
  expect_features((whirl_cpuid){xeon_leaf1, xeon_leaf7, 0x03}, avx2 | avx512, 0);
  const uint32_t no_osxsave = xeon_leaf1 & ~(UINT32_C(1) << 27);
  expect_features((whirl_cpuid){no_osxsave, xeon_leaf7, 0xe7}, avx2 | avx512, 0);
}

void add_cpu_cases(test_suite *suite) {
  suite_add(suite, "cpu", "features", cpus, NULL, NULL);
  suite_add(suite, "cpu", "hidden_by_operating_system", hidden_by_operating_system, NULL, NULL);
}
