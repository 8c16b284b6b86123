#include "plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "program/complaint.h"
#include "program/standard_output.h"
#include "program/units.h"

/* 2^53 steps and no more: see WHIRL_MAX_STEPS. */
static bool complain_of_steps(double t, double timestep) {
  return complain("a time of %g is more than 2^53 steps of %g: give a longer --timestep, a shorter "
                  "--dt or fewer --frames",
                  t, timestep);
}

bool plan_steps(plan *p, double dt, uint64_t frames, double timestep) {
  *p = (plan){.dt = dt, .frames = frames, .timestep = timestep};
  const double t = dt * (double)frames;
  double rest;
  if (isinf(t)) return complain("--dt %g: %" PRIu64 " frames of it are no finite time", dt, frames);
  if (whirl_count_steps(dt, timestep, &p->frame_steps, &p->frame_rest) ||
      whirl_count_steps(t, timestep, &p->steps, &rest))
    return complain_of_steps(t, timestep);
  if (p->frame_rest > 0)
    p->steps += rest > 0;
  else if (frames > 0 && p->frame_steps > WHIRL_MAX_STEPS / frames)
    return complain_of_steps(t, timestep);
  else
    p->steps = frames * p->frame_steps;
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
  const double steps = ceil(dt / largest);
  *timestep = dt / (steps > 1 ? steps : 1);
  return true;
}

whirl_euler_error_result plan_error(const plan *p, whirl_particles particles, size_t i) {
  const double x = particles.x[i], y = particles.y[i];
  whirl_euler_error_result error = {0};
  whirl_euler_error(sqrt(x * x + y * y), particles.ang_vel[i], p->timestep, p->steps, &error);
  return error;
}

void plan_tell_error(const plan *p, whirl_particles particles) {
  size_t worst = 0;
  whirl_euler_error_result most = {0};
  for (size_t i = 0; i < particles.n; i++) {
    const whirl_euler_error_result error = plan_error(p, particles, i);
    /* Beyond half a turn the distance may fall again, and means nothing. */
    const double half_turns = fabs(error.angle) < M_PI ? 0 : fabs(error.angle) / M_PI;
    const double most_half_turns = fabs(most.angle) < M_PI ? 0 : fabs(most.angle) / M_PI;
    if (half_turns > most_half_turns ||
        (half_turns == most_half_turns && error.distance > most.distance)) {
      worst = i;
      most = error;
    }
  }
  char timestep[UNITS_TEXT_SIZE];
  units_exact(timestep, p->timestep);
  if (fabs(most.angle) >= M_PI)
    fprintf(stderr,
            "Euler's error at the end, with timestep %s: particle %zu is %.3g turns off; "
            "--tolerance finds a timestep that will do\n",
            timestep, worst, fabs(most.angle) / (2 * M_PI));
  else
    fprintf(stderr, "Euler's error at the end, with timestep %s: at most %.3g (particle %zu)\n",
            timestep, most.distance, worst);
}

bool plan_print_errors(const plan *p, whirl_particles particles) {
  puts("particle,radius,angle,distance");
  for (size_t i = 0; i < particles.n; i++) {
    const whirl_euler_error_result error = plan_error(p, particles, i);
    printf("%zu,%.17g,%.17g,%.17g\n", i, error.radius, error.angle, error.distance);
  }
  return standard_output_finish();
}
