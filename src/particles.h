/* What every function that takes particles asks of them. */
#ifndef WHIRL_SRC_PARTICLES_H
#define WHIRL_SRC_PARTICLES_H

#include <stdbool.h>

#include <whirl/particles.h>

/* Whether the view has its three arrays, or needs none. */
static inline bool whirl_particles_have_arrays(whirl_particles p) {
  return p.n == 0 || (p.x && p.y && p.ang_vel);
}

#endif
