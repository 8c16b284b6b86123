/* What a run will do and how far off it will be, before it runs. */
#ifndef WHIRL_SIM_PLAN_H
#define WHIRL_SIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/whirl.h>

typedef struct plan {
  double dt;
  uint64_t frames; /* besides the start */
  double timestep;
  uint64_t steps; /* to the last frame, for the error: a shorter last one counts as a whole one */
  uint64_t frame_steps; /* whole ones, in a frame */
  double frame_rest;    /* the length of the shorter one that follows them, or 0 */
} plan;

/* The plan for frames that are dt apart. False, and told, where that is no number of steps or of
 * time. */
bool plan_steps(plan *p, double dt, uint64_t frames, double timestep);

/* The longest timestep that a frame is a whole number of, with which Euler's error in the distance
 * stays below the tolerance up to the last frame. False, and told, where there is none. */
bool plan_timestep(whirl_particles particles, double dt, uint64_t frames, double tolerance,
                   double *timestep);

/* Euler's error for a particle at the last frame. */
whirl_euler_error_result plan_error(const plan *p, whirl_particles particles, size_t i);

/* Tells on standard error what Euler's error will be at the last frame, and for which particle it
 * is largest. */
void plan_tell_error(const plan *p, whirl_particles particles);

/* Prints Euler's error at the last frame for each particle, as CSV. False, and told, where that
 * can't be written. */
bool plan_print_errors(const plan *p, whirl_particles particles);

#endif
