/* The grid at which kernels are measured. Here, so that looking a cost up calls nothing. */
#ifndef WHIRL_SRC_TUNING_GRID_H
#define WHIRL_SRC_TUNING_GRID_H

#include <whirl/tuning.h>

static const double whirl_grid_particles[WHIRL_TUNING_PARTICLE_COUNTS] = {
    1,  2,  3,  4,  5,  6,  7,  8,   9,   10,  12,  14,  16,
    24, 30, 32, 40, 48, 64, 96, 128, 192, 256, 384, 1536};
/* From the row WHIRL_GRID_WHOLE on all are whole vectors, of up to 8 particles, but for the row
 * WHIRL_GRID_TAIL: what a tail adds there it adds to any number of vectors. */
enum { WHIRL_GRID_WHOLE = 12, WHIRL_GRID_TAIL = 14 };
static const double whirl_grid_steps[WHIRL_TUNING_STEP_COUNTS] = {1, 2, 4, 16, 64, 256};

#endif
