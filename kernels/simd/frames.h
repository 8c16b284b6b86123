/* How a closed form makes many frames of the same particles: what all frames of a particle share,
 * its orbit, is computed once, and a frame from it with as little as possible. Orbits of a block of
 * particles stay in a near cache while all frames of the block are made. Within a frame vectors
 * are a pipeline as in pipeline.h, of four stages: the reorder buffer holds two vectors or three.
 *
 * Included last by a kernel that defines, by these names, beside what pipeline.h asks for,
 *   typedef ... orbit;   has the members x and y, where the particles start
 *   typedef ... leg;     what is known of a vector in one frame before its angle
 *   orbit begin_orbit(vec x, vec y, vec ang_vel, const call *c);
 *   int orbit_is_rare(const orbit *of, double most_steps);   whether a lane needs finish_rare
 *   leg begin_leg(const orbit *of, double steps);
 *   void invert_leg(leg *frame, const orbit *of);            divisions
 *   turn finish_leg(const leg *frame, const orbit *of);
 *   void finish_rare(vec *x, vec *y, const orbit *of, double steps, const call *c);
 *                        not inlined; gets what the stages gave, and leaves it to ordinary lanes
 * A lane's result depends on its own data alone. */
#ifndef WHIRL_KERNELS_SIMD_FRAMES_H
#define WHIRL_KERNELS_SIMD_FRAMES_H

#include <stdbool.h>

enum { FRAME_PARTICLES = 512, FRAME_VECTORS = FRAME_PARTICLES / VEC_LANES };

/* The stages go on so many vectors past a block's last one: there it stands again, to no effect. */
enum { FRAME_AHEAD = 3 };

/* Particles that stay in cache while all their frames are made. */
typedef struct frame_block {
  size_t n, vectors;
  vec_mask last_lanes; /* of the last vector */
  orbit orbits[FRAME_VECTORS + FRAME_AHEAD];
  unsigned char rare[FRAME_VECTORS];
} frame_block;

/* The idle lanes of a vector that is not full follow its first particle. */
static void frame_block_fill(frame_block *block, const double *x, const double *y,
                             const double *ang_vel, size_t n, double most_steps, const call *c) {
  block->n = n;
  block->vectors = (n + VEC_LANES - 1) / VEC_LANES;
  for (size_t v = 0; v < block->vectors; v++) {
    const size_t at = v * VEC_LANES, left = n - at;
    const vec_mask lanes = vec_mask_first(left < VEC_LANES ? left : VEC_LANES);
    block->last_lanes = lanes;
    block->orbits[v] = begin_orbit(
        vec_select(lanes, vec_load_masked(x + at, lanes), vec_set(x[at])),
        vec_select(lanes, vec_load_masked(y + at, lanes), vec_set(y[at])),
        vec_select(lanes, vec_load_masked(ang_vel + at, lanes), vec_set(ang_vel[at])), c);
    block->rare[v] = (unsigned char)orbit_is_rare(&block->orbits[v], most_steps);
  }
  for (size_t v = 0; v < FRAME_AHEAD; v++)
    block->orbits[block->vectors + v] = block->orbits[block->vectors - 1];
}

/* A row on its way from where it was made to memory, past the caches and a vector at a time: a
 * thread that did nothing else would wait for memory. */
typedef struct frame_stream {
  double *to;
  const double *from;
  size_t vectors;
} frame_stream;

/* Copies what lies outside of whole cache lines of the target, and leaves the rest to
 * frame_stream_vector. */
static frame_stream frame_stream_begin(double *to, const double *from, size_t n) {
  enum { LINE = 8 };
  size_t begin = 0, end = n;
  for (; begin < end && (uintptr_t)(to + begin) % (LINE * sizeof *to) != 0; begin++)
    to[begin] = from[begin];
  for (; (end - begin) % LINE != 0; end--) to[end - 1] = from[end - 1];
  return (frame_stream){to + begin, from + begin, (end - begin) / VEC_LANES};
}

SIMD_INLINE void frame_stream_vector(const frame_stream *row, size_t v) {
  if (v >= row->vectors) return;
  vec_stream(row->to + v * VEC_LANES, vec_load(row->from + v * VEC_LANES));
}

/* Both rows of the frame before. */
typedef struct frame_before {
  frame_stream x, y;
} frame_before;

/* One frame of a block, while the one before goes its way; past the caches itself where its rows
 * begin with a cache line. */
static void frame_block_make(const frame_block *block, double steps, const call *c,
                             double *restrict to_x, double *restrict to_y,
                             const frame_before *before, bool past_caches) {
  const orbit *orbits = block->orbits;
  const size_t last = block->vectors - 1;
  leg inverted = begin_leg(&orbits[0], steps);
  invert_leg(&inverted, &orbits[0]);
  turn turned = finish_leg(&inverted, &orbits[0]);
  half_rotation half = begin_rotation(turned.rest);
  inverted = begin_leg(&orbits[1], steps);
  invert_leg(&inverted, &orbits[1]);
  leg begun = begin_leg(&orbits[2], steps);
  for (size_t v = 0; v <= last; v++) {
    vec x = orbits[v].x, y = orbits[v].y;
    apply_turn(&x, &y, &turned, &half);
    turned = finish_leg(&inverted, &orbits[v + 1]);
    half = begin_rotation(turned.rest);
    inverted = begun;
    invert_leg(&inverted, &orbits[v + 2]);
    begun = begin_leg(&orbits[v + 3], steps);
    if (__builtin_expect(block->rare[v], 0)) {
      /* Vectors whose addresses are taken are in memory, in each turn of the loop. */
      vec rare_x = x, rare_y = y;
      finish_rare(&rare_x, &rare_y, &orbits[v], steps, c);
      x = rare_x;
      y = rare_y;
    }
    frame_stream_vector(&before->x, v);
    frame_stream_vector(&before->y, v);
    if (v == last) {
      vec_store_masked(to_x + v * VEC_LANES, x, block->last_lanes);
      vec_store_masked(to_y + v * VEC_LANES, y, block->last_lanes);
    } else if (past_caches) {
      vec_stream(to_x + v * VEC_LANES, x);
      vec_stream(to_y + v * VEC_LANES, y);
    } else {
      vec_store(to_x + v * VEC_LANES, x);
      vec_store(to_y + v * VEC_LANES, y);
    }
  }
}

/* Whether a cache line begins here. */
static bool is_line(const double *p) {
  return (uintptr_t)p % 64 == 0;
}

/* All frames of a block, into rows that begin at to_x and to_y. */
static void frame_block_make_all(const frame_block *block, const whirl_frames *frames,
                                 const call *c, double *to_x, double *to_y) {
  /* Of two frames in turn, one is made while the other goes to memory. */
  _Alignas(64) double made_x[2][FRAME_PARTICLES], made_y[2][FRAME_PARTICLES];
  frame_before before = {0};
  for (size_t k = 0; k < frames->count; k++, to_x += frames->stride, to_y += frames->stride) {
    const double steps = (double)frames->steps[k];
    const bool direct = frames->past_caches && is_line(to_x) && is_line(to_y);
    if (!frames->past_caches || direct) {
      frame_block_make(block, steps, c, to_x, to_y, &before, direct);
      before = (frame_before){0};
      continue;
    }
    frame_block_make(block, steps, c, made_x[k % 2], made_y[k % 2], &before, false);
    before.x = frame_stream_begin(to_x, made_x[k % 2], block->n);
    before.y = frame_stream_begin(to_y, made_y[k % 2], block->n);
  }
  for (size_t v = 0; v < block->vectors; v++) {
    frame_stream_vector(&before.x, v);
    frame_stream_vector(&before.y, v);
  }
}

static void frames_make(const double *x, const double *y, const double *ang_vel, size_t n,
                        const whirl_frames *frames, const call *c) {
  double most_steps = 0;
  for (size_t k = 0; k < frames->count; k++)
    if ((double)frames->steps[k] > most_steps) most_steps = (double)frames->steps[k];
  frame_block block;
  for (size_t begin = 0; begin < n; begin += FRAME_PARTICLES) {
    const size_t count = n - begin < FRAME_PARTICLES ? n - begin : FRAME_PARTICLES;
    frame_block_fill(&block, x + begin, y + begin, ang_vel + begin, count, most_steps, c);
    frame_block_make_all(&block, frames, c, frames->x + begin, frames->y + begin);
  }
  if (frames->past_caches) vec_stream_end();
}

#endif
