/* What the CPU has and what the operating system lets programs use of it. */
#include "cpu.h"

#include <string.h>

#include <whirl/kernel.h>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

enum { HWCAP_BIT_ASIMD = 1 << 1, HWCAP_BIT_SVE = 1 << 22 };

enum {
  LEAF1_ECX_FMA = 1 << 12,
  LEAF1_ECX_OSXSAVE = 1 << 27,
  LEAF1_ECX_AVX = 1 << 28,
  LEAF7_EBX_AVX2 = 1 << 5,
  LEAF7_EBX_AVX512F = 1 << 16,
  LEAF7_EBX_AVX512DQ = 1 << 17,
  XCR0_AVX = 0x06,   /* XMM and the upper halves of YMM */
  XCR0_AVX512 = 0xe6 /* and the mask registers, the upper halves of ZMM, ZMM16 to 31 */
};
#define LEAF7_EBX_AVX512VL (UINT32_C(1) << 31)

void whirl_cpuid_decode(const whirl_cpuid *cpuid, uint64_t *features, uint64_t *usable_features) {
  const uint64_t avx = WHIRL_FEATURE_AVX2 | WHIRL_FEATURE_FMA;
  const uint64_t avx512 = WHIRL_FEATURE_AVX512F | WHIRL_FEATURE_AVX512DQ | WHIRL_FEATURE_AVX512VL;
  uint64_t found = 0;
  if (cpuid->leaf1_ecx & LEAF1_ECX_AVX) {
    if (cpuid->leaf1_ecx & LEAF1_ECX_FMA) found |= WHIRL_FEATURE_FMA;
    if (cpuid->leaf7_ebx & LEAF7_EBX_AVX2) found |= WHIRL_FEATURE_AVX2;
    if (cpuid->leaf7_ebx & LEAF7_EBX_AVX512F) found |= WHIRL_FEATURE_AVX512F;
    if (cpuid->leaf7_ebx & LEAF7_EBX_AVX512DQ) found |= WHIRL_FEATURE_AVX512DQ;
    if (cpuid->leaf7_ebx & LEAF7_EBX_AVX512VL) found |= WHIRL_FEATURE_AVX512VL;
  }
  const uint64_t xcr0 = cpuid->leaf1_ecx & LEAF1_ECX_OSXSAVE ? cpuid->xcr0 : 0;
  uint64_t enabled = 0;
  if ((xcr0 & XCR0_AVX) == XCR0_AVX) enabled |= avx;
  if ((xcr0 & XCR0_AVX512) == XCR0_AVX512) enabled |= avx512;
  *features = found;
  *usable_features = found & enabled;
}

uint64_t whirl_hwcap_decode(uint64_t hwcap) {
  uint64_t found = 0;
  if (hwcap & HWCAP_BIT_ASIMD) found |= WHIRL_FEATURE_NEON;
  if (hwcap & HWCAP_BIT_SVE) found |= WHIRL_FEATURE_SVE;
  return found;
}

#if defined(__x86_64__)

static uint64_t read_xcr0(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

static void read_name(char name[64]) {
  uint32_t words[12] = {0};
  for (unsigned leaf = 0; leaf < 3; leaf++) {
    uint32_t *part = words + 4 * leaf;
    if (!__get_cpuid(0x80000002u + leaf, &part[0], &part[1], &part[2], &part[3])) return;
  }
  char brand[sizeof words + 1] = {0};
  memcpy(brand, words, sizeof words);
  const char *begin = brand + strspn(brand, " ");
  size_t length = strlen(begin);
  while (length > 0 && begin[length - 1] == ' ') length--;
  if (length == 0) return;
  memcpy(name, begin, length);
  name[length] = '\0';
}

void whirl_cpu_detect(whirl_cpu *cpu) {
  *cpu = (whirl_cpu){.name = "unknown"};
  read_name(cpu->name);
  whirl_cpuid cpuid = {0};
  uint32_t eax, ebx, ecx, edx;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx)) {
    cpu->signature = eax;
    cpuid.leaf1_ecx = ecx;
  }
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) cpuid.leaf7_ebx = ebx;
  if (cpuid.leaf1_ecx & LEAF1_ECX_OSXSAVE) cpuid.xcr0 = read_xcr0();
  whirl_cpuid_decode(&cpuid, &cpu->features, &cpu->usable_features);
}

#elif defined(__aarch64__)

void whirl_cpu_detect(whirl_cpu *cpu) {
  const uint64_t features = whirl_hwcap_decode(getauxval(AT_HWCAP));
  *cpu = (whirl_cpu){.name = "unknown", .features = features, .usable_features = features};
}

#else

void whirl_cpu_detect(whirl_cpu *cpu) {
  *cpu = (whirl_cpu){.name = "unknown"};
}

#endif
