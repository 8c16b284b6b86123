#include "prediction.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "program/standard_output.h"
#include "program/units.h"

/* Adds what steps do to a particle that began at the distance r. Their own lag is behind a motion
 * that is as far out as they begin, which the true one is not: it turns faster. */
static void add_steps(whirl_euler_error_result *error, double r, double ang_vel, plan_steps steps) {
  if (steps.count == 0) return;
  whirl_euler_error_result more = {NAN, NAN, NAN};
  const double begin = r + error->radius;
  whirl_euler_error(begin, ang_vel, steps.length, steps.count, &more);
  if (error->radius > 0) {
    const double turned = steps.length * ang_vel * (double)steps.count / r;
    error->angle += turned * (error->radius / begin);
  }
  error->angle += more.angle;
  error->radius += more.radius;
}

/* The error of particle i after so many rounds of these steps. */
static whirl_euler_error_result error_of(whirl_particles particles, size_t i, uint64_t rounds,
                                         plan_steps whole, plan_steps shorter) {
  const double x = particles.x[i], y = particles.y[i], ang_vel = particles.ang_vel[i];
  const double r = sqrt(x * x + y * y);
  whirl_euler_error_result error = {0};
  if (r == 0) return error;
  for (uint64_t round = 0; round < rounds; round++) {
    add_steps(&error, r, ang_vel, whole);
    add_steps(&error, r, ang_vel, shorter);
  }
  const double chord = 2 * sqrt(r) * sqrt(r + error.radius) * sin(error.angle / 2);
  error.distance = hypot(error.radius, chord);
  return error;
}

static whirl_euler_error_result exact_error(const plan *p, whirl_particles particles, size_t i) {
  return error_of(particles, i, p->rounds, p->whole, p->shorter);
}

/* At least as large, at the cost of one round: shorter steps are taken for whole ones. */
static whirl_euler_error_result upper_bound(const plan *p, whirl_particles particles, size_t i) {
  const plan_steps all = {p->rounds * (p->whole.count + p->shorter.count), p->timestep};
  return error_of(particles, i, 1, all, (plan_steps){0});
}

/* Beyond half a turn the distance may fall again, and means nothing. What is no number is worse
 * than any. */
static double half_turns(const whirl_euler_error_result *error) {
  if (isnan(error->distance)) return INFINITY;
  return fabs(error->angle) < M_PI ? 0 : fabs(error->angle) / M_PI;
}

static bool is_worse(const whirl_euler_error_result *a, const whirl_euler_error_result *b) {
  const double turns_a = half_turns(a), turns_b = half_turns(b);
  return turns_a > turns_b || (turns_a == turns_b && a->distance > b->distance);
}

void prediction_tell(const plan *p, whirl_particles particles) {
  size_t worst = 0;
  whirl_euler_error_result most = {0};
  for (size_t i = 0; i < particles.n; i++) {
    /* Many rounds are followed only where they may make a difference. */
    if (p->rounds > 1) {
      const whirl_euler_error_result bound = upper_bound(p, particles, i);
      if (!is_worse(&bound, &most)) continue;
    }
    const whirl_euler_error_result error = exact_error(p, particles, i);
    if (is_worse(&error, &most)) {
      worst = i;
      most = error;
    }
  }
  char timestep[UNITS_TEXT_SIZE];
  units_exact(timestep, p->timestep);
  fprintf(stderr, "Euler's error at the end, with timestep %s: ", timestep);
  if (isinf(half_turns(&most)))
    fprintf(stderr, "no number for particle %zu, whose distance or step is too large\n", worst);
  else if (half_turns(&most) > 0)
    fprintf(stderr, "particle %zu is %.3g turns off; --tolerance finds a timestep that will do\n",
            worst, fabs(most.angle) / (2 * M_PI));
  else
    fprintf(stderr, "at most %.3g (particle %zu)\n", most.distance, worst);
}

bool prediction_print(const plan *p, whirl_particles particles) {
  puts("particle,radius,angle,distance");
  for (size_t i = 0; i < particles.n; i++) {
    const whirl_euler_error_result error = exact_error(p, particles, i);
    printf("%zu,%.17g,%.17g,%.17g\n", i, error.radius, error.angle, error.distance);
  }
  return standard_output_finish();
}
