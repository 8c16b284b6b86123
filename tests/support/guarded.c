#define _GNU_SOURCE
#include "guarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* What the pages beside the arrays allow. */
static int guard_protection(void) {
  return getenv("WHIRL_TEST_READABLE_GUARDS") ? PROT_READ : PROT_NONE;
}

static guarded_array array_new(size_t capacity) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t bytes = (capacity * sizeof(double) / page + 1) * page;
  guarded_array array = {.mapping_bytes = bytes + 2 * page, .length = bytes / sizeof(double)};
  void *mapping =
      mmap(NULL, array.mapping_bytes, guard_protection(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) abort();
  array.mapping = mapping;
  array.pages = (double *)(void *)(array.mapping + page);
  if (mprotect(array.pages, bytes, PROT_READ | PROT_WRITE) != 0) abort();
  return array;
}

guarded_particles guarded_new(size_t capacity) {
  return (guarded_particles){.x = array_new(capacity),
                             .y = array_new(capacity),
                             .ang_vel = array_new(capacity),
                             .capacity = capacity};
}

void guarded_delete(guarded_particles *g) {
  munmap(g->x.mapping, g->x.mapping_bytes);
  munmap(g->y.mapping, g->y.mapping_bytes);
  munmap(g->ang_vel.mapping, g->ang_vel.mapping_bytes);
}

/* A NaN with the place in it: no arithmetic makes it, and no two places have the same. */
static uint64_t canary(size_t at) {
  return UINT64_C(0x7ffdeadc0de00000) + at;
}

static double *array_place(guarded_array *array, const double *values, size_t n, guard_side side,
                           size_t offset) {
  if (n + offset > array->length) abort();
  for (size_t i = 0; i < array->length; i++) {
    const uint64_t bits = canary(i);
    memcpy(array->pages + i, &bits, sizeof bits);
  }
  array->values =
      side == GUARD_BEFORE ? array->pages + offset : array->pages + array->length - offset - n;
  if (n > 0) memcpy(array->values, values, n * sizeof *values);
  return array->values;
}

void guarded_place(guarded_particles *g, whirl_particles particles, guard_side side,
                   size_t offset_x, size_t offset_y, size_t offset_ang_vel) {
  const size_t bytes = g->ang_vel.length * sizeof(double);
  if (mprotect(g->ang_vel.pages, bytes, PROT_READ | PROT_WRITE) != 0) abort();
  g->p = (whirl_particles){
      .n = particles.n,
      .x = array_place(&g->x, particles.x, particles.n, side, offset_x),
      .y = array_place(&g->y, particles.y, particles.n, side, offset_y),
      .ang_vel = array_place(&g->ang_vel, particles.ang_vel, particles.n, side, offset_ang_vel)};
  if (mprotect(g->ang_vel.pages, bytes, PROT_READ) != 0) abort();
}

/* Whether all canaries live; where not, *at is the first dead one, relative to the first particle.
 */
static bool array_intact(const guarded_array *array, size_t n, ptrdiff_t *at) {
  for (size_t i = 0; i < array->length; i++) {
    const double *place = array->pages + i;
    if (place >= array->values && place < array->values + n) continue;
    const uint64_t bits = canary(i);
    if (memcmp(place, &bits, sizeof bits) == 0) continue;
    *at = place - array->values;
    return false;
  }
  return true;
}

void guarded_check(const guarded_particles *g, const char *file, int line, const char *format,
                   ...) {
  ptrdiff_t at = 0;
  const char *array = NULL;
  if (!array_intact(&g->x, g->p.n, &at))
    array = "x";
  else if (!array_intact(&g->y, g->p.n, &at))
    array = "y";
  if (!array) return;
  char circumstances[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(circumstances, sizeof circumstances, format, arguments);
  va_end(arguments);
  print_error("%s: %s[%td] was written, and n is %zu\n", circumstances, array, at, g->p.n);
  _fail(file, line);
}
