/* AVX-512 intrinsics for a CPU that has AVX2: SIMDe's, and the few that it lacks. The kernels that
 * are compiled with this folder in front of the compiler's own headers are the same source text as
 * the library's, down to kernels/simd/avx512.h; what is tested is all but the compiler's encoding
 * of the instructions. */
#ifndef WHIRL_TESTS_EMULATED_IMMINTRIN_H
#define WHIRL_TESTS_EMULATED_IMMINTRIN_H

#include_next <immintrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/fma.h>

#ifndef SIMDE_X86_FMA_NATIVE
#error "without the CPU's FMA, SIMDe rounds a fused multiply-add twice"
#endif

static inline simde__m512d emulated_maskz_loadu_pd(simde__mmask8 mask, const double *from) {
  double lanes[8];
  for (int lane = 0; lane < 8; lane++) lanes[lane] = mask >> lane & 1 ? from[lane] : 0;
  return simde_mm512_loadu_pd(lanes);
}

static inline void emulated_mask_storeu_pd(double *to, simde__mmask8 mask, simde__m512d value) {
  double lanes[8];
  simde_mm512_storeu_pd(lanes, value);
  for (int lane = 0; lane < 8; lane++) {
    if (mask >> lane & 1) to[lane] = lanes[lane];
  }
}

static inline void emulated_stream_pd(double *to, simde__m512d value) {
  simde_mm512_store_pd(to, value);
}

static inline simde__m512i emulated_srai_epi64(simde__m512i value, unsigned count) {
  int64_t lanes[8];
  simde_mm512_storeu_si512(lanes, value);
  for (int lane = 0; lane < 8; lane++) lanes[lane] >>= count;
  return simde_mm512_loadu_si512(lanes);
}

#undef _mm512_maskz_loadu_pd
#define _mm512_maskz_loadu_pd emulated_maskz_loadu_pd
#undef _mm512_mask_storeu_pd
#define _mm512_mask_storeu_pd emulated_mask_storeu_pd
#undef _mm512_stream_pd
#define _mm512_stream_pd emulated_stream_pd
#undef _mm512_srai_epi64
#define _mm512_srai_epi64 emulated_srai_epi64

#endif
