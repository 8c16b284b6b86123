/* The grid at which kernels are measured. Here, so that looking a cost up calls nothing. */
#ifndef WHIRL_SRC_TUNING_GRID_H
#define WHIRL_SRC_TUNING_GRID_H

#include <whirl/tuning.h>

static const double whirl_grid_particles[WHIRL_TUNING_PARTICLE_COUNTS] = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128, 192, 384, 1536};
static const double whirl_grid_steps[WHIRL_TUNING_STEP_COUNTS] = {1, 2, 4, 16, 64, 256};

#endif
