/* What every row of a group does: the same particles, advanced by the same time. */
#ifndef WHIRL_BENCH_WORKLOAD_H
#define WHIRL_BENCH_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/whirl.h>

#include "options.h"

typedef struct workload {
  size_t n;
  uint64_t steps; /* by_time: the steps that dt comes to, the last one perhaps shorter */
  bool by_time;
  double dt;
  double timestep;
  uint64_t seed;
  whirl_particles initial; /* as the seed gives them; never changed */
  whirl_particles working; /* what the kernels advance */
} workload;

/* The memory that is free and that the process may use; INFINITY where nothing tells. */
double workload_bytes_free(const whirl_machine *machine);

/* Whether so many sets of n particles fit into the memory that is free and that the process may
 * use; a workload is two. Otherwise tells so. */
bool workload_fits(size_t n, int sets, const whirl_machine *machine);

/* Makes the particles, laid out in memory for d's threads. False, and told, where that fails. */
bool workload_create(workload *w, const bench_options *options, size_t n,
                     const whirl_dispatcher *d);
void workload_destroy(workload *w);

/* Brings the working particles back to where they began. */
void workload_restore(const workload *w);

/* Advances the particles p as the workload says. */
whirl_status workload_evolve(const workload *w, const whirl_dispatcher *d, whirl_particles p);

/* What a kernel's function is called with for that: so many steps of a length, and then one of the
 * length `last`, where that is above 0. */
typedef struct workload_call {
  double timestep;
  uint64_t steps;
  double last;
} workload_call;
workload_call workload_call_of(const workload *w, const whirl_kernel *kernel);

/* Advances the working particles by a kernel's function, without a dispatcher. */
void workload_run(const workload *w, const whirl_kernel *kernel);

#endif
