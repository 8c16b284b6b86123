#include "plan.h"

#include <inttypes.h>
#include <math.h>

#include "program/complaint.h"

/* 2^53 steps and no more: see WHIRL_MAX_STEPS. */
static bool complain_of_steps(double t, double timestep) {
  return complain("a time of %g is more than 2^53 steps of %g: give a longer --timestep, a shorter "
                  "--dt or fewer --frames",
                  t, timestep);
}

bool plan_make(plan *p, double dt, uint64_t frames, double timestep, bool stepping) {
  const double t = dt * (double)frames;
  plan_steps all = {.length = timestep}, frame = {.length = timestep};
  double rest, frame_rest;
  if (isinf(t)) return complain("--dt %g: %" PRIu64 " frames of it are no finite time", dt, frames);
  if (whirl_count_steps(dt, timestep, &frame.count, &frame_rest) ||
      whirl_count_steps(t, timestep, &all.count, &rest))
    return complain_of_steps(t, timestep);
  if (frames > 0 && frame.count > WHIRL_MAX_STEPS / frames) return complain_of_steps(t, timestep);
  *p = (plan){.timestep = timestep, .rounds = 1};
  if (frame_rest == 0) {
    p->whole = (plan_steps){frames * frame.count, timestep};
  } else if (!stepping) {
    p->whole = all;
    p->shorter = (plan_steps){rest > 0, rest};
  } else if (frame.count == 0) {
    p->shorter = (plan_steps){frames, frame_rest};
  } else {
    p->rounds = frames;
    p->whole = frame;
    p->shorter = (plan_steps){1, frame_rest};
  }
  return true;
}

bool plan_timestep(whirl_particles particles, double dt, uint64_t frames, double tolerance,
                   double *timestep) {
  const double t = dt * (double)frames;
  if (!(t > 0) || isinf(t))
    return complain(
        "--tolerance: a timestep can be found for a time above 0, and --dt times --frames is %g",
        t);
  double largest;
  const whirl_status status = whirl_largest_timestep(particles, t, tolerance, &largest);
  if (status == WHIRL_ERROR_TOO_MANY_STEPS)
    return complain("--tolerance %g: that would take more than 2^53 steps; give a larger one, or "
                    "--method exact",
                    tolerance);
  if (status != WHIRL_OK)
    return complain("--tolerance %g: %s", tolerance, whirl_status_string(status));
  /* The steps that all frames take together, of which each takes its part. In whole numbers: dt /
   * largest may come out just above a whole number that it is. */
  const uint64_t steps = (uint64_t)round(t / largest);
  *timestep = dt / (double)((steps - 1) / frames + 1);
  return true;
}
