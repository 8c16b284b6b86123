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
/* Bits of leaf 1's ECX and leaf 7's EBX, for the sets that these don't have. */
static const uint32_t leaf1_fma = UINT32_C(1) << 12, leaf1_osxsave = UINT32_C(1) << 27,
                      leaf1_avx = UINT32_C(1) << 28;
static const uint32_t leaf7_avx2 = 1 << 5, leaf7_avx512f = 1 << 16;

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

/* CPUs that have one of a kernel's features without another. */
static void incomplete_cpus(const test_case *test) {
  (void)test;
  /* Sandy Bridge: AVX, and neither AVX2 nor FMA. */
  expect_features((whirl_cpuid){leaf1_osxsave | leaf1_avx, 0, 0x7}, 0, 0);
  /* Piledriver has FMA without AVX2; a VIA Isaiah of 2014 has AVX2 without FMA. */
  expect_features((whirl_cpuid){leaf1_osxsave | leaf1_avx | leaf1_fma, 0, 0x7}, WHIRL_FEATURE_FMA,
                  WHIRL_FEATURE_FMA);
  expect_features((whirl_cpuid){leaf1_osxsave | leaf1_avx, leaf7_avx2, 0x7}, WHIRL_FEATURE_AVX2,
                  WHIRL_FEATURE_AVX2);
  /* Knights Landing: AVX-512F without DQ and VL. */
  const uint64_t knl = avx2 | WHIRL_FEATURE_AVX512F;
  expect_features((whirl_cpuid){xeon_leaf1, leaf7_avx2 | leaf7_avx512f, 0xe7}, knl, knl);
  /* Emulators can be told to hide AVX alone, and what builds on it is not there either. */
  expect_features((whirl_cpuid){xeon_leaf1 & ~leaf1_avx, xeon_leaf7, 0xe7}, 0, 0);
}

static void arm(const test_case *test) {
  (void)test;
  /* AT_HWCAP of a Cortex-A72, of a Neoverse N1, of that with SVE, and of a core without vectors. */
  assert_int_equal(whirl_hwcap_decode(0xff), WHIRL_FEATURE_NEON);
  assert_int_equal(whirl_hwcap_decode(0x10119fff), WHIRL_FEATURE_NEON);
  assert_int_equal(whirl_hwcap_decode(0x10519fff), WHIRL_FEATURE_NEON | WHIRL_FEATURE_SVE);
  assert_int_equal(whirl_hwcap_decode(0), 0);
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
  suite_add(suite, "cpu", "incomplete_cpus", incomplete_cpus, NULL, NULL);
  suite_add(suite, "cpu", "arm", arm, NULL, NULL);
  suite_add(suite, "cpu", "hidden_by_operating_system", hidden_by_operating_system, NULL, NULL);
}
