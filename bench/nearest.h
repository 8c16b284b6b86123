/* What can run in the place of a kernel that can't, and why it can't. */
#ifndef WHIRL_BENCH_NEAREST_H
#define WHIRL_BENCH_NEAREST_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/whirl.h>

/* Why a CPU with these features can't run the kernel: "this machine lacks avx512f"; "" where it
 * can. */
void nearest_reason(char *text, size_t size, const whirl_kernel *kernel, uint64_t features);

/* The kernel that gets to the same answer the same way, with the same promise, in the widest
 * vectors that these features allow; NULL where there is none. */
const whirl_kernel *nearest_kernel(const whirl_kernel *kernel, uint64_t features);

#endif
