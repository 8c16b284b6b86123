/* How a closed form walks over its particles: as a pipeline of five stages, each at work on another
 * vector, so that within the reach of out-of-order execution there is always a vector whose
 * operands are ready, and the divider is never waited for. Latencies, not operations, would bound
 * the loop otherwise: a particle's own chain is some 130 cycles long.
 *
 * Included last by a kernel that defines, by these names,
 *   typedef ... call;    what is the same for all particles
 *   typedef ... radii;   what is known of a vector between the square root and the angle
 *   typedef ... turn;    how far a vector turns and stretches
 *   radii roots_of(vec x, vec y, vec ang_vel, const call *c);   square roots
 *   void invert(radii *of);                                     divisions
 *   turn turn_of(const radii *of, vec ang_vel, const call *c);  angle; has the member rest
 *   void apply_turn(vec *x, vec *y, const turn *by, const half_rotation *half);
 *   int is_rare(const turn *by);   whether a lane needs what the stages don't do
 *   void move_rare(vec *x, vec *y, vec ang_vel, const call *c);   what any lane needs; not inlined
 * A lane's result depends on its own data alone: move_rare gives the others what the stages give.
 */
#ifndef WHIRL_KERNELS_SIMD_PIPELINE_H
#define WHIRL_KERNELS_SIMD_PIPELINE_H

/* One vector through all stages. */
SIMD_INLINE void pipeline_move(vec *x, vec *y, vec ang_vel, const call *c) {
  const vec old_x = *x, old_y = *y;
  radii of = roots_of(*x, *y, ang_vel, c);
  invert(&of);
  const turn by = turn_of(&of, ang_vel, c);
  const half_rotation half = begin_rotation(by.rest);
  apply_turn(x, y, &by, &half);
  if (__builtin_expect(is_rare(&by), 0)) {
    *x = old_x;
    *y = old_y;
    move_rare(x, y, ang_vel, c);
  }
}

/* Fewer particles than a vector's. The idle lanes follow the first particle. */
static void pipeline_move_tail(double *x, double *y, const double *ang_vel, size_t n,
                               const call *c) {
  const vec_mask tail = vec_mask_first(n);
  vec tail_x = vec_select(tail, vec_load_masked(x, tail), vec_set(x[0]));
  vec tail_y = vec_select(tail, vec_load_masked(y, tail), vec_set(y[0]));
  const vec tail_ang_vel = vec_select(tail, vec_load_masked(ang_vel, tail), vec_set(ang_vel[0]));
  pipeline_move(&tail_x, &tail_y, tail_ang_vel, c);
  vec_store_masked(x, tail_x, tail);
  vec_store_masked(y, tail_y, tail);
}

SIMD_INLINE radii pipeline_roots(const double *x, const double *y, const double *ang_vel, size_t at,
                                 const call *c) {
  return roots_of(vec_load(x + at), vec_load(y + at), vec_load(ang_vel + at), c);
}

#define pipeline_evolve WHIRL_KERNEL_PART(pipeline)
static void pipeline_evolve(double *restrict x, double *restrict y, const double *restrict ang_vel,
                            size_t n, const call *c) {
  const size_t tail = n % VEC_LANES, end = n - tail;
  if (tail > 0) pipeline_move_tail(x + end, y + end, ang_vel + end, tail, c);
  enum { FILL = 4 * VEC_LANES }; /* particles that are under way when the first is done */
  if (end < FILL) {
    for (size_t at = 0; at < end; at += VEC_LANES) {
      vec new_x = vec_load(x + at), new_y = vec_load(y + at);
      pipeline_move(&new_x, &new_y, vec_load(ang_vel + at), c);
      vec_store(x + at, new_x);
      vec_store(y + at, new_y);
    }
    return;
  }

  radii inverted = pipeline_roots(x, y, ang_vel, 0, c);
  invert(&inverted);
  turn begun = turn_of(&inverted, vec_load(ang_vel), c);
  half_rotation half = begin_rotation(begun.rest);
  inverted = pipeline_roots(x, y, ang_vel, VEC_LANES, c);
  invert(&inverted);
  turn turned = turn_of(&inverted, vec_load(ang_vel + VEC_LANES), c);
  inverted = pipeline_roots(x, y, ang_vel, 2 * VEC_LANES, c);
  invert(&inverted);
  radii rooted = pipeline_roots(x, y, ang_vel, 3 * VEC_LANES, c);

  /* Past the end, stages do the last vector once more, to no effect. */
  const size_t last = end - VEC_LANES;
  for (size_t at = 0; at < end; at += VEC_LANES) {
    vec new_x = vec_load(x + at), new_y = vec_load(y + at);
    const turn by = begun;
    apply_turn(&new_x, &new_y, &by, &half);
    begun = turned;
    half = begin_rotation(begun.rest);
    const size_t turning = at + 2 * VEC_LANES < end ? at + 2 * VEC_LANES : last;
    turned = turn_of(&inverted, vec_load(ang_vel + turning), c);
    inverted = rooted;
    invert(&inverted);
    rooted = pipeline_roots(x, y, ang_vel, at + FILL < end ? at + FILL : last, c);
    if (__builtin_expect(is_rare(&by), 0)) {
      new_x = vec_load(x + at);
      new_y = vec_load(y + at);
      move_rare(&new_x, &new_y, vec_load(ang_vel + at), c);
    }
    vec_store(x + at, new_x);
    vec_store(y + at, new_y);
  }
}

#endif
