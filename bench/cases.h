/* The rows to measure: which kernels, with what each is driven, and why some can't run. */
#ifndef WHIRL_BENCH_CASES_H
#define WHIRL_BENCH_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/whirl.h>

#include "limits/limits.h"
#include "options.h"
#include "peers/python.h"
#include "statistics.h"

/* One row: a kernel (or the dispatcher's choice), a number of particles, a number of steps. */
typedef struct bench_case {
  const char *name;           /* the kernel's, or "auto" */
  bool threaded;              /* it may run on several threads */
  bool automatic;             /* the dispatcher chooses; choice says what and why */
  const whirl_kernel *kernel; /* the one that runs */
  size_t group;               /* rows of one group do the same work on the same number of threads */
  size_t n;
  size_t n_given; /* on the command line: with weak scaling that is for each thread */
  uint64_t steps;
  whirl_dispatcher *dispatcher; /* NULL where the row is skipped, and for a peer */
  python *python;               /* what runs it instead, or NULL */
  whirl_choice choice;
  char skipped[256]; /* why it can't run here; empty where it can */
  bool too_slow;     /* that is why: for the time that this group has */
  bool failed;       /* that is why: it ran, and did not come to a result */

  double *seconds; /* of one evolve, for each repetition */
  size_t repetitions;
  statistics time;     /* of seconds */
  statistics speed_up; /* over `naive` in the same group, round by round; count 0: none */

  /* What the machine can do with this row's instruction set, number of threads and particles, the
   * most that was measured in this run; and which of that takes this row longest. */
  limit_rates limits;
  limit_bound bound;

  bool checked; /* against the reference */
  double largest_error;
  char wrong[160]; /* what is wrong with the result; empty where it is right */
} bench_case;

/* Whether this machine runs so many threads at a time. Otherwise tells so. */
bool cases_have_threads(const bench_options *options, const whirl_machine *machine);

/* Whether what was asked for by name can run on this machine, with so many threads, and whether the
 * dispatcher can choose where it shall. Otherwise tells what is missing. */
bool cases_are_possible(const bench_options *options, const whirl_machine *machine);

/* A dispatcher for one kernel (NULL: the library's choice). NULL, and told, where that fails. */
whirl_dispatcher *cases_dispatcher(const bench_options *options, const whirl_kernel *kernel);

/* A dispatcher that chooses among the kernels with an answer, or among the bitwise ones of them.
 * NULL, and told, where that fails. */
whirl_dispatcher *cases_dispatcher_for(const bench_options *options, whirl_method method,
                                       bool bitwise);

/* One case for each selected kernel, in cases[0 .. options->kernel_count). repeated: for a group
 * that differs from an earlier one in threads alone, so that serial kernels but `naive` are left
 * out. p is NULL without peers. False, and told, where that fails; cases_destroy is due in any
 * event. */
bool cases_create(bench_case *cases, const bench_options *options, const whirl_machine *machine,
                  python *p, size_t n, bool repeated);
void cases_destroy(bench_case *cases, size_t count);

/* What a repetition of n particles should take, as far as the kernel's descriptor knows. Beside the
 * evolves, particles are put back before each of them, and results are checked. */
double cases_expected_seconds(const whirl_kernel *kernel, unsigned threads, size_t n,
                              const bench_options *options);

/* Leaves out the rows that, as far as their descriptors know, could not be repeated often enough
 * for a verdict in so many seconds: naive is there where it takes no more than half of them, and
 * then the faster ones. */
void cases_leave_out_slow(bench_case *cases, size_t count, const bench_options *options,
                          double seconds);

/* Leaves out a row that ran into this problem. */
void cases_fail(bench_case *row, const char *problem);

/* Drops the dispatchers, which hold threads and memory; the results stay. */
void cases_finish(bench_case *cases, size_t count);

/* Whether no end came before each row that is not left out had all its repetitions. */
bool cases_are_complete(const bench_case *cases, size_t count, const bench_options *options);

/* Computes what the table shows from the seconds of a group's cases. */
void cases_summarise(bench_case *cases, size_t count);

/* Measures the limits of a group's rows, and keeps the best of all calls. Moves the particles. */
void cases_measure_limits(bench_case *cases, size_t count, whirl_particles p, limits *l);

/* Measures all of them once more, when the rows are summarised; up to so many times while a row was
 * faster than its limit. */
enum { CASES_LIMIT_TRIES = 4 };
void cases_settle_limits(bench_case *cases, size_t count, whirl_particles p, limits *l);

/* The share of the limit that binds the row which it reached. NaN where there is none. */
double cases_share(const bench_case *row);

/* Whether the row's time is known too badly to say anything, its speed-up where there is one, or
 * either. A machine that changes makes the time unsure, and the speed-up only where it changes
 * within a round. */
bool cases_time_is_unsure(const bench_case *row);
bool cases_speed_up_is_unsure(const bench_case *row);
bool cases_is_unsure(const bench_case *row);

/* Work done in a row's time, as a rate per second. NaN for no steps. */
double cases_rate(const bench_case *row, whirl_work work);

#endif
