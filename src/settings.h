/* What a dispatcher was told: its options first, then the environment. A pure function of the two
 * and of the features that kernels may use. */
#ifndef WHIRL_SRC_SETTINGS_H
#define WHIRL_SRC_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/dispatcher.h>

#include "log.h"

/* The environment variables that say what to choose, as they are; NULL where one is not set. */
typedef struct whirl_environment {
  const char *kernel;      /* WHIRL_KERNEL */
  const char *num_threads; /* WHIRL_NUM_THREADS */
  const char *isa_max;     /* WHIRL_ISA_MAX */
} whirl_environment;

typedef struct whirl_settings {
  whirl_method method;
  bool bitwise;
  double timestep;
  bool pin;
  const whirl_kernel *kernel; /* NULL: to be chosen */
  const char *kernel_source;  /* who named it: "options.kernel" or "WHIRL_KERNEL" */
  unsigned threads;           /* 0: to be chosen */
  const char *threads_source; /* who named it */
  size_t isa_max;             /* the index in whirl_isa_table that a chosen kernel may not exceed */
} whirl_settings;

/* A variable of the environment. One that is set to nothing is not set: NULL. */
const char *whirl_variable(const char *name);

/* The environment of this process. */
whirl_environment whirl_environment_read(void);

/* Fills *settings. A mistake is told in a sentence to the log. Errors: BAD_OPTIONS, BAD_TIMESTEP,
 * BAD_ENVIRONMENT, UNKNOWN_KERNEL, UNSUPPORTED_KERNEL, WRONG_KERNEL. */
whirl_status whirl_settings_resolve(const whirl_options *options,
                                    const whirl_environment *environment, uint64_t features,
                                    const whirl_logger *logger, whirl_settings *settings);

/* The index of a kernel's instruction set in whirl_isa_table. */
size_t whirl_isa_index(const char *isa);

#endif
