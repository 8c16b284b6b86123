/* The command line of whirl-sim. */
#ifndef WHIRL_SIM_OPTIONS_H
#define WHIRL_SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <whirl/whirl.h>

typedef struct sim_options {
  const char *input; /* NULL: random particles */
  uint64_t random, seed;
  double dt;
  uint64_t frames;
  whirl_method method;
  double timestep;
  double tolerance;   /* 0: none is given, and timestep holds */
  const char *kernel; /* NULL: the library's choice */
  int threads;        /* 0: the library's choice */
  const char *output; /* NULL: the frames are not written */
  double close;       /* 0: close pairs are not asked for */
  bool resume, predict, quiet;
} sim_options;

typedef enum options_outcome { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_BAD } options_outcome;

/* Reads the command line; DONE where it asked for help or the version, which are printed. */
options_outcome options_read(sim_options *o, int argc, char **argv);

#endif
