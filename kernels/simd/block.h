/* How a SIMD kernel walks over its particles: blocks of several vectors, so that their latencies
 * overlap, and a tail that runs the same vector operations with the lanes past the end masked off.
 * A kernel defines BLOCK_VECTORS, the vectors in flight, before it includes this after
 * WHIRL_SIMD_HEADER. */
#ifndef WHIRL_KERNELS_SIMD_BLOCK_H
#define WHIRL_KERNELS_SIMD_BLOCK_H

#include "inline.h"

enum { BLOCK_LANES = BLOCK_VECTORS * VEC_LANES };

/* Advances BLOCK_VECTORS vectors of particles in place. Lanes past the end hold zeros. */
typedef void block_function(vec *x, vec *y, const vec *ang_vel, double timestep, uint64_t steps);

/* Calls advance, which must be SIMD_INLINE so that it is compiled into the loop, for all
 * particles. */
SIMD_INLINE void block_evolve(double *restrict x, double *restrict y,
                              const double *restrict ang_vel, size_t n, double timestep,
                              uint64_t steps, block_function *advance) {
  vec block_x[BLOCK_VECTORS], block_y[BLOCK_VECTORS], block_ang_vel[BLOCK_VECTORS];
  size_t i = 0;
  for (; n - i >= BLOCK_LANES; i += BLOCK_LANES) {
#pragma GCC unroll 16
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      const size_t at = i + (size_t)v * VEC_LANES;
      block_x[v] = vec_load(x + at);
      block_y[v] = vec_load(y + at);
      block_ang_vel[v] = vec_load(ang_vel + at);
    }
    advance(block_x, block_y, block_ang_vel, timestep, steps);
#pragma GCC unroll 16
    for (int v = 0; v < BLOCK_VECTORS; v++) {
      const size_t at = i + (size_t)v * VEC_LANES;
      vec_store(x + at, block_x[v]);
      vec_store(y + at, block_y[v]);
    }
  }
  if (i == n) return;

  size_t at[BLOCK_VECTORS];
  vec_mask tail[BLOCK_VECTORS];
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    at[v] = i + (size_t)v * VEC_LANES;
    if (at[v] > n) at[v] = n;
    tail[v] = vec_mask_first(n - at[v] < VEC_LANES ? n - at[v] : VEC_LANES);
    block_x[v] = vec_load_masked(x + at[v], tail[v]);
    block_y[v] = vec_load_masked(y + at[v], tail[v]);
    block_ang_vel[v] = vec_load_masked(ang_vel + at[v], tail[v]);
  }
  advance(block_x, block_y, block_ang_vel, timestep, steps);
#pragma GCC unroll 16
  for (int v = 0; v < BLOCK_VECTORS; v++) {
    vec_store_masked(x + at[v], block_x[v], tail[v]);
    vec_store_masked(y + at[v], block_y[v], tail[v]);
  }
}

#endif
