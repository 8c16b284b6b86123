/* What the CPU has and what the operating system lets programs use of it. */
#ifndef WHIRL_SRC_CPU_H
#define WHIRL_SRC_CPU_H

#include <stdint.h>

typedef struct whirl_cpu {
  char name[64];
  uint32_t signature;       /* of CPUID's leaf 1 */
  uint64_t features;        /* whirl_feature bits that the CPU has */
  uint64_t usable_features; /* those whose registers the operating system saves as well */
} whirl_cpu;

/* What the x86 instructions CPUID and XGETBV give: the registers that features are read from. */
typedef struct whirl_cpuid {
  uint32_t leaf1_ecx;
  uint32_t leaf7_ebx;
  uint64_t xcr0; /* 0 where the operating system does not enable XGETBV */
} whirl_cpuid;

/* Pure: the features in a set of registers. Source: Intel SDM volume 1, sections 14.3 and 15.2. */
void whirl_cpuid_decode(const whirl_cpuid *cpuid, uint64_t *features, uint64_t *usable_features);

/* Pure: the features in what Linux on 64-bit Arm gives for AT_HWCAP, which lists only what programs
 * may use. Source: the kernel's Documentation/arch/arm64/elf_hwcaps. */
uint64_t whirl_hwcap_decode(uint64_t hwcap);

void whirl_cpu_detect(whirl_cpu *cpu);

#endif
