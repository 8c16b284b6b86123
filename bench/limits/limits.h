/* What this machine can do at most, measured when it is asked for. Other programs share the
 * machine, so a limit is the best of many short measurements, and is measured again later in the
 * run. */
#ifndef WHIRL_BENCH_LIMITS_H
#define WHIRL_BENCH_LIMITS_H

#include <whirl/whirl.h>

/* Floating-point operations a second that fused multiply-adds of an instruction set come to, on so
 * many threads at once. isa is a kernel's; it must run here. */
double limits_flops(const char *isa, unsigned threads);

/* Bytes a second at which the five streams of these particles (three in, two out) can be moved, cut
 * over so many threads, each with its own part. It changes x and y. features are the machine's. */
double limits_bytes(whirl_particles p, unsigned threads, uint64_t features);

#endif
