/* Storage of particles, random initial conditions, comparison. */
#include "particles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <Random123/philox.h>

#include "dispatcher.h"

/* A cache line, and the widest vector. */
enum { ALIGNMENT = 64 };

/* The threads that will evolve n particles when there is plenty to do: they touch and fill them
 * first. */
static whirl_threads owning_threads(const whirl_dispatcher *d, size_t n) {
  return whirl_dispatcher_threads(d, whirl_decide(&d->chooser, n, WHIRL_MAX_STEPS).threads);
}

static void clear_range(const void *context, size_t begin, size_t end) {
  const whirl_particles *p = context;
  memset(p->x + begin, 0, (end - begin) * sizeof *p->x);
  memset(p->y + begin, 0, (end - begin) * sizeof *p->y);
  memset(p->ang_vel + begin, 0, (end - begin) * sizeof *p->ang_vel);
}

whirl_status whirl_particles_alloc(const whirl_dispatcher *d, size_t n, whirl_particles *out) {
  if (!d || !out) return WHIRL_ERROR_NULL_POINTER;
  if (n > (PTRDIFF_MAX - ALIGNMENT) / sizeof(double)) return WHIRL_ERROR_TOO_MANY_PARTICLES;
  whirl_particles p = {.n = n};
  if (n > 0) {
    const size_t bytes = (n * sizeof(double) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    p.x = aligned_alloc(ALIGNMENT, bytes);
    p.y = aligned_alloc(ALIGNMENT, bytes);
    p.ang_vel = aligned_alloc(ALIGNMENT, bytes);
    if (!p.x || !p.y || !p.ang_vel) {
      whirl_particles_free(&p);
      return WHIRL_ERROR_OUT_OF_MEMORY;
    }
    const whirl_threads threads = owning_threads(d, n);
    whirl_for_ranges(&threads, n, clear_range, &p);
  }
  *out = p;
  return WHIRL_OK;
}

void whirl_particles_free(whirl_particles *p) {
  if (!p) return;
  free(p->x);
  free(p->y);
  free(p->ang_vel);
  *p = (whirl_particles){0};
}

/* The upper 53 bits as a multiple of 2^-52 in [-1, 1); both operations are exact. */
static double uniform(uint64_t bits) {
  return (double)(bits >> 11) * 0x1p-52 - 1;
}

typedef struct random_fill {
  whirl_particles p;
  uint64_t seed, first;
} random_fill;

static void fill_range(const void *context, size_t begin, size_t end) {
  const random_fill *fill = context;
  const philox4x64_key_t key = {{fill->seed, 0}};
  for (size_t i = begin; i < end; i++) {
    const philox4x64_ctr_t counter = {{fill->first + i, 0, 0, 0}};
    const philox4x64_ctr_t random = philox4x64(counter, key);
    fill->p.x[i] = uniform(random.v[0]);
    fill->p.y[i] = uniform(random.v[1]);
    fill->p.ang_vel[i] = uniform(random.v[2]);
  }
}

whirl_status whirl_particles_random(const whirl_dispatcher *d, whirl_particles p, uint64_t seed,
                                    uint64_t first) {
  if (!d || !whirl_particles_have_arrays(p)) return WHIRL_ERROR_NULL_POINTER;
  const random_fill fill = {.p = p, .seed = seed, .first = first};
  const whirl_threads threads = owning_threads(d, p.n);
  whirl_for_ranges(&threads, p.n, fill_range, &fill);
  return WHIRL_OK;
}

whirl_status whirl_particles_close(whirl_particles p, size_t i, size_t j, double tolerance,
                                   bool *close) {
  if (!close || !whirl_particles_have_arrays(p)) return WHIRL_ERROR_NULL_POINTER;
  if (i >= p.n || j >= p.n) return WHIRL_ERROR_BAD_INDEX;
  if (!(tolerance >= 0)) return WHIRL_ERROR_BAD_TOLERANCE;
  *close = fabs(p.x[i] - p.x[j]) < tolerance && fabs(p.y[i] - p.y[j]) < tolerance;
  return WHIRL_OK;
}
