/* Particles as a struct of arrays: storage, initial conditions, comparison. */
#ifndef WHIRL_PARTICLES_H
#define WHIRL_PARTICLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/export.h>
#include <whirl/status.h>

WHIRL_BEGIN_DECLARATIONS

typedef struct whirl_dispatcher whirl_dispatcher;

/* A view of n particles. The arrays belong to whoever made them; each holds n doubles and has the
 * alignment of a double at least (64 bytes are best); they do not overlap. With n = 0 they may be
 * NULL. */
typedef struct whirl_particles {
  size_t n;
  double *x; /* position: any length unit */
  double *y;
  /* A signed speed along the circle, in length per time, not an angular rate: the angular rate is
   * ang_vel / r with r = sqrt(x*x + y*y). Positive turns counter-clockwise. */
  double *ang_vel;
} whirl_particles;

/* Storage for n particles, all zero, each array 64-byte aligned; each page is first touched by the
 * thread that d will evolve it with. *out owns it, to be given back with whirl_particles_free. n =
 * 0 succeeds. Errors: NULL_POINTER, TOO_MANY_PARTICLES, OUT_OF_MEMORY. Thread-safe. */
WHIRL_API whirl_status whirl_particles_alloc(const whirl_dispatcher *d, size_t n,
                                             whirl_particles *out);

/* Gives back what whirl_particles_alloc gave, and makes *p empty. Does nothing for NULL and for
 * empty particles. Not for views of the caller's own arrays. Thread-safe on distinct particles. */
WHIRL_API void whirl_particles_free(whirl_particles *p);

/* Sets x, y and ang_vel of each particle to independent uniform numbers in [-1, 1), multiples of
 * 2^-52. Counter-based (Philox4x64-10): particle i depends on (seed, first + i mod 2^64) alone, so
 * parts may be filled in any order, by any number of threads or processes. Errors: NULL_POINTER.
 * Thread-safe on distinct particles. Source: Salmon et al., Parallel random numbers: as easy as 1,
 * 2, 3 (SC 2011). */
WHIRL_API whirl_status whirl_particles_random(const whirl_dispatcher *d, whirl_particles p,
                                              uint64_t seed, uint64_t first);

/* Whether particles i and j are nearer than tolerance in both coordinates: *close becomes
 * |x[i] - x[j]| < tolerance and |y[i] - y[j]| < tolerance. False where a coordinate is NaN. Errors:
 * NULL_POINTER, BAD_INDEX, BAD_TOLERANCE (NaN or negative). Thread-safe. */
WHIRL_API whirl_status whirl_particles_close(whirl_particles p, size_t i, size_t j,
                                             double tolerance, bool *close);

WHIRL_END_DECLARATIONS

#endif
