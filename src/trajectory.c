/* Many frames of one motion: closed forms make them all from the start, with functions of their
 * own; kernels that step make each from the one before. */
#include <whirl/trajectory.h>

#include <math.h>
#include <string.h>

#include "dispatcher.h"
#include "particles.h"

/* Particles and frames that are made in one go. The particles are a multiple of every kernel's
 * block, and stay in the first cache while they are stepped; with the frames they stay in the
 * second, for what is left to do after whole steps. */
enum { BLOCK_PARTICLES = 1152, BLOCK_FRAMES = 32 };

/* What each thread does with its range. */
typedef struct film {
  whirl_particles p;
  double *x, *y;
  uint64_t first;
  size_t frames;
  bool stepping; /* frame by frame */
  bool by_count; /* frame f is f * steps steps; otherwise the time f * dt is counted in steps */
  double dt, timestep;
  uint64_t steps;   /* of a frame */
  double last_step; /* of a frame, where it is not a whole number of steps; otherwise 0 */
  bool past_caches;
  whirl_kernel_function *evolve;
  whirl_frames_function *make_frames;
} film;

/* The steps from p to frame f. */
static void steps_to_frame(const film *m, uint64_t f, uint64_t *whole, double *rest) {
  *whole = f * m->steps;
  *rest = 0;
  if (!m->by_count) whirl_count_steps((double)f * m->dt, m->timestep, whole, rest);
}

/* Advances n particles in place. */
static void take_steps(const film *m, double *x, double *y, const double *ang_vel, size_t n,
                       uint64_t whole, double rest) {
  if (whole > 0) m->evolve(x, y, ang_vel, n, m->timestep, whole);
  if (rest > 0) m->evolve(x, y, ang_vel, n, rest, 1);
}

static void step_block(const film *m, size_t begin, size_t n) {
  const bool moves = m->steps > 0 || m->last_step > 0;
  const double *ang_vel = m->p.ang_vel + begin;
  const double *before_x = m->p.x + begin, *before_y = m->p.y + begin;
  for (size_t k = 0; k < m->frames; k++) {
    double *x = m->x + k * m->p.n + begin, *y = m->y + k * m->p.n + begin;
    memcpy(x, before_x, n * sizeof *x);
    memcpy(y, before_y, n * sizeof *y);
    for (uint64_t f = k == 0 ? 0 : m->first + k - 1; moves && f < m->first + k; f++)
      take_steps(m, x, y, ang_vel, n, m->steps, m->last_step);
    before_x = x;
    before_y = y;
  }
}

/* Frames first to first + count - 1 of the film's, count <= BLOCK_FRAMES. */
static void jump_to_frames(const film *m, size_t begin, size_t n, size_t first, size_t count) {
  uint64_t steps[BLOCK_FRAMES];
  double rest[BLOCK_FRAMES];
  const double *x = m->p.x + begin, *y = m->p.y + begin, *ang_vel = m->p.ang_vel + begin;
  double *to_x = m->x + first * m->p.n + begin, *to_y = m->y + first * m->p.n + begin;
  size_t early = 0; /* frames before the first whole step */
  for (size_t k = 0; k < count; k++) {
    steps_to_frame(m, m->first + first + k, &steps[k], &rest[k]);
    if (steps[k] > 0) continue;
    memcpy(to_x + k * m->p.n, x, n * sizeof *x);
    memcpy(to_y + k * m->p.n, y, n * sizeof *y);
    early++;
  }
  const whirl_frames frames = {.count = count - early,
                               .steps = steps + early,
                               .x = to_x + early * m->p.n,
                               .y = to_y + early * m->p.n,
                               .stride = m->p.n,
                               .past_caches = m->past_caches};
  if (frames.count > 0) m->make_frames(x, y, ang_vel, n, m->timestep, &frames);
  for (size_t k = 0; k < count; k++)
    if (rest[k] > 0) m->evolve(to_x + k * m->p.n, to_y + k * m->p.n, ang_vel, n, rest[k], 1);
}

static void jump_block(const film *m, size_t begin, size_t n) {
  for (size_t k = 0; k < m->frames; k += BLOCK_FRAMES)
    jump_to_frames(m, begin, n, k, m->frames - k < BLOCK_FRAMES ? m->frames - k : BLOCK_FRAMES);
}

static void make_range(const void *context, size_t begin, size_t end) {
  const film *m = context;
  for (; begin < end; begin += BLOCK_PARTICLES) {
    const size_t n = end - begin < BLOCK_PARTICLES ? end - begin : BLOCK_PARTICLES;
    (m->stepping ? step_block : jump_block)(m, begin, n);
  }
}

/* How far the last frame is, and what a frame is in steps. */
static whirl_status count_frames(film *m, const whirl_settings *settings) {
  if (!(m->dt >= 0) || isinf(m->dt)) return WHIRL_ERROR_BAD_DURATION;
  if (m->frames > WHIRL_MAX_STEPS || m->first > WHIRL_MAX_STEPS) return WHIRL_ERROR_TOO_MANY_STEPS;
  const uint64_t last = m->frames > 0 ? m->first + m->frames - 1 : 0;
  if (last > WHIRL_MAX_STEPS) return WHIRL_ERROR_TOO_MANY_STEPS;
  if (isinf((double)last * m->dt)) return WHIRL_ERROR_BAD_DURATION;
  m->by_count = true;
  if (settings->method == WHIRL_METHOD_EXACT) {
    m->timestep = m->dt;
    m->steps = m->dt > 0;
    return WHIRL_OK;
  }
  m->timestep = settings->timestep;
  const whirl_status status = whirl_count_steps(m->dt, m->timestep, &m->steps, &m->last_step);
  if (status != WHIRL_OK) return status;
  if (m->steps > 0 && last > WHIRL_MAX_STEPS / m->steps) return WHIRL_ERROR_TOO_MANY_STEPS;
  m->by_count = m->last_step == 0;
  uint64_t whole = 0;
  double rest = 0;
  if (!m->by_count) return whirl_count_steps((double)last * m->dt, m->timestep, &whole, &rest);
  return WHIRL_OK;
}

/* a * b, or the most there is. */
static uint64_t times(uint64_t a, uint64_t b) {
  return b > 0 && a > WHIRL_MAX_STEPS / b ? WHIRL_MAX_STEPS : a * b;
}

whirl_status whirl_trajectory(const whirl_dispatcher *d, whirl_particles p, double dt,
                              uint64_t first, size_t frames, double *x, double *y) {
  if (!d || !whirl_particles_have_arrays(p)) return WHIRL_ERROR_NULL_POINTER;
  film m = {.p = p, .x = x, .y = y, .first = first, .frames = frames, .dt = dt};
  const whirl_status status = count_frames(&m, &d->chooser.settings);
  if (status != WHIRL_OK) return status;
  if (p.n == 0 || frames == 0) return WHIRL_OK;
  if (!x || !y) return WHIRL_ERROR_NULL_POINTER;
  if (frames > PTRDIFF_MAX / sizeof *x / p.n) return WHIRL_ERROR_TOO_MANY_PARTICLES;
  const uint64_t steps_of_frame = m.steps + (m.last_step > 0);
  whirl_decision decision = whirl_decide_frames(&d->chooser, p.n, frames);
  m.stepping = !decision.candidate;
  if (m.stepping) decision = whirl_decide(&d->chooser, p.n, times(steps_of_frame, first + frames));
  m.evolve = decision.candidate->serial->evolve;
  m.make_frames = decision.candidate->serial->make_frames;
  m.past_caches =
      m.by_count && (double)frames * (double)p.n * (2 * sizeof *x) > d->chooser.machine.cache_bytes;
  whirl_threads threads = whirl_dispatcher_threads(d, decision.threads);
  threads.grain = decision.grain;
  whirl_for_ranges(&threads, p.n, make_range, &m);
  return WHIRL_OK;
}
