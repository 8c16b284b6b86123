/* whirl-tune: measures this machine, and writes the file that dispatchers take their costs from. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <omp.h>

#include <whirl/whirl.h>

#include "measure.h"
#include "program/allocate.h"
#include "program/clock.h"
#include "program/complaint.h"
#include "program/openmp_limits.h"
#include "program/output_file.h"
#include "program/progress.h"
#include "program/standard_output.h"
#include "verify.h"

static void print_help(void) {
  fputs("Usage: whirl-tune [OPTION]...\n"
        "Measures this machine, and writes the file that whirl's dispatchers take the costs of\n"
        "kernels, threads and memory from, in the place of the built-in ones. Each kernel is held\n"
        "to what it promises before it is measured, and one that fails is never chosen. Takes\n"
        "some seconds; let nothing else run meanwhile.\n"
        "\n"
        "  --output FILE  write FILE instead; - is standard output\n"
        "  --help         show this help\n"
        "  --version      show the version\n"
        "\n"
        "Without --output the file is the one that the variable WHIRL_TUNING names, or else\n"
        "whirl/tuning in $XDG_CONFIG_HOME or ~/.config. It is for this machine alone: CPU,\n"
        "features, usable cores, CPU quota and version of the library. whirl-info shows what\n"
        "dispatchers make of it.\n"
        "\n"
        "Exit status: 0; 1 when something failed or a kernel is wrong; 2 for bad usage.\n",
        stdout);
}

/* The folders on the way to the file: mkdir -p. What fails is told when the file is tried. */
static void make_folders(const char *path) {
  char *folder = strcpy(allocate(strlen(path), 1), path);
  for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(folder, 0700); /* the mode that XDG wants */
    *slash = '/';
  }
  free(folder);
}

/* The kernels that run here and are right, in kernels; tells of those that are not. */
static size_t select_kernels(const whirl_dispatcher *naive, whirl_measured_kernel *kernels,
                             bool *good) {
  size_t count = 0;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    char wrong[256];
    if (kernel->threaded || kernel->features & ~whirl_dispatcher_machine(naive)->features) continue;
    if (verify_kernel(naive, kernel, wrong, sizeof wrong))
      kernels[count++].kernel = kernel;
    else
      *good =
          complain("%s is wrong on this machine and will not be chosen: %s", kernel->name, wrong);
  }
  return count;
}

/* The grid's row that is shown, and the last. */
enum {
  SHOWN = 7,
  LAST = WHIRL_TUNING_PARTICLE_COUNTS - 1,
  LAST_STEP = WHIRL_TUNING_STEP_COUNTS - 1
};

/* GB/s: what is more is not memory's speed, but says that arithmetic takes as long. */
static const double most_believed = 300;

static void print_summary(FILE *stream, const whirl_measurement *measurement, double spread) {
  const double steps = (double)whirl_tuning_steps(LAST_STEP);
  fprintf(stream, "%-16s %14s %16s %22s\n", "kernel", "ns, 8 x 1 step", "ns/particle",
          "ns/particle-step");
  for (size_t k = 0; k < measurement->kernel_count; k++) {
    const whirl_measured_kernel *m = &measurement->kernels[k];
    const double n = (double)whirl_tuning_particles(LAST);
    const double each_step = (m->ns[LAST][LAST_STEP] - m->ns[LAST][0]) / (n * (steps - 1));
    fprintf(stream, "%-16s %14.1f %16.3g", m->kernel->name, m->ns[SHOWN][0], m->ns[LAST][0] / n);
    if (m->kernel->method == WHIRL_KERNEL_EULER)
      fprintf(stream, " %22.3g\n", each_step);
    else
      fprintf(stream, " %22s\n", "-");
  }
  fprintf(stream, "a team of threads: %.0f ns and %.0f ns for each; memory: ", measurement->team_ns,
          measurement->thread_ns);
  if (measurement->bytes_per_ns_in_all > most_believed)
    fputs("threads do not wait for it\n", stream);
  else
    fprintf(stream, "%.1f GB/s alone, %.1f GB/s in all\n", measurement->bytes_per_ns_alone,
            measurement->bytes_per_ns_in_all);
  fprintf(stream, "the middle half of the repetitions is apart by %.1f %%\n", 100 * spread);
}

/* More than this, and something else was running: such costs would choose worse than built-in ones.
 * False, and told. */
static bool was_undisturbed(double spread, const whirl_measurement *measurement) {
  static const double most_spread = 0.15, most_team_ns = 100e3;
  if (spread > most_spread)
    return complain("repetitions differ by %.0f %%: something else was running, and nothing is "
                    "written; measure again when the machine is idle",
                    100 * spread);
  if (measurement->team_ns > most_team_ns)
    return complain("a team of threads took %.0f us to start, so that hardly any work would be "
                    "shared: something else was running, and nothing is written; measure again "
                    "when the machine is idle",
                    measurement->team_ns / 1000);
  return true;
}

static bool write_file(const char *path, const char *text) {
  if (strcmp(path, "-") == 0) {
    fputs(text, stdout);
    return standard_output_finish();
  }
  return output_file_write(path, text);
}

static int tune(const char *path, bool default_place) {
  const bool to_stdout = strcmp(path, "-") == 0;
  if (default_place) make_folders(path);
  if (!to_stdout && !output_file_check(path)) return PROGRAM_BAD_USAGE;
  omp_set_dynamic(
      0); /* a team that OpenMP makes smaller says nothing of the one that was asked for */
  const double start = clock_seconds();
  whirl_options options;
  whirl_options_init(&options);
  options.kernel = "naive";
  whirl_dispatcher *naive;
  const whirl_status status = whirl_dispatcher_create(&naive, &options);
  if (status) {
    complain("%s; whirl-info tells more", whirl_status_string(status));
    return PROGRAM_BAD_USAGE;
  }
  if (openmp_limits_threads(whirl_dispatcher_machine(naive))) {
    complain("OMP_THREAD_LIMIT allows fewer threads than there are, and the file would be for "
             "programs without it as well; unset it");
    whirl_dispatcher_destroy(naive);
    return PROGRAM_BAD_USAGE;
  }
  bool good = true;
  whirl_measured_kernel *kernels = allocate(whirl_kernel_count(), sizeof *kernels);
  const size_t count = select_kernels(naive, kernels, &good);
  progress p;
  progress_begin(&p, measure_parts(count));
  whirl_measurement measurement;
  double spread;
  measure_run(naive, kernels, count, &measurement, &spread, &p);
  progress_end(&p);
  char *text = allocate(WHIRL_TUNING_TEXT_SIZE, 1);
  const whirl_status formatted = whirl_tuning_format(naive, &measurement, text);
  if (formatted)
    good = complain("the clock can't be right: %s", whirl_status_string(formatted));
  else
    good = was_undisturbed(spread, &measurement) && write_file(path, text) && good;
  if (!to_stdout && good) {
    print_summary(stdout, &measurement, spread);
    printf("%s is written, after %.0f seconds\n", path, clock_seconds() - start);
    good = standard_output_finish();
  }
  free(text);
  free(kernels);
  whirl_dispatcher_destroy(naive);
  return good ? PROGRAM_OK : PROGRAM_FAILED;
}

int main(int argc, char **argv) {
  enum { HELP = 1, VERSION, OUTPUT };
  static const struct option long_options[] = {{"help", no_argument, NULL, HELP},
                                               {"version", no_argument, NULL, VERSION},
                                               {"output", required_argument, NULL, OUTPUT},
                                               {NULL, 0, NULL, 0}};
  const char *output = NULL;
  standard_streams_hold();
  opterr = 0;
  for (int id; (id = getopt_long(argc, argv, ":", long_options, NULL)) != -1;) {
    if (id == HELP || id == VERSION) {
      if (id == HELP) print_help();
      if (id == VERSION) printf("whirl-tune (whirl) %s\n", whirl_version());
      return standard_output_finish() ? PROGRAM_OK : PROGRAM_FAILED;
    }
    if (id != OUTPUT) {
      complain(id == ':' ? "%s needs a value; --help tells which"
                         : "%s: no such option; --help lists them",
               argv[optind - 1]);
      return PROGRAM_BAD_USAGE;
    }
    output = optarg;
  }
  if (optind < argc || (output && !*output)) {
    complain(output && !*output ? "--output: give the name of a file to write"
                                : "'%s': every argument is an option; --help lists them",
             argv[optind]);
    return PROGRAM_BAD_USAGE;
  }
  char path[1024];
  if (!output && whirl_tuning_path(path, sizeof path)) {
    complain("there is no place for the file: WHIRL_TUNING is \"none\", or HOME is not set, or the "
             "path is too long; give one with --output");
    return PROGRAM_BAD_USAGE;
  }
  return tune(output ? output : path, !output);
}
