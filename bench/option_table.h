/* The options of the command line: their names, and which of them each mode of the program uses. */
#ifndef WHIRL_BENCH_OPTION_TABLE_H
#define WHIRL_BENCH_OPTION_TABLE_H

#include <stdbool.h>

#include <getopt.h>

/* The options that say which work is measured are the first so many: kernel, peers, n, steps, dt,
 * timestep, threads, weak, seed. */
enum { OPTIONS_OF_WORK = 9 };

typedef enum option_id {
  OPTION_KERNEL = 1,
  OPTION_PEERS,
  OPTION_N,
  OPTION_STEPS,
  OPTION_DT,
  OPTION_TIMESTEP,
  OPTION_THREADS,
  OPTION_WEAK,
  OPTION_SEED,
  OPTION_REPETITIONS,
  OPTION_MIN_TIME,
  OPTION_JSON,
  OPTION_COMPARE,
  OPTION_FAIL_ABOVE,
  OPTION_ANYWAY,
  OPTION_QUICK,
  OPTION_OUTPUT_FORMAT,
  OPTION_REGRET,
  OPTION_TRAJECTORY,
  OPTION_ONCE,
  OPTION_LIMITS,
  OPTION_LIST,
  OPTION_HELP,
  OPTION_VERSION,
  OPTION_FORMAT,
  OPTION_OUT_FORMAT,
  OPTION_AGGREGATES,
  OPTION_COUNTERS,
  OPTION_END
} option_id;

/* For getopt_long. */
extern const struct option option_table[];

/* The first name of an option. */
const char *option_name(int id);

/* Whether an argument stands for it. */
bool option_has_value(int id);

bool option_says_which_work(int id);

/* The id of the option that an argument such as --n=1000 gives, or 0. */
int option_id_of(const char *argument);

/* Whether Google Benchmark reads this argument. */
bool option_is_for_google(const char *argument);

/* What the program is asked to do. */
typedef enum bench_action {
  BENCH_RUN,
  BENCH_RUN_AND_COMPARE,
  BENCH_COMPARE, /* two files */
  BENCH_REGRET,
  BENCH_TRAJECTORY,
  BENCH_LIMITS,
  BENCH_ONCE,
  BENCH_LIST,
  BENCH_HELP,
  BENCH_VERSION
} bench_action;

/* Whether an action uses all options that are given (by id); google is the first argument that is
 * for Google Benchmark, or NULL. Otherwise tells which one it would ignore. Help and version use
 * anything. */
bool option_all_used(bench_action action, const bool given[OPTION_END], const char *google);

#endif
