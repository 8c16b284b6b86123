/* What a run will do, before it runs. */
#ifndef WHIRL_SIM_PLAN_H
#define WHIRL_SIM_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include <whirl/whirl.h>

/* Steps of one length. */
typedef struct plan_steps {
  uint64_t count;
  double length;
} plan_steps;

/* Euler's way to the last frame: so many rounds of whole steps and then of shorter ones. */
typedef struct plan {
  double timestep;
  uint64_t rounds;
  plan_steps whole, shorter;
} plan;

/* The plan for frames that are dt apart. Frames that are no whole number of steps end with a
 * shorter one: each of them where each comes from the one before (`stepping`), otherwise the last
 * alone, which comes from the start. False, and told, where that is no number of steps or of time.
 */
bool plan_make(plan *p, double dt, uint64_t frames, double timestep, bool stepping);

/* The longest timestep that a frame is a whole number of, with which Euler's error in the distance
 * stays below the tolerance up to the last frame. False, and told, where there is none. */
bool plan_timestep(whirl_particles particles, double dt, uint64_t frames, double tolerance,
                   double *timestep);

#endif
