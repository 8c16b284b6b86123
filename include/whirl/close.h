/* Which particles are close to each other: all pairs at once. */
#ifndef WHIRL_CLOSE_H
#define WHIRL_CLOSE_H

#include <stddef.h>

#include <whirl/export.h>
#include <whirl/particles.h>
#include <whirl/status.h>

WHIRL_BEGIN_DECLARATIONS

typedef struct whirl_pair {
  size_t first, second; /* indices of particles; first < second */
} whirl_pair;

/* All pairs of particles that are nearer than tolerance in both coordinates, as
 * whirl_particles_close tells of two of them. *pairs gets *count pairs, sorted by first and then by
 * second, to be given back with whirl_pairs_free; NULL where there is none. The time and the memory
 * grow with the particles and the pairs: particles are sorted into a grid of cells that are not
 * narrower than tolerance, and only neighbouring cells are compared. ang_vel is not read. Works
 * with the threads of d. Errors: NULL_POINTER, BAD_TOLERANCE (NaN or negative), OUT_OF_MEMORY.
 * Thread-safe. */
WHIRL_API whirl_status whirl_close_pairs(const whirl_dispatcher *d, whirl_particles p,
                                         double tolerance, whirl_pair **pairs, size_t *count);

/* Gives back what whirl_close_pairs gave. Does nothing for NULL. */
WHIRL_API void whirl_pairs_free(whirl_pair *pairs);

WHIRL_END_DECLARATIONS

#endif
