/* What the user asked for: the command line, read and checked as far as that is possible without
 * looking at the machine. */
#ifndef WHIRL_BENCH_OPTIONS_H
#define WHIRL_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <whirl/whirl.h>

#include "option_table.h"
#include "results.h"

/* A kernel to measure. */
typedef struct kernel_selection {
  const whirl_kernel *kernel; /* NULL: what the dispatcher chooses */
  bool named; /* asked for by name: an error where this machine can't run it, instead of a note */
  bool peer;  /* no kernel of whirl's, but one of bench/peers */
} kernel_selection;

typedef enum bench_format { FORMAT_TABLE, FORMAT_MARKDOWN, FORMAT_CSV, FORMAT_JSON } bench_format;

typedef struct bench_options {
  bench_action action;
  kernel_selection *kernels; /* each once, in the order in which they were asked for */
  size_t kernel_count;
  bool peers;  /* the peers are among them */
  uint64_t *n; /* in the order in which they were asked for */
  size_t n_count;
  uint64_t *steps_list; /* with by_time: one, what dt comes to, the last one perhaps shorter */
  size_t steps_count;
  uint64_t *threads_list; /* 0: the dispatcher's choice */
  size_t threads_count;
  const char *threads_text; /* as it was given, or NULL */
  bool weak;                /* n is for each thread */
  bool quick;               /* an answer within ten seconds, whatever is complete by then */
  bench_format format;
  bool n_given, steps_given; /* on the command line; otherwise they are the defaults */
  bool by_time;              /* advance by dt rather than by steps */
  double dt;
  uint64_t steps; /* of the group of rows that is worked on */
  double timestep;
  int threads;        /* of that group; 0: the dispatcher's choice */
  double groups_left; /* that group and those after it */
  uint64_t seed;
  uint64_t repetitions;
  double min_time;                   /* seconds that one repetition lasts at least */
  const char *work[OPTIONS_OF_WORK]; /* their values, "" for one that has none; NULL: not given */
  bench_results *old_run;            /* to compare with, or NULL */
  const char *new_file;              /* what is compared with it; NULL: what is measured now */
  double fail_above;                 /* what became slower by more than this fails */
  bool anyway;                       /* compare different machines and workloads too */
  const char *json;                  /* a file's name, or NULL */
  bool names_only;                   /* Google Benchmark only lists the names of the benchmarks */
  char **google_arguments;           /* a NULL-terminated argv for Google Benchmark */
  int google_argument_count;
  const char *google_output; /* the file that it is to write, or NULL */
  char *google_min_time;     /* the one of them that belongs to the options */
} bench_options;

/* Reads the command line; the arguments must outlive the options. On failure it has told on
 * standard error what is wrong, and there is nothing to free. */
bool options_read(bench_options *options, int argc, char **argv);
void options_free(bench_options *options);

/* What `max` is among the numbers of threads. False, and told, where the machine has too few. */
bool options_resolve_threads(bench_options *options, const whirl_machine *machine);

/* The index-th of the options that say which work is measured, as an argument on the command line;
 * "" where it was not given. To be freed. NULL past the last. */
char *options_work_argument(const bench_options *options, size_t index);

void options_print_help(FILE *stream);

#endif
