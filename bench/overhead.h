/* What a call through the dispatcher costs beyond the kernel that it calls, where that matters: for
 * few particles. */
#ifndef WHIRL_BENCH_OVERHEAD_H
#define WHIRL_BENCH_OVERHEAD_H

#include <whirl/whirl.h>

/* The most, over 1 to 8 particles and 1 step, that whirl_evolve_steps takes longer than the kernel
 * that d chooses, called directly: nanoseconds. NaN, and told, where memory is out. */
double overhead_ns(const whirl_dispatcher *d, double timestep);

#endif
