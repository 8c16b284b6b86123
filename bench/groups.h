/* The groups of rows that a command line asks for: each is one amount of work on one number of
 * threads. */
#ifndef WHIRL_BENCH_GROUPS_H
#define WHIRL_BENCH_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"

typedef struct work_group {
  size_t n;         /* particles */
  uint64_t n_given; /* on the command line: with weak scaling that is for each thread */
  uint64_t steps;
  int threads;   /* 0: the dispatcher's choice */
  bool repeated; /* it differs from the group before it in threads alone */
} work_group;

size_t groups_count(const bench_options *options);

/* The index-th of them. The numbers of threads come one after another, then the steps, then the
 * particles. */
work_group groups_at(const bench_options *options, size_t index);

#endif
