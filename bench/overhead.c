#include "overhead.h"

#include <math.h>

#include "program/clock.h"
#include "program/complaint.h"
#include "statistics.h"

enum { MOST_PARTICLES = 8, CALLS = 1000, SAMPLES = 101 };

static double dispatched(const whirl_dispatcher *d, whirl_particles p) {
  const double start = clock_seconds();
  for (int i = 0; i < CALLS; i++) whirl_evolve_steps(d, p, 1);
  return (clock_seconds() - start) / CALLS;
}

static double direct(const whirl_kernel *kernel, whirl_particles p, double timestep) {
  const double start = clock_seconds();
  for (int i = 0; i < CALLS; i++) kernel->evolve(p.x, p.y, p.ang_vel, p.n, timestep, 1);
  return (clock_seconds() - start) / CALLS;
}

static double difference(const whirl_dispatcher *d, whirl_particles p, double timestep) {
  whirl_choice choice;
  whirl_choose(d, p.n, 1, &choice);
  double differences[SAMPLES], scratch[SAMPLES];
  for (int i = 0; i < SAMPLES; i++) {
    const double through = dispatched(d, p);
    differences[i] = through - direct(choice.kernel, p, timestep);
  }
  return statistics_of(differences, scratch, SAMPLES).median * 1e9;
}

double overhead_ns(const whirl_dispatcher *d, double timestep) {
  whirl_particles p;
  const whirl_status status = whirl_particles_alloc(d, MOST_PARTICLES, &p);
  if (status) {
    complain("%s", whirl_status_string(status));
    return NAN;
  }
  whirl_particles_random(d, p, 1, 0);
  double most = 0;
  for (size_t n = 1; n <= MOST_PARTICLES; n++)
    most = fmax(most, difference(d, (whirl_particles){n, p.x, p.y, p.ang_vel}, timestep));
  whirl_particles_free(&p);
  return most;
}
