/* What must be compiled into its caller for a kernel to be fast, and what must not. */
#ifndef WHIRL_KERNELS_SIMD_INLINE_H
#define WHIRL_KERNELS_SIMD_INLINE_H

#define SIMD_INLINE static inline __attribute__((always_inline))
/* For what is rarely needed: inlined, it would take registers from the loop around it. */
#define SIMD_OUTLINE __attribute__((noinline, cold))

#endif
