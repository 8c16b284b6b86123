#include "option_table.h"

#include <stddef.h>
#include <string.h>

#include "program/complaint.h"

const struct option option_table[] = {
    {"kernel", required_argument, NULL, OPTION_KERNEL},
    {"peers", no_argument, NULL, OPTION_PEERS},
    {"n", required_argument, NULL, OPTION_N},
    {"steps", required_argument, NULL, OPTION_STEPS},
    {"dt", required_argument, NULL, OPTION_DT},
    {"timestep", required_argument, NULL, OPTION_TIMESTEP},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"repetitions", required_argument, NULL, OPTION_REPETITIONS},
    {"min-time", required_argument, NULL, OPTION_MIN_TIME},
    {"json", required_argument, NULL, OPTION_JSON},
    {"weak", no_argument, NULL, OPTION_WEAK},
    {"quick", no_argument, NULL, OPTION_QUICK},
    {"format", required_argument, NULL, OPTION_OUTPUT_FORMAT},
    {"compare", required_argument, NULL, OPTION_COMPARE},
    {"fail-above", required_argument, NULL, OPTION_FAIL_ABOVE},
    {"anyway", no_argument, NULL, OPTION_ANYWAY},
    {"regret", no_argument, NULL, OPTION_REGRET},
    {"trajectory", no_argument, NULL, OPTION_TRAJECTORY},
    {"once", no_argument, NULL, OPTION_ONCE},
    {"limits", no_argument, NULL, OPTION_LIMITS},
    {"list", no_argument, NULL, OPTION_LIST},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    /* These of Google Benchmark's are the same as two of ours. */
    {"benchmark_repetitions", required_argument, NULL, OPTION_REPETITIONS},
    {"benchmark_min_time", required_argument, NULL, OPTION_MIN_TIME},
    /* These do nothing where the table is our own, and each round has one repetition. */
    {"benchmark_format", required_argument, NULL, OPTION_FORMAT},
    {"benchmark_out_format", required_argument, NULL, OPTION_OUT_FORMAT},
    {"benchmark_report_aggregates_only", required_argument, NULL, OPTION_AGGREGATES},
    {"benchmark_display_aggregates_only", required_argument, NULL, OPTION_AGGREGATES},
    /* This ends the program where the library was built without them, as Debian's is. */
    {"benchmark_perf_counters", required_argument, NULL, OPTION_COUNTERS},
    {NULL, 0, NULL, 0}};

/* x: the action uses the option. They are in the order of bench_action: run, run and compare,
 * compare, regret, trajectory, limits, once, list. */
static const char used[OPTION_END][BENCH_LIST + 2] = {
    [OPTION_KERNEL] = "xx----x-",
    [OPTION_PEERS] = "xx------",
    [OPTION_N] = "xx-xx-x-",
    [OPTION_STEPS] = "xx-xx-x-",
    [OPTION_DT] = "xx--x-x-",
    [OPTION_TIMESTEP] = "xx-xx-x-",
    [OPTION_THREADS] = "xx--xxx-",
    [OPTION_WEAK] = "xx------",
    [OPTION_SEED] = "xx-xx-x-",
    [OPTION_REPETITIONS] = "xx--x-x-",
    [OPTION_MIN_TIME] = "xx--x---",
    [OPTION_JSON] = "xx---x--",
    [OPTION_COMPARE] = "-xx-----",
    [OPTION_FAIL_ABOVE] = "-xx-----",
    [OPTION_ANYWAY] = "-xx-----",
    [OPTION_QUICK] = "xx------",
    [OPTION_OUTPUT_FORMAT] = "xxx-x-x-",
    [OPTION_REGRET] = "---x----",
    [OPTION_TRAJECTORY] = "----x---",
    [OPTION_ONCE] = "------x-",
    [OPTION_LIMITS] = "-----x--",
    [OPTION_LIST] = "-------x",
    /* These are refused in any case. */
    [OPTION_FORMAT] = "xxxxxxxx",
    [OPTION_OUT_FORMAT] = "xxxxxxxx",
    [OPTION_AGGREGATES] = "xxxxxxxx",
    [OPTION_COUNTERS] = "xxxxxxxx",
};

const char *option_name(int id) {
  const struct option *option = option_table;
  while (option->val != id) option++;
  return option->name;
}

bool option_has_value(int id) {
  const struct option *option = option_table;
  while (option->val != id) option++;
  return option->has_arg != no_argument;
}

bool option_says_which_work(int id) {
  return id >= 1 && id <= OPTIONS_OF_WORK;
}

int option_id_of(const char *argument) {
  if (strncmp(argument, "--", 2) != 0) return 0;
  const size_t length = strcspn(argument + 2, "=");
  for (const struct option *option = option_table; option->name; option++) {
    if (strlen(option->name) == length && strncmp(option->name, argument + 2, length) == 0)
      return option->val;
  }
  return 0;
}

bool option_is_for_google(const char *argument) {
  static const char prefix[] = "--benchmark_";
  return strncmp(argument, prefix, sizeof prefix - 1) == 0 && option_id_of(argument) == 0;
}

bool option_all_used(bench_action action, const bool given[OPTION_END], const char *google) {
  static const char *const names[] = {[BENCH_RUN_AND_COMPARE] = "--compare OLD",
                                      [BENCH_COMPARE] = "--compare OLD NEW",
                                      [BENCH_REGRET] = "--regret",
                                      [BENCH_TRAJECTORY] = "--trajectory",
                                      [BENCH_LIMITS] = "--limits",
                                      [BENCH_ONCE] = "--once",
                                      [BENCH_LIST] = "--list"};
  if (action > BENCH_LIST) return true;
  for (int id = 1; id < OPTION_END; id++) {
    if (!given[id] || used[id][action] == 'x') continue;
    return action == BENCH_RUN
               ? complain("--%s goes with --compare", option_name(id))
               : complain("%s makes no use of --%s; leave it out", names[action], option_name(id));
  }
  if (google && action != BENCH_RUN && action != BENCH_RUN_AND_COMPARE) {
    return complain("%s makes no use of %.*s; leave it out", names[action],
                    (int)strcspn(google, "="), google);
  }
  return true;
}
