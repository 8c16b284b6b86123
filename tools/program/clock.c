#include "clock.h"

#include <math.h>
#include <stdint.h>
#include <time.h>

double clock_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#ifdef __x86_64__
/* The shortest of several counts: an interruption makes one longer. */
double clock_core_hertz(void) {
  enum { LINKS = 20000, CYCLES = 3, TRIES = 10 };
  double best = INFINITY;
  uint64_t product = 3;
  for (int i = 0; i < TRIES; i++) {
    const double begin = clock_seconds();
    for (int k = 0; k < LINKS; k += 4) {
      __asm__ volatile("imul %0, %0\n\timul %0, %0\n\timul %0, %0\n\timul %0, %0" : "+r"(product));
    }
    best = fmin(best, clock_seconds() - begin);
  }
  return (double)LINKS * CYCLES / best;
}
#else
double clock_core_hertz(void) {
  return NAN;
}
#endif
