#include "options.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "option_table.h"
#include "peers/peers.h"
#include "peers/python.h"
#include "program/allocate.h"
#include "program/arguments.h"
#include "program/complaint.h"
#include "program/parse.h"

void options_print_help(FILE *stream) {
  fputs("Usage: bench [OPTION]...\n"
        "Measures and checks whirl's kernels on the same particles, and prints one table.\n"
        "\n"
        "What is measured:\n"
        "  --kernel NAME[,NAME...]  kernels; all: every one that runs here, and auto;\n"
        "                           auto: what the dispatcher chooses (default: all)\n"
        "  --peers                  and what one would use instead of whirl: the\n"
        "                           compiler's own vectors, SLEEF, libmvec, NumPy, Numba\n"
        "  --n N[,N...]             numbers of particles, as 1000, 1e6 or 64Ki (default:\n"
        "                           1000)\n"
        "  --steps N[,N...]         steps that they are advanced by (default: 100)\n"
        "  --dt T                   the time that they are advanced by, instead of\n"
        "                           --steps\n"
        "  --timestep T             length of a step (default: 1e-5)\n"
        "  --threads N[,N...]       threads of the threaded kernels and of auto; max:\n"
        "                           all that this process may use (default: the\n"
        "                           dispatcher's choice)\n"
        "  --weak                   --n is for each thread\n"
        "  --seed N                 seed of the random particles (default: 1)\n"
        "\n"
        "Instead of a number, a sweep: 1e3:1e7:x10 is 1e3, 1e4, ..., 1e7; 10:50:+10\n"
        "likewise; 1:max doubles. --n 1000 --dt 0.1 is the textbook's benchmark.\n"
        "\n"
        "How it is measured:\n"
        "  --repetitions N          rounds; each takes every row once, in random order\n"
        "                           (default: 7)\n"
        "  --min-time SECONDS       what one repetition takes at least (default: 0.05)\n"
        "  --quick                  as much as ten seconds allow\n"
        "  --benchmark_...          Google Benchmark's own options, such as\n"
        "                           --benchmark_filter=REGEX and --benchmark_out=FILE\n"
        "\n"
        "What comes out:\n"
        "  --format FORMAT          table, markdown, csv or json, on standard output\n"
        "                           (default: table)\n"
        "  --json FILE              write everything that was measured to FILE as well\n"
        "  --compare OLD [NEW]      instead: what became slower or faster, row by row,\n"
        "                           from one file of --json to another, or to what is\n"
        "                           measured now; the work is that of the old file, as\n"
        "                           far as no options say otherwise\n"
        "  --fail-above PERCENT     with --compare: exit 1 when a row became slower by\n"
        "                           more than that beyond noise (default: 5%)\n"
        "  --anyway                 with --compare: compare different machines and\n"
        "                           workloads too\n"
        "  --regret                 instead: how much slower auto is than the best\n"
        "                           kernel, over a grid of particles and steps, or at\n"
        "                           those given by --n and --steps; the whole grid takes\n"
        "                           two minutes\n"
        "  --trajectory             instead: how much faster whirl_trajectory makes 100\n"
        "                           frames, --steps or --dt apart, than whirl_evolve\n"
        "                           called for each; of a million particles where --n\n"
        "                           doesn't say\n"
        "  --limits                 instead: what this machine can do at most, measured\n"
        "  --once                   instead: run one kernel alone, once or --repetitions\n"
        "                           times, and print one line: for profilers to look at\n"
        "  --list                   list the kernels, and what each would need to run\n"
        "                           here\n"
        "  --help                   show this help\n"
        "  --version                show the version\n"
        "\n"
        "Ctrl-C (SIGTERM, SIGHUP) ends the measuring, and what is complete is printed and\n"
        "written; again, or with --regret, --limits and --once, it ends bench at once.\n"
        "\n"
        "Exit status: 0; 1 when something failed, a result was wrong, something became\n"
        "slower or Ctrl-C came; 2 for bad usage.\n"
        "The variables WHIRL_KERNEL, WHIRL_NUM_THREADS and WHIRL_ISA_MAX steer auto.\n",
        stream);
}

static void select_kernel(bench_options *options, const whirl_kernel *kernel, bool named) {
  for (size_t i = 0; i < options->kernel_count; i++) {
    if (options->kernels[i].kernel == kernel) {
      options->kernels[i].named |= named;
      return;
    }
  }
  options->kernels[options->kernel_count++] = (kernel_selection){.kernel = kernel, .named = named};
}

static void select_peers(bench_options *options) {
  for (size_t i = 0; i < peers_count; i++) {
    options->kernels[options->kernel_count++] =
        (kernel_selection){.kernel = peers[i], .peer = true};
  }
  for (size_t i = 0; i < PYTHON_PEERS; i++) {
    options->kernels[options->kernel_count++] =
        (kernel_selection){.kernel = &python_peers[i], .peer = true};
  }
}

static bool complain_of_kernel(const char *name) {
  size_t size = 1;
  for (size_t i = 0; i < whirl_kernel_count(); i++) size += strlen(whirl_kernel_at(i)->name) + 2;
  char *names = allocate(size, 1);
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    strcat(strcat(names, whirl_kernel_at(i)->name), ", ");
  }
  complain("no kernel is called '%s'; there are %sall and auto", name, names);
  free(names);
  return false;
}

static bool read_kernels(bench_options *options, const char *list) {
  free(options->kernels);
  options->kernels =
      allocate(whirl_kernel_count() + peers_count + PYTHON_PEERS, sizeof *options->kernels);
  options->kernel_count = 0;
  char *copy = allocate(strlen(list), 1);
  strcpy(copy, list);
  bool good = true;
  for (char *name = copy, *next; good && name; name = next) {
    next = strchr(name, ',');
    if (next) *next++ = '\0';
    const whirl_kernel *kernel = whirl_kernel_find(name);
    if (strcmp(name, "all") == 0) {
      for (size_t i = 0; i < whirl_kernel_count(); i++) {
        select_kernel(options, whirl_kernel_at(i), false);
      }
      select_kernel(options, NULL, false);
    } else if (strcmp(name, "auto") == 0) {
      select_kernel(options, NULL, true);
    } else if (kernel) {
      select_kernel(options, kernel, true);
    } else {
      good = complain_of_kernel(name);
    }
  }
  free(copy);
  return good;
}

static bool read_counts(uint64_t **numbers, size_t *count, const char *option, const char *list,
                        uint64_t least, uint64_t most, const char *hint) {
  const char *wrong;
  int length;
  uint64_t *found = parse_counts(list, least, most, count, &wrong, &length);
  if (!found && length == 0) return complain("--%s %s: %s", option, list, hint);
  if (!found) return complain("--%s %.*s: %s", option, length, wrong, hint);
  free(*numbers);
  *numbers = found;
  return true;
}

/* Of these there is no `max`. */
static bool has_no_max(const char *option, const char *list, const char *hint) {
  return !strstr(list, "max") || complain("--%s %s: %s", option, list, hint);
}

static bool read_n(bench_options *options, const char *list) {
  static const char hint[] = "give a whole number above 0, such as 1000, 1e6 or 64Ki, or a sweep "
                             "such as 1e3:1e7:x10, of up to 1000 numbers; fewer than 2^63 are "
                             "counted";
  return has_no_max("n", list, hint) &&
         read_counts(&options->n, &options->n_count, "n", list, 1, UINT64_MAX >> 1, hint);
}

static bool read_steps(bench_options *options, const char *list) {
  static const char hint[] = "give a whole number from 0 to 2^53, such as 100, 1e4 or 1Ki, or a "
                             "sweep such as 1:10000:x10, of up to 1000 numbers";
  return has_no_max("steps", list, hint) && read_counts(&options->steps_list, &options->steps_count,
                                                        "steps", list, 0, WHIRL_MAX_STEPS, hint);
}

enum { MOST_THREADS = 65536 };

/* `max` is known only when the machine is: until then it is MOST_THREADS. */
static bool read_threads(bench_options *options, const char *list, uint64_t most) {
  return read_counts(&options->threads_list, &options->threads_count, "threads", list, 1, most,
                     "give a whole number from 1 to 65536, max, or a sweep such as 1:max");
}

bool options_resolve_threads(bench_options *options, const whirl_machine *machine) {
  const char *list = options->threads_text;
  if (list && strstr(list, "max")) return read_threads(options, list, machine->thread_limit);
  return true;
}

static bool read_format(bench_format *format, const char *name) {
  static const char *const names[] = {[FORMAT_TABLE] = "table",
                                      [FORMAT_MARKDOWN] = "markdown",
                                      [FORMAT_CSV] = "csv",
                                      [FORMAT_JSON] = "json"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(name, names[i]) != 0) continue;
    *format = (bench_format)i;
    return true;
  }
  return complain("--format %s: give table, markdown, csv or json", name);
}

/* The steps that dt comes to. */
static bool count_steps(bench_options *options) {
  uint64_t whole;
  double rest;
  if (whirl_count_steps(options->dt, options->timestep, &whole, &rest)) {
    return complain("--dt %g: that is more than 2^53 steps of %g; give a shorter time, or a longer "
                    "--timestep",
                    options->dt, options->timestep);
  }
  options->steps_list[0] = whole + (rest > 0);
  options->steps_count = 1;
  return true;
}

/* 5% is 0.05. */
static bool read_percentage(double *fraction, const char *option, const char *text) {
  char *end;
  const bool is_decimal = isdigit((unsigned char)*text) && !strpbrk(text, "xX");
  *fraction = is_decimal ? strtod(text, &end) / 100 : NAN;
  return (isfinite(*fraction) && strcmp(end, "%") == 0) ||
         complain("--%s %s: give a percentage, such as 5%% or 2.5%%", option, text);
}

char *options_work_argument(const bench_options *options, size_t index) {
  if (index >= OPTIONS_OF_WORK) return NULL;
  const char *value = options->work[index];
  if (!value) return allocate(1, 1);
  const int id = (int)index + 1;
  const size_t size = strlen(option_name(id)) + strlen(value) + 4;
  char *text = allocate(size, 1);
  snprintf(text, size, "--%s%s%s", option_name(id), option_has_value(id) ? "=" : "", value);
  return text;
}

/* Puts the arguments of the old run's work before the user's, but for those that the user gives.
 * The arguments live as long as the old run. */
static bool repeat_work(const bench_options *options, const bool given[], int *argc, char ***argv) {
  size_t count;
  char **repeated = results_arguments(options->old_run, &count);
  char **all = allocate((size_t)*argc + count, sizeof *all);
  int total = 0;
  bool good = true;
  all[total++] = (*argv)[0];
  for (size_t i = 0; i < count; i++) {
    const int id = option_id_of(repeated[i]);
    if (!option_says_which_work(id)) {
      good = complain("%s: '%s' doesn't say which work was measured", options->old_run->name,
                      repeated[i]);
      break;
    }
    const bool how_far = id == OPTION_STEPS || id == OPTION_DT;
    if (given[id] || (how_far && (given[OPTION_STEPS] || given[OPTION_DT]))) continue;
    all[total++] = repeated[i];
  }
  memcpy(all + total, *argv + 1, (size_t)(*argc - 1) * sizeof *all);
  *argc += total - 1;
  free(repeated);
  free(*argv);
  *argv = all;
  return good;
}

/* Finds out what is asked for, and that no option is ignored. Reads the old run, if there is one to
 * compare with, and takes its work over where a new run is to be measured. */
static bool read_action(bench_options *options, int *argc, char ***argv, const char *google) {
  bool given[OPTION_END] = {false};
  const char *file = NULL;
  int id;
  optind = 0; /* from the beginning, twice */
  opterr = 0;
  while ((id = getopt_long(*argc, *argv, ":", option_table, NULL)) != -1) {
    if (id >= OPTION_END) continue; /* it is wrong, and told later */
    given[id] = true;
    if (id == OPTION_COMPARE) file = optarg;
  }
  if (file) options->new_file = (*argv)[optind];
  options->action = given[OPTION_HELP]         ? BENCH_HELP
                    : given[OPTION_VERSION]    ? BENCH_VERSION
                    : options->new_file        ? BENCH_COMPARE
                    : file                     ? BENCH_RUN_AND_COMPARE
                    : given[OPTION_REGRET]     ? BENCH_REGRET
                    : given[OPTION_TRAJECTORY] ? BENCH_TRAJECTORY
                    : given[OPTION_LIMITS]     ? BENCH_LIMITS
                    : given[OPTION_ONCE]       ? BENCH_ONCE
                    : given[OPTION_LIST]       ? BENCH_LIST
                                               : BENCH_RUN;
  if (!option_all_used(options->action, given, google)) return false;
  if (options->action == BENCH_ONCE && !given[OPTION_REPETITIONS]) options->repetitions = 1;
  if (options->action != BENCH_COMPARE && options->action != BENCH_RUN_AND_COMPARE) return true;
  options->old_run = results_read(file);
  return options->old_run &&
         (options->action == BENCH_COMPARE || repeat_work(options, given, argc, argv));
}

/* Whether what --once is given is one of each. */
static bool is_one_work(const bench_options *options) {
  if (options->kernel_count != 1) return complain("--once runs one kernel: give --kernel one name");
  if (options->n_count * options->steps_count * options->threads_count > 1)
    return complain("--once runs once: give one number to --n, --steps and --threads");
  return options->format == FORMAT_TABLE || options->format == FORMAT_JSON ||
         complain("--once prints one line, or with --format json an object");
}

static bool read_own(bench_options *options, int argc, char **argv) {
  optind = 1;
  opterr = 0;
  for (;;) {
    const int id = getopt_long(argc, argv, ":", option_table, NULL);
    bool good = true;
    if (option_says_which_work(id)) options->work[id - 1] = optarg ? optarg : "";
    switch (id) {
    case -1:
      if (optind + (options->new_file != NULL) < argc) {
        return complain("'%s': every argument is an option; --help lists them", argv[argc - 1]);
      }
      if (options->steps_given && options->by_time) {
        return complain("--steps and --dt both say how far to advance; give one of them");
      }
      if (options->google_output &&
          options->n_count * options->steps_count * options->threads_count > 1) {
        return complain("--benchmark_out holds one amount of work; give one number to --n, --steps "
                        "and --threads, or use --json for several");
      }
      if (options->action == BENCH_RUN_AND_COMPARE &&
          options->repetitions > RESULTS_MOST_REPETITIONS) {
        return complain("--repetitions %llu: too many to compare; give up to %d",
                        (unsigned long long)options->repetitions, RESULTS_MOST_REPETITIONS);
      }
      if (options->weak && options->threads_count == 1 && options->threads_list[0] == 0) {
        return complain("--weak needs numbers of threads: give --threads, such as --threads 1:max");
      }
      if (options->action == BENCH_ONCE && !is_one_work(options)) return false;
      if (options->peers) select_peers(options);
      return !options->by_time || count_steps(options);
    case OPTION_KERNEL:
      good = read_kernels(options, optarg);
      break;
    case OPTION_PEERS:
      options->peers = true;
      break;
    case OPTION_N:
      options->n_given = true;
      good = read_n(options, optarg);
      break;
    case OPTION_STEPS:
      options->steps_given = true;
      good = read_steps(options, optarg);
      break;
    case OPTION_DT:
      options->by_time = true;
      options->work[OPTION_STEPS - 1] = NULL;
      good = argument_positive(&options->dt, "dt", optarg, true);
      break;
    case OPTION_TIMESTEP:
      good = argument_positive(&options->timestep, "timestep", optarg, false);
      break;
    case OPTION_THREADS:
      options->threads_text = optarg;
      good = read_threads(options, optarg, MOST_THREADS);
      break;
    case OPTION_SEED:
      good = argument_count(&options->seed, "seed", optarg, 0, UINT64_MAX);
      break;
    case OPTION_REPETITIONS:
      good = argument_count(&options->repetitions, "repetitions", optarg, 1, 1000000);
      break;
    case OPTION_MIN_TIME:
      good = argument_positive(&options->min_time, "min-time", optarg, true);
      break;
    case OPTION_WEAK:
      options->weak = true;
      break;
    case OPTION_QUICK:
      options->quick = true;
      break;
    case OPTION_OUTPUT_FORMAT:
      good = read_format(&options->format, optarg);
      break;
    case OPTION_JSON:
      options->json = optarg;
      if (!*optarg) good = complain("--json: give the name of a file to write");
      break;
    case OPTION_FAIL_ABOVE:
      good = read_percentage(&options->fail_above, "fail-above", optarg);
      break;
    case OPTION_ANYWAY:
      options->anyway = true;
      break;
    case OPTION_HELP:
    case OPTION_VERSION:
      return true;
    case OPTION_COMPARE:
    case OPTION_REGRET:
    case OPTION_TRAJECTORY:
    case OPTION_ONCE:
    case OPTION_LIMITS:
    case OPTION_LIST:
      break; /* read_action has seen them */
    case OPTION_FORMAT:
      good = complain("--benchmark_format: bench prints a table of its own; for other formats "
                      "there are --json FILE and --benchmark_out=FILE");
      break;
    case OPTION_OUT_FORMAT:
      good = complain("--benchmark_out_format: --benchmark_out=FILE is always JSON; for other "
                      "formats there is --format");
      break;
    case OPTION_AGGREGATES:
      good = complain("--%s: the table shows medians, and --benchmark_out=FILE holds each "
                      "repetition; leave it out",
                      option_name(id));
      break;
    case OPTION_COUNTERS:
      good = complain("--benchmark_perf_counters: not supported; perf stat counts for any program");
      break;
    case ':':
      good = complain("%s needs a value; --help tells which", argv[optind - 1]);
      break;
    default:
      good = complain("%s: no such option; --help lists them", argv[optind - 1]);
      break;
    }
    if (!good) return false;
  }
}

static bool starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* One entry: the dispatcher chooses. */
static bool choose_threads(bench_options *options) {
  options->threads_list = allocate(1, sizeof *options->threads_list);
  options->threads_count = 1;
  return true;
}

bool options_read(bench_options *options, int argc, char **argv) {
  *options = (bench_options){
      .timestep = 1e-5, .seed = 1, .repetitions = 7, .min_time = -1, .fail_above = 0.05};
  options->work[OPTION_KERNEL - 1] = "all";
  options->work[OPTION_N - 1] = "1000";
  options->work[OPTION_STEPS - 1] = "100";
  char **own = allocate((size_t)argc, sizeof *own);
  options->google_arguments = allocate((size_t)argc + 3, sizeof *options->google_arguments);
  int own_count = 0;
  char **google = options->google_arguments;
  int google_count = 3; /* the program's name, and two that are known only later */
  for (int i = 0; i < argc; i++) {
    if (i > 0 && option_is_for_google(argv[i])) {
      google[google_count++] = argv[i];
      static const char out[] = "--benchmark_out=";
      if (starts_with(argv[i], out)) options->google_output = argv[i] + sizeof out - 1;
      options->names_only |= starts_with(argv[i], "--benchmark_list_tests");
    } else {
      own[own_count++] = argv[i];
    }
  }

  const bool good = read_kernels(options, "all") && read_n(options, "1000") &&
                    read_steps(options, "100") && choose_threads(options) &&
                    read_action(options, &own_count, &own, google[3]) &&
                    read_own(options, own_count, own);
  if (options->min_time < 0) options->min_time = options->quick ? 0.01 : 0.05;
  /* Ours come first, so that the user's have the last word. */
  static char name[] = "bench", interleave[] = "--benchmark_enable_random_interleaving=true";
  google[0] = name;
  google[1] = interleave;
  google[2] = options->google_min_time = allocate(80, 1);
  snprintf(google[2], 80, "--benchmark_min_time=%.17g", options->min_time);
  options->google_argument_count = google_count;
  free(own);
  if (!good) options_free(options);
  return good;
}

void options_free(bench_options *options) {
  results_destroy(options->old_run);
  free(options->google_min_time);
  free(options->google_arguments);
  free(options->kernels);
  free(options->n);
  free(options->steps_list);
  free(options->threads_list);
}
