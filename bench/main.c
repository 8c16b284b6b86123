/* bench: measures the kernels against each other on the same particles, and holds each of them to
 * the reference while it is at it. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include <whirl/whirl.h>

#include "cases.h"
#include "compare_report.h"
#include "csv.h"
#include "disturbance.h"
#include "google_benchmark.h"
#include "groups.h"
#include "interruption.h"
#include "json.h"
#include "limits/show.h"
#include "measurement.h"
#include "once.h"
#include "options.h"
#include "peers/peers.h"
#include "peers/python.h"
#include "program/allocate.h"
#include "program/complaint.h"
#include "program/output_file.h"
#include "program/progress.h"
#include "program/standard_output.h"
#include "reference.h"
#include "regret.h"
#include "table.h"
#include "trajectory.h"
#include "workload.h"

/* What --quick leaves of its ten seconds for beginning and ending. */
static const double quick_seconds = 8.5;

/* The dispatcher of the case with the most threads: the particles are laid out for it. */
static const whirl_dispatcher *widest(const bench_case *cases, size_t count) {
  const bench_case *found = NULL;
  for (size_t i = 0; i < count; i++) {
    if (!cases[i].dispatcher) continue;
    if (!found || cases[i].choice.threads > found->choice.threads) found = &cases[i];
  }
  return found ? found->dispatcher : NULL;
}

/* Gives Python its copy of the particles. Without them its rows are left out. */
static bool hand_over(python *p, const workload *w, bench_case *cases, size_t count) {
  if (!p || python_take(p, w->initial) || interruption_is_due()) return true;
  for (size_t i = 0; i < count; i++)
    if (cases[i].python) cases_fail(&cases[i], python_problem(p));
  return complain("Python can't be handed the particles: %s", python_problem(p));
}

/* Whether what --quick has left of its time is enough for so many particles to be made, copied and
 * moved six times by one kernel, at the rate of memory. */
static bool has_time_for(limits *l, size_t n) {
  enum { PASSES = 40 }; /* of all that memory has to bring in or take for that */
  const double bytes = 3 * sizeof(double) * (double)n;
  return !(bytes * PASSES / limits_of(l, 1)->bytes[LIMIT_MEMORY] > interruption_seconds_left());
}

/* Takes what a group of rows should take to or from what there is to do, before it is known which
 * of them are left out. */
static void expect_group(progress *p, const bench_options *options, const whirl_machine *machine,
                         size_t n, int sign) {
  double seconds = 0;
  for (size_t i = 0; i < options->kernel_count; i++) {
    const whirl_kernel *kernel = options->kernels[i].kernel;
    const unsigned most = options->threads > 0 ? (unsigned)options->threads : machine->max_threads;
    seconds += kernel ? cases_expected_seconds(kernel, kernel->threaded ? most : 1, n, options)
                      : options->min_time;
  }
  const double repetitions = sign * (double)options->repetitions;
  progress_expect(p, (long)repetitions * (long)options->kernel_count, repetitions * seconds);
}

/* Measures all kernels with n particles. base is a dispatcher for the kernel `naive`. False, and
 * told, where a row failed; *possible is false where no row can be had. */
static bool run_group(bench_case *cases, const bench_options *options, const whirl_dispatcher *base,
                      limits *l, python *interpreter, size_t n, bool repeated, progress *p,
                      bool *possible) {
  const size_t count = options->kernel_count;
  *possible =
      cases_create(cases, options, whirl_dispatcher_machine(base), interpreter, n, repeated);
  if (!*possible) return false;
  const whirl_dispatcher *layout = widest(cases, count);
  workload w;
  *possible = workload_create(&w, options, n, layout ? layout : base);
  if (!*possible) return false;
  progress_show(p, "reference");
  reference *r = interruption_is_due() ? NULL : reference_create(&w, base);
  progress_show(p, "limits");
  if (!interruption_is_due()) cases_measure_limits(cases, count, w.working, l);
  expect_group(p, options, whirl_dispatcher_machine(base), n, -1); /* its rows are counted now */
  if (options->quick)
    cases_leave_out_slow(cases, count, options, interruption_seconds_left() / options->groups_left);
  *possible = r || interruption_is_due();
  bool good = *possible && hand_over(interpreter, &w, cases, count);
  good = *possible && measurement_run(cases, count, options, &w, r, l, p) && good;
  cases_summarise(cases, count);
  cases_settle_limits(cases, count, w.working, l);
  reference_destroy(r);
  workload_destroy(&w);
  cases_finish(cases, count);
  return good;
}

/* Tells which results are wrong; false if there are any. */
static bool results_are_right(const bench_case *cases, size_t count) {
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    if (!cases[i].wrong[0]) continue;
    good =
        complain("%s, n = %zu: the result is wrong: %s", cases[i].name, cases[i].n, cases[i].wrong);
  }
  return good;
}

static bool write_json(const bench_options *options, const whirl_machine *machine, const limits *l,
                       const bench_case *cases, size_t count, const disturbances *d) {
  if (!options->json) return true;
  char *document = json_document(options, machine, l, cases, count, d);
  const bool good = output_file_write(options->json, document);
  free(document);
  return good;
}

/* Compares the old run with this one. */
static bool compare_with_old(const bench_options *options, const char *document) {
  bench_results *new_run = results_parse(document, "this run");
  const bool good = new_run && compare_report(options, new_run) == PROGRAM_OK;
  results_destroy(new_run);
  return good;
}

/* Whether the old run has a row of a group that will be measured. */
static bool old_run_has(const bench_results *old_run, const work_group *group) {
  for (size_t i = 0; i < old_run->count; i++) {
    if (old_run->rows[i].n == group->n && old_run->rows[i].steps == group->steps) return true;
  }
  return false;
}

static bool has_work_of_old_run(const bench_options *options) {
  for (size_t i = 0; i < groups_count(options); i++) {
    const work_group group = groups_at(options, i);
    if (old_run_has(options->old_run, &group)) return true;
  }
  return complain("%s was measured with other numbers of particles or steps: nothing would be left "
                  "to compare",
                  options->old_run->name);
}

/* Whether what will be measured can be compared with the old run. */
static bool can_compare(const bench_options *options, const whirl_machine *machine) {
  if (!options->old_run) return true;
  if (!has_work_of_old_run(options)) return false;
  if (options->anyway) return true;
  char *document = json_document(options, machine, NULL, NULL, 0, NULL);
  bench_results *new_run = results_parse(document, "this run");
  free(document);
  const bool good = new_run && compare_is_fair(options->old_run, new_run);
  results_destroy(new_run);
  return good;
}

static int compare_files(const bench_options *options) {
  int code = PROGRAM_BAD_USAGE;
  bench_results *new_run = results_read(options->new_file);
  if (new_run && (options->anyway || compare_is_fair(options->old_run, new_run)))
    code = compare_report(options, new_run);
  results_destroy(new_run);
  return code;
}

static bool print_document(const char *document) {
  fputs(document, stdout);
  return standard_output_finish();
}

static bool print_results(const bench_options *options, const whirl_machine *machine,
                          const limits *l, const bench_case *cases, size_t count,
                          const disturbances *d) {
  if (options->old_run || options->format == FORMAT_JSON) {
    char *document = json_document(options, machine, l, cases, count, d);
    const bool good =
        options->old_run ? compare_with_old(options, document) : print_document(document);
    free(document);
    return good;
  }
  if (options->format == FORMAT_CSV) return csv_print(options, cases, count);
  return table_print_results(options, machine, cases, count, d);
}

static void tell_of_interruption(const bench_options *options, const bench_case *cases,
                                 size_t count) {
  size_t whole = 0, wanted = 0;
  for (size_t i = 0; i < count; i++) {
    if (cases[i].skipped[0]) continue;
    wanted++;
    whole += cases[i].repetitions == options->repetitions;
  }
  complain("%s when %zu of %zu rows had all their repetitions; what is complete is shown",
           interruption_by_user() ? "interrupted" : "--quick ended", whole, wanted);
}

/* The table has notes on this. */
static void tell_of_missing_peers(const bench_options *options) {
  const bool has_notes =
      !options->old_run && options->format != FORMAT_JSON && options->format != FORMAT_CSV;
  for (size_t i = 0; options->peers && !has_notes && peers_missing[i]; i++)
    complain("%s", peers_missing[i]);
}

/* And on these. */
static void tell_of_left_out(const bench_options *options, const bench_case *cases, size_t count) {
  for (size_t i = 0; options->quick && options->format == FORMAT_CSV && i < count; i++)
    if (cases[i].skipped[0])
      complain("%s, n = %zu, %llu steps, is left out: %s", cases[i].name, cases[i].n,
               (unsigned long long)cases[i].steps, cases[i].skipped);
}

static int report(const bench_options *options, const whirl_machine *machine, const limits *l,
                  const bench_case *cases, size_t count, const disturbances *d) {
  /* The file first: whoever reads standard output may end before that. */
  bool good = write_json(options, machine, l, cases, count, d);
  good &= print_results(options, machine, l, cases, count, d);
  good &= results_are_right(cases, count);
  tell_of_missing_peers(options);
  tell_of_left_out(options, cases, count);
  const bool complete = cases_are_complete(cases, count, options);
  if (!complete) tell_of_interruption(options, cases, count);
  return good && (complete || !interruption_by_user()) ? PROGRAM_OK : PROGRAM_FAILED;
}

static bool something_was_measured(const bench_case *cases, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (cases[i].time.count > 0) return true;
  }
  return false;
}

/* What must be right before anything is measured. */
static bool can_run(const bench_options *options, const whirl_machine *machine) {
  if (!cases_are_possible(options, machine) || !can_compare(options, machine)) return false;
  for (size_t i = 0; i < groups_count(options); i++)
    if (!workload_fits(groups_at(options, i).n, 2, machine)) return false;
  return (!options->json || output_file_check(options->json)) &&
         (!options->google_output || output_file_check(options->google_output));
}

/* The limits of one thread and of as many as whirl uses here. */
static limits *create_limits(const bench_options *options, const whirl_machine *machine) {
  limits *l = limits_create(machine, workload_bytes_free(machine));
  limits_of(l, 1);
  for (size_t i = 0; i < options->threads_count && !interruption_is_due(); i++) {
    const unsigned threads = (unsigned)options->threads_list[i];
    limits_of(l, threads > 0 ? threads : machine->max_threads);
  }
  return l;
}

/* After the first pass. */
enum { LIMITS_PASSES = 2 };

static int print_limits(bench_options *options, const whirl_machine *machine) {
  if (!options_resolve_threads(options, machine) || !cases_have_threads(options, machine) ||
      (options->json && !output_file_check(options->json)))
    return PROGRAM_BAD_USAGE;
  const double load = disturbance_load("");
  const cpu_time time = disturbance_cpu_time("");
  limits *l = create_limits(options, machine);
  for (int i = 0; i < LIMITS_PASSES; i++) limits_improve(l, true);
  const disturbances d = disturbances_find("", machine, load, time);
  bool good = write_json(options, machine, l, NULL, 0, &d);
  good &= limits_print(l, machine);
  disturbances_print(&d, "\n");
  good &= standard_output_finish();
  limits_destroy(l);
  return good ? PROGRAM_OK : PROGRAM_FAILED;
}

static int run_trajectory(bench_options *options, const whirl_dispatcher *base) {
  const whirl_machine *machine = whirl_dispatcher_machine(base);
  if (!options_resolve_threads(options, machine) || !cases_have_threads(options, machine) ||
      !trajectory_can_run(options, machine))
    return PROGRAM_BAD_USAGE;
  return trajectory_run(options, base) ? PROGRAM_OK : PROGRAM_FAILED;
}

/* NumPy and Numba, for as many threads as any group has. */
static python *start_python(const bench_options *options, const whirl_machine *machine) {
  unsigned most = machine->max_threads;
  for (size_t i = 0; i < options->threads_count; i++) {
    if (options->threads_list[i] > most) most = (unsigned)options->threads_list[i];
  }
  return python_start(most, interruption_is_due);
}

/* The options of one group. */
static bench_options options_of(const bench_options *options, const work_group *group) {
  bench_options here = *options;
  here.steps = group->steps;
  here.threads = group->threads;
  return here;
}

static int run(bench_options *options, const whirl_dispatcher *base) {
  const whirl_machine *machine = whirl_dispatcher_machine(base);
  if (!options_resolve_threads(options, machine) || !can_run(options, machine))
    return PROGRAM_BAD_USAGE;

  const size_t groups = groups_count(options);
  const size_t count = groups * options->kernel_count;
  bench_case *cases = allocate(count, sizeof *cases);
  const double load = disturbance_load("");
  const cpu_time time = disturbance_cpu_time("");
  interruption_watch();
  if (options->quick) interruption_after(quick_seconds);
  progress p;
  progress_begin(&p, 0);
  progress_ends_in(&p, interruption_seconds_left());
  for (size_t i = 0; i < groups; i++) {
    const work_group group = groups_at(options, i);
    const bench_options here = options_of(options, &group);
    expect_group(&p, &here, machine, group.n, 1);
  }
  progress_show(&p, "limits");
  limits *l = create_limits(options, machine);
  progress_show(&p, "Python");
  python *interpreter = options->peers ? start_python(options, machine) : NULL;
  bool good = true, possible = true;
  for (size_t i = 0; i < groups && possible; i++) {
    const work_group group = groups_at(options, i);
    if ((i > 0 && interruption_is_due()) || !has_time_for(l, group.n)) break;
    bench_options here = options_of(options, &group);
    here.groups_left = (double)(groups - i);
    bench_case *rows = cases + i * options->kernel_count;
    good &= run_group(rows, &here, base, l, interpreter, group.n, group.repeated, &p, &possible);
    for (size_t k = 0; k < options->kernel_count; k++) {
      rows[k].group = i;
      rows[k].n_given = group.n_given;
    }
  }
  python_stop(interpreter);
  const disturbances d = disturbances_find("", machine, load, time);
  progress_end(&p);
  int code = good ? PROGRAM_OK : PROGRAM_FAILED;
  if (possible && something_was_measured(cases, count)) {
    const int reported = report(options, machine, l, cases, count, &d);
    if (good) code = reported;
  } else if (good && (interruption_is_due() || options->quick)) {
    complain(interruption_by_user()
                 ? "interrupted before anything was complete"
                 : "nothing of this can be measured in the ten seconds of --quick");
    code = PROGRAM_FAILED;
  } else if (good && !options->names_only) {
    complain("--benchmark_filter selects nothing; --benchmark_list_tests shows the names");
    code = PROGRAM_BAD_USAGE;
  }
  limits_destroy(l);
  cases_destroy(cases, count);
  free(cases);
  return code;
}

static bool initialize_google_benchmark(bench_options *options) {
  google_benchmark_initialize(&options->google_argument_count, options->google_arguments);
  if (options->google_argument_count == 1) return true;
  return complain("%s: Google Benchmark has no such option or value", options->google_arguments[1]);
}

int main(int argc, char **argv) {
  standard_streams_hold();
  setlocale(LC_CTYPE, ""); /* for the signs in the table; numbers stay as C has them */
  bench_options options;
  if (!options_read(&options, argc, argv)) return PROGRAM_BAD_USAGE;
  int code = PROGRAM_OK;
  if (options.action == BENCH_HELP || options.action == BENCH_VERSION) {
    if (options.action == BENCH_HELP) options_print_help(stdout);
    if (options.action == BENCH_VERSION) printf("bench (whirl) %s\n", whirl_version());
    if (!standard_output_finish()) code = PROGRAM_FAILED;
  } else if (options.action == BENCH_COMPARE) {
    code = compare_files(&options);
  } else if (options.action != BENCH_ONCE && !initialize_google_benchmark(&options)) {
    code = PROGRAM_BAD_USAGE;
  } else {
    whirl_dispatcher *base = cases_dispatcher(&options, whirl_kernel_find("naive"));
    if (!base) {
      code = PROGRAM_BAD_USAGE; /* the environment's, most likely */
    } else if (options.action == BENCH_ONCE) {
      code = once_run(&options, base);
    } else if (options.action == BENCH_REGRET) {
      code = regret_run(&options, whirl_dispatcher_machine(base)) ? PROGRAM_OK : PROGRAM_FAILED;
    } else if (options.action == BENCH_TRAJECTORY) {
      code = run_trajectory(&options, base);
    } else if (options.action == BENCH_LIMITS) {
      code = print_limits(&options, whirl_dispatcher_machine(base));
    } else if (options.action == BENCH_LIST) {
      code = table_print_kernels(whirl_dispatcher_machine(base)) ? PROGRAM_OK : PROGRAM_FAILED;
    } else {
      code = run(&options, base);
    }
    whirl_dispatcher_destroy(base);
  }
  options_free(&options);
  return code;
}
