/* The analytic kernel as one writes it around another library's sine and cosine: the angle in
 * double, a rotation, once for each instruction set. Included by a peer that defines, after
 * WHIRL_SIMD_HEADER,
 *   void sine_and_cosine(vec angle, vec *sine, vec *cosine); */
#ifndef WHIRL_BENCH_PEERS_ROTATE_H
#define WHIRL_BENCH_PEERS_ROTATE_H

static inline void rotate(vec *x, vec *y, vec ang_vel, vec time) {
  const vec r = vec_sqrt(vec_fma(*x, *x, vec_mul(*y, *y)));
  vec sine, cosine;
  sine_and_cosine(vec_div(vec_mul(ang_vel, time), r), &sine, &cosine);
  const vec turned_x = vec_fms(*x, cosine, vec_mul(*y, sine));
  *y = vec_fma(*y, cosine, vec_mul(*x, sine));
  *x = turned_x;
}

void WHIRL_KERNEL_FUNCTION(double *restrict x, double *restrict y, const double *restrict ang_vel,
                           size_t n, double timestep, uint64_t steps) {
  const vec time = vec_set(timestep * (double)steps);
  size_t i = 0;
  for (; n - i >= VEC_LANES; i += VEC_LANES) {
    vec new_x = vec_load(x + i), new_y = vec_load(y + i);
    rotate(&new_x, &new_y, vec_load(ang_vel + i), time);
    vec_store(x + i, new_x);
    vec_store(y + i, new_y);
  }
  if (i == n) return;
  const vec_mask tail = vec_mask_first(n - i);
  vec new_x = vec_load_masked(x + i, tail), new_y = vec_load_masked(y + i, tail);
  rotate(&new_x, &new_y, vec_load_masked(ang_vel + i, tail), time);
  vec_store_masked(x + i, new_x, tail);
  vec_store_masked(y + i, new_y, tail);
}

#ifdef __FMA__
#define UNFUSED_ADDITIONS 0
#else
#define UNFUSED_ADDITIONS 3
#endif

/* Seven multiplications, three of them with an addition, a square root, a division. Sine and cosine
 * count as one operation each, and what is in them is not demanded. Errors as of `analytic`: r,
 * time, arc and quotient round; sine and cosine are within `ulps` units in the last place. */
#define DESCRIBE_ROTATION(about, ulps)                                                             \
  WHIRL_DESCRIBE_KERNEL(.summary = about, .method = WHIRL_KERNEL_ANALYTIC,                         \
                        .numeric_class = WHIRL_BOUNDED,                                            \
                        .error_bound = {.constant = 13 + 1.5 * ((ulps)-1), .per_radian = 6},       \
                        .lanes = VEC_LANES, .flops = {.per_particle = 14},                         \
                        .bytes = {.per_particle = 40},                                             \
                        .demand = {.multiplies = {.per_particle = 7},                              \
                                   .additions = {.per_particle = UNFUSED_ADDITIONS},               \
                                   .divides = {.per_particle = 1},                                 \
                                   .square_roots = {.per_particle = 1}},                           \
                        .cost = {.fixed = 10, .per_particle = 5, .particles_at_once = VEC_LANES})

#endif
