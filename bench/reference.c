#include "reference.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/allocate.h"
#include "program/complaint.h"

/* Particle-steps that the stepping reference takes at most, about a third of a second: where long
 * double is wider than x87's it is done in software, ten times slower. */
#define MOST_PARTICLE_STEPS (LDBL_MANT_DIG > 64 ? 500000 : 5000000)
#define MOST_PARTICLES 50000

/* Where a sample of the particles ends up by one method. */
typedef struct trajectory {
  size_t count;       /* 0: it would take too long */
  long double *x, *y; /* for each particle of the sample */
  double *turned;     /* the angle that it has turned, at most, in radians */
} trajectory;

struct reference {
  trajectory methods[2]; /* by whirl_method */
  whirl_particles naive; /* what the kernel `naive` makes of the sample of the Euler trajectory */
};

/* The index of a sample's particle: evenly spread, with the first and the last, which tails get. */
static size_t sampled(size_t i, size_t count, size_t n) {
  if (count < 2) return 0;
  return (size_t)((long double)i * (long double)(n - 1) / (long double)(count - 1));
}

static void allocate_trajectory(trajectory *t, size_t n, size_t most) {
  t->count = n < most ? n : most;
  if (t->count > MOST_PARTICLES) t->count = MOST_PARTICLES;
  t->x = allocate(t->count, sizeof *t->x);
  t->y = allocate(t->count, sizeof *t->y);
  t->turned = allocate(t->count, sizeof *t->turned);
}

/* Whole steps, and then what is left of the time as one shorter step. */
static void step(trajectory *t, const workload *w) {
  allocate_trajectory(t, w->n, w->steps ? MOST_PARTICLE_STEPS / w->steps : MOST_PARTICLES);
  uint64_t whole_steps = w->steps;
  double last = 0;
  if (w->by_time) whirl_count_steps(w->dt, w->timestep, &whole_steps, &last);
  for (size_t i = 0; i < t->count; i++) {
    const size_t particle = sampled(i, t->count, w->n);
    const double ang_vel = w->initial.ang_vel[particle];
    long double x = w->initial.x[particle], y = w->initial.y[particle], turned = 0;
    for (uint64_t k = 0; k <= whole_steps; k++) {
      /* The model rounds h, and that is no error of a kernel. */
      const double h = ang_vel * (k < whole_steps ? w->timestep : last);
      const long double norm = sqrtl(x * x + y * y);
      if (norm == 0 || h == 0) continue;
      const long double s = h / norm, old_x = x;
      x -= s * y;
      y += s * old_x;
      turned += fabsl(s);
    }
    t->x[i] = x;
    t->y[i] = y;
    t->turned[i] = (double)turned;
  }
}

static void rotate(trajectory *t, const workload *w) {
  allocate_trajectory(t, w->n, MOST_PARTICLES);
  const long double time =
      w->by_time ? (long double)w->dt : (long double)w->timestep * (long double)w->steps;
  for (size_t i = 0; i < t->count; i++) {
    const size_t particle = sampled(i, t->count, w->n);
    const long double x = w->initial.x[particle], y = w->initial.y[particle];
    const long double norm = sqrtl(x * x + y * y);
    const long double angle = norm == 0 ? 0 : w->initial.ang_vel[particle] * time / norm;
    t->x[i] = x * cosl(angle) - y * sinl(angle);
    t->y[i] = y * cosl(angle) + x * sinl(angle);
    t->turned[i] = (double)fabsl(angle);
  }
}

static whirl_status run_naive(reference *r, const workload *w, const whirl_dispatcher *naive) {
  const size_t count = r->methods[WHIRL_METHOD_EULER].count;
  const whirl_status status = whirl_particles_alloc(naive, count, &r->naive);
  if (status) return status;
  for (size_t i = 0; i < count; i++) {
    const size_t particle = sampled(i, count, w->n);
    r->naive.x[i] = w->initial.x[particle];
    r->naive.y[i] = w->initial.y[particle];
    r->naive.ang_vel[i] = w->initial.ang_vel[particle];
  }
  return workload_evolve(w, naive, r->naive);
}

reference *reference_create(const workload *w, const whirl_dispatcher *naive) {
  reference *r = allocate(1, sizeof *r);
  step(&r->methods[WHIRL_METHOD_EULER], w);
  rotate(&r->methods[WHIRL_METHOD_EXACT], w);
  const whirl_status status = run_naive(r, w, naive);
  if (!status) return r;
  reference_destroy(r);
  complain("the reference failed: %s", whirl_status_string(status));
  return NULL;
}

void reference_destroy(reference *r) {
  if (!r) return;
  for (size_t m = 0; m < sizeof r->methods / sizeof *r->methods; m++) {
    free(r->methods[m].x);
    free(r->methods[m].y);
    free(r->methods[m].turned);
  }
  whirl_particles_free(&r->naive);
  free(r);
}

static bool same_bits(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* The error that the kernel may have, relative to r: what its descriptor promises, and what the
 * reference itself may be off by. */
static double tolerance(const whirl_kernel *kernel, double turned, uint64_t steps) {
  const whirl_error_bound bound = kernel->error_bound;
  const double promised = bound.constant + bound.per_radian * turned +
                          bound.per_step * (double)steps * (1 + turned / 2);
  const double reference_error = 4 * (1 + turned) * (4 + (double)steps) * (double)LDBL_EPSILON;
  return promised * (DBL_EPSILON / 2) + reference_error;
}

void reference_check(const reference *r, const workload *w, bench_case *row) {
  const whirl_kernel *kernel = row->kernel;
  const trajectory *t = &r->methods[whirl_kernel_answers(kernel)];
  if (t->count == 0) return;
  row->checked = true;
  for (size_t i = 0; i < t->count; i++) {
    const size_t particle = sampled(i, t->count, w->n);
    const double x = w->working.x[particle], y = w->working.y[particle];
    const long double distance = hypotl(x - t->x[i], y - t->y[i]);
    const long double norm = hypotl(t->x[i], t->y[i]);
    const double error = (double)(distance == 0 ? 0 : distance / norm);
    const double tolerated = tolerance(kernel, t->turned[i], w->steps);
    if (isnan(error) || error > row->largest_error) row->largest_error = error;
    if (!(error <= tolerated)) {
      snprintf(row->wrong, sizeof row->wrong,
               "particle %zu is off by %.2g of its r, where %.2g is promised", particle, error,
               tolerated);
    } else if (kernel->numeric_class == WHIRL_BITWISE &&
               !(same_bits(x, r->naive.x[i]) && same_bits(y, r->naive.y[i]))) {
      snprintf(row->wrong, sizeof row->wrong, "particle %zu differs from naive's: %a, %a", particle,
               x, y);
    }
  }
}
