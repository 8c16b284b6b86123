#define _GNU_SOURCE
#include "surroundings.h"

#include <fenv.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include <cmocka.h>

#if defined(__x86_64__)
#include <xmmintrin.h>

enum { MXCSR_STICKY = 0x3f, MXCSR_FLUSH_TO_ZERO = 0x8000, MXCSR_DENORMALS_ARE_ZERO = 0x40 };

static unsigned control_bits(void) {
  unsigned short x87;
  __asm__ volatile("fnstcw %0" : "=m"(x87));
  return (_mm_getcsr() & ~(unsigned)MXCSR_STICKY) | (unsigned)x87 << 16;
}
#else
static unsigned control_bits(void) {
  return (unsigned)fegetround();
}
#endif

enum { MAX_THREADS = 256 };

struct surroundings {
  unsigned control;
  int max_threads, dynamic, levels;
  int team;
  cpu_set_t affinity; /* of the calling thread */
  cpu_set_t team_affinity[MAX_THREADS];
};

void surroundings_disturb(void) {
  fesetround(FE_UPWARD);
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | MXCSR_FLUSH_TO_ZERO | MXCSR_DENORMALS_ARE_ZERO);
#endif
}

void surroundings_restore(void) {
  fesetenv(FE_DFL_ENV);
}

surroundings *surroundings_take(void) {
  surroundings *s = calloc(1, sizeof *s);
  if (!s) abort();
  s->control = control_bits();
  s->max_threads = omp_get_max_threads();
  s->dynamic = omp_get_dynamic();
  s->levels = omp_get_max_active_levels();
  sched_getaffinity(0, sizeof s->affinity, &s->affinity);
  s->team = 4;
#pragma omp parallel num_threads(s->team)
  {
    const int i = omp_get_thread_num();
    sched_getaffinity(0, sizeof *s->team_affinity, &s->team_affinity[i]);
  }
  return s;
}

static const char *difference(const surroundings *before, const surroundings *after) {
  if (before->control != after->control) return "the floating-point control bits";
  if (before->max_threads != after->max_threads) return "omp_get_max_threads()";
  if (before->dynamic != after->dynamic) return "omp_get_dynamic()";
  if (before->levels != after->levels) return "omp_get_max_active_levels()";
  if (!CPU_EQUAL(&before->affinity, &after->affinity)) return "the calling thread's affinity";
  for (int i = 0; i < before->team; i++)
    if (!CPU_EQUAL(&before->team_affinity[i], &after->team_affinity[i]))
      return "the affinity of a thread of the OpenMP team";
  return NULL;
}

void surroundings_compare(surroundings *before, const char *file, int line) {
  surroundings *after = surroundings_take();
  surroundings_restore();
  const char *changed = difference(before, after);
  free(after);
  free(before);
  if (!changed) return;
  print_error("%s changed\n", changed);
  _fail(file, line);
}
