/* Particles from frame to frame. Knows nothing of files. */
#ifndef WHIRL_SIM_SIMULATION_H
#define WHIRL_SIM_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/whirl.h>

typedef struct simulation {
  const whirl_dispatcher *d;
  whirl_particles start;
  double dt;
  bool stepping;  /* each frame comes from the one before, and not from the start */
  uint64_t frame; /* the one that x and y hold */
  double *x, *y;
  size_t capacity;             /* frames that are computed at once, at most */
  double *frames_x, *frames_y; /* those frames, n positions each */
} simulation;

/* Whether only kernels that step may move n particles: each frame comes from the one before. */
bool simulation_only_steps(const whirl_dispatcher *d, size_t n);

/* At frame 0. The dispatcher and the arrays of start must outlive it. */
void simulation_begin(simulation *s, const whirl_dispatcher *d, whirl_particles start, double dt);
void simulation_end(simulation *s);

/* Computes the next frames, at most `capacity`: frames_x and frames_y hold them, and x and y the
 * last. False, and told, where whirl refuses. */
bool simulation_advance(simulation *s, size_t frames);

/* Goes to a frame. One of stepping kernels costs all frames on the way. */
bool simulation_go_to(simulation *s, uint64_t frame);

#endif
