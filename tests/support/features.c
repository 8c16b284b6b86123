#include "features.h"

#include <stdio.h>
#include <string.h>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

uint64_t features_here(void) {
  uint64_t features = 0;
#if defined(__x86_64__)
  /* These look at XCR0 too. */
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) features |= WHIRL_FEATURE_AVX2;
  if (__builtin_cpu_supports("fma")) features |= WHIRL_FEATURE_FMA;
  if (__builtin_cpu_supports("avx512f")) features |= WHIRL_FEATURE_AVX512F;
  if (__builtin_cpu_supports("avx512dq")) features |= WHIRL_FEATURE_AVX512DQ;
  if (__builtin_cpu_supports("avx512vl")) features |= WHIRL_FEATURE_AVX512VL;
#elif defined(__aarch64__)
  const unsigned long capabilities = getauxval(AT_HWCAP);
  if (capabilities & (1ul << 1)) features |= WHIRL_FEATURE_NEON; /* HWCAP_ASIMD */
  if (capabilities & (1ul << 22)) features |= WHIRL_FEATURE_SVE; /* HWCAP_SVE */
#endif
  return features;
}

uint64_t features_missing(const whirl_kernel *kernel, char *text, size_t size) {
  const uint64_t missing = kernel->features & ~features_here();
  size_t length = 0;
  text[0] = '\0';
  for (int bit = 0; bit < 64 && length < size; bit++) {
    if (!(missing >> bit & 1)) continue;
    const char *name = whirl_feature_name((whirl_feature)(1 << bit));
    length += (size_t)snprintf(text + length, size - length, "%s%s", length ? ", " : "",
                               name ? name : "an unnamed feature");
  }
  return missing;
}
