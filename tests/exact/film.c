/* whirl_trajectory against the motions in exact arithmetic: that errors stay below a kernel's bound
 * however far a frame is from the start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include <whirl/whirl.h>

#include "../accuracy/reference.h"
#include "../support/dispatchers.h"
#include "../support/features.h"
#include "../support/particles.h"
#include "properties.h"

enum { PARTICLES = 13, FRAMES = 5 };

static void compare_film(const whirl_kernel *kernel, double timestep, uint64_t steps,
                         uint64_t first, reference_workspace *workspace, random_numbers *random) {
  whirl_dispatcher *d = dispatcher_of_kernel(kernel, 0, timestep);
  const whirl_particles p = particles_new(PARTICLES), film = particles_new(PARTICLES * FRAMES);
  population_fill(POPULATION_UNIFORM, p, timestep, random);
  const double dt = timestep * (double)steps;
  assert_int_equal(whirl_trajectory(d, p, dt, first, FRAMES, film.x, film.y), WHIRL_OK);
  reference_motion motion;
  reference_motion_init(&motion);
  const bool euler = whirl_kernel_answers(kernel) == WHIRL_METHOD_EULER;
  for (size_t k = 0; k < FRAMES; k++) {
    for (size_t i = 0; i < PARTICLES; i++) {
      const uint64_t frame = first + k;
      if (euler)
        reference_euler_closed(workspace, &motion, p.x[i], p.y[i], p.ang_vel[i], timestep,
                               frame * steps);
      else
        reference_exact(workspace, &motion, p.x[i], p.y[i], p.ang_vel[i], dt, frame);
      const size_t at = k * PARTICLES + i;
      const double error = reference_error(workspace, &motion, film.x[at], film.y[at]);
      const double allowed =
          kernel->error_bound.constant + kernel->error_bound.per_radian * motion.angle;
      if (!(error <= allowed))
        fail_msg("%s, timestep %a, frame %llu of %llu steps, particle (%a, %a, %a): off by %g, "
                 "allowed %g times 2^-53 r",
                 kernel->name, timestep, (unsigned long long)frame, (unsigned long long)steps,
                 p.x[i], p.y[i], p.ang_vel[i], error, allowed);
    }
  }
  reference_motion_clear(&motion);
  particles_delete(film);
  particles_delete(p);
  whirl_dispatcher_destroy(d);
}

/* If this fails, errors grow with the number of frames from the start, or a frame is at another
 * time than f * dt. */
static void far_from_the_start(const test_case *test) {
  random_numbers random = random_start(test);
  reference_workspace *workspace = reference_create();
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    if (!kernel->make_frames || kernel->features & ~features_here()) continue;
    for (int round = 0; round < 20; round++) {
      const uint64_t steps = 1 + random_below(&random, 20000);
      const uint64_t first = (uint64_t)random_power(&random, 0, 9);
      compare_film(kernel, round % 2 ? 1e-5 : random_power(&random, -7, 0), steps, first, workspace,
                   &random);
    }
  }
  reference_destroy(workspace);
}

static const test_property properties[] = {
    {"far_from_the_start", far_from_the_start, NULL},
};

const test_property_list film_properties = {properties, sizeof properties / sizeof *properties};
