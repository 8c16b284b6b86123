/* What one would use instead of whirl: other libraries' functions in the loop that a kernel is,
 * with a kernel's descriptor, so that they are measured and checked like kernels. They are serial,
 * and no dispatcher knows them. */
#ifndef WHIRL_BENCH_PEERS_H
#define WHIRL_BENCH_PEERS_H

#include <stddef.h>

#include <whirl/kernel.h>

extern const whirl_kernel *const peers[];
extern const size_t peers_count;

/* What peers there would be besides, if packages had been there when bench was built: one sentence
 * for each, ended by NULL. */
extern const char *const peers_missing[];

#endif
