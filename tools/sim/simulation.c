#include "simulation.h"

#include <stdlib.h>
#include <string.h>

#include "program/allocate.h"
#include "program/complaint.h"

/* Frames that are computed at once take up so many bytes at most, if they are more than one. */
static const size_t most_bytes = (size_t)1 << 23;

/* With so many steps any closed form would be chosen. */
bool simulation_only_steps(const whirl_dispatcher *d, size_t n) {
  whirl_choice choice;
  return whirl_choose(d, n, WHIRL_MAX_STEPS, &choice) == WHIRL_OK &&
         choice.kernel->method == WHIRL_KERNEL_EULER;
}

static void take_positions(simulation *s, const double *x, const double *y) {
  memcpy(s->x, x, s->start.n * sizeof *x);
  memcpy(s->y, y, s->start.n * sizeof *y);
}

void simulation_begin(simulation *s, const whirl_dispatcher *d, whirl_particles start, double dt) {
  const size_t n = start.n;
  *s = (simulation){.d = d, .start = start, .dt = dt, .stepping = simulation_only_steps(d, n)};
  s->capacity = most_bytes / (2 * sizeof *s->x) / n;
  if (s->capacity == 0) s->capacity = 1;
  s->x = allocate(n, sizeof *s->x);
  s->y = allocate(n, sizeof *s->y);
  s->frames_x = allocate(s->capacity * n, sizeof *s->frames_x);
  s->frames_y = allocate(s->capacity * n, sizeof *s->frames_y);
  take_positions(s, start.x, start.y);
}

void simulation_end(simulation *s) {
  free(s->x);
  free(s->y);
  free(s->frames_x);
  free(s->frames_y);
}

/* The frames from `first` on, from p. */
static bool compute(simulation *s, whirl_particles p, uint64_t first, size_t frames) {
  const whirl_status status =
      whirl_trajectory(s->d, p, s->dt, first, frames, s->frames_x, s->frames_y);
  if (status != WHIRL_OK) return complain("%s", whirl_status_string(status));
  const size_t last = (frames - 1) * p.n;
  take_positions(s, s->frames_x + last, s->frames_y + last);
  return true;
}

bool simulation_advance(simulation *s, size_t frames) {
  whirl_particles p = s->start;
  uint64_t first = s->frame + 1;
  if (s->stepping) {
    p.x = s->x;
    p.y = s->y;
    first = 1;
  }
  if (!compute(s, p, first, frames)) return false;
  s->frame += frames;
  return true;
}

bool simulation_go_to(simulation *s, uint64_t frame) {
  if (!compute(s, s->start, frame, 1)) return false;
  s->frame = frame;
  return true;
}
