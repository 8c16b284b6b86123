#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "program/arguments.h"
#include "program/complaint.h"

static void print_help(void) {
  fputs(
      "Usage: whirl-sim (--random N | --input FILE) [OPTION]...\n"
      "Moves particles around the origin, and writes their positions frame by frame.\n"
      "\n"
      "The particles:\n"
      "  --random N         N particles, each number uniform in [-1, 1)\n"
      "  --seed N           of the random particles (default: 1)\n"
      "  --input FILE       from CSV, with a header that names the columns x, y and ang_vel, or\n"
      "                     omega for a true angular rate; or from .npy, float64 of shape\n"
      "                     (n, 3); - is standard input\n"
      "\n"
      "The motion:\n"
      "  --dt T             the time from frame to frame (default: 0.1)\n"
      "  --frames N         frames after the start, which is frame 0 (default: 1)\n"
      "  --method METHOD    euler: the Euler trajectory; exact: the true circles (default: euler)\n"
      "  --timestep T       length of Euler's steps (default: 1e-5)\n"
      "  --tolerance E      instead: the longest timestep with which Euler's error in the\n"
      "                     positions stays below E, of those that divide --dt\n"
      "  --kernel NAME      the library's kernel (default: its choice)\n"
      "  --threads N        (default: the library's choice)\n"
      "\n"
      "What comes out:\n"
      "  --output FILE      write the frames there: CSV for .csv, H5MD for .h5, otherwise\n"
      "                     NumPy's .npy, of shape (frames + 1, n, 2); - is CSV on standard\n"
      "                     output, and the default. Until it is whole the file is FILE.partial\n"
      "  --resume           go on with FILE.partial, of a run that was stopped\n"
      "  --close DISTANCE   print instead, as CSV, the pairs of particles that are nearer at the\n"
      "                     end in both coordinates; with --output as well\n"
      "  --predict          do not run: print Euler's error at the end for each particle, as CSV\n"
      "  --quiet            say nothing on standard error if nothing is wrong\n"
      "  --help             show this help\n"
      "  --version          show the version\n"
      "\n"
      "Exit status: 0; 1 when something failed; 2 for bad usage or bad input.\n"
      "The variables WHIRL_KERNEL, WHIRL_NUM_THREADS and WHIRL_ISA_MAX are obeyed.\n",
      stdout);
}

enum option_id {
  RANDOM = 1,
  SEED,
  INPUT,
  DT,
  FRAMES,
  METHOD,
  TIMESTEP,
  TOLERANCE,
  KERNEL,
  THREADS,
  OUTPUT,
  RESUME,
  CLOSE,
  PREDICT,
  QUIET,
  HELP,
  VERSION,
  IDS
};

static const struct option long_options[] = {{"random", required_argument, NULL, RANDOM},
                                             {"seed", required_argument, NULL, SEED},
                                             {"input", required_argument, NULL, INPUT},
                                             {"dt", required_argument, NULL, DT},
                                             {"frames", required_argument, NULL, FRAMES},
                                             {"method", required_argument, NULL, METHOD},
                                             {"timestep", required_argument, NULL, TIMESTEP},
                                             {"tolerance", required_argument, NULL, TOLERANCE},
                                             {"kernel", required_argument, NULL, KERNEL},
                                             {"threads", required_argument, NULL, THREADS},
                                             {"output", required_argument, NULL, OUTPUT},
                                             {"resume", no_argument, NULL, RESUME},
                                             {"close", required_argument, NULL, CLOSE},
                                             {"predict", no_argument, NULL, PREDICT},
                                             {"quiet", no_argument, NULL, QUIET},
                                             {"help", no_argument, NULL, HELP},
                                             {"version", no_argument, NULL, VERSION},
                                             {NULL, 0, NULL, 0}};

static bool read_method(whirl_method *method, const char *text) {
  if (strcmp(text, "euler") == 0)
    *method = WHIRL_METHOD_EULER;
  else if (strcmp(text, "exact") == 0)
    *method = WHIRL_METHOD_EXACT;
  else
    return complain("--method %s: give euler or exact", text);
  return true;
}

static bool read_name(const char **name, const char *option, const char *text) {
  *name = text;
  return *text || complain("--%s: give the name of a file, or -", option);
}

static bool read_threads(int *threads, const char *text) {
  uint64_t count;
  if (!argument_count(&count, "threads", text, 1, 4096)) return false;
  *threads = (int)count;
  return true;
}

static bool read_value(sim_options *o, enum option_id id, const char *text) {
  switch (id) {
  case RANDOM:
    return argument_count(&o->random, "random", text, 1, UINT64_C(1) << 48);
  case SEED:
    return argument_count(&o->seed, "seed", text, 0, UINT64_MAX);
  case INPUT:
    return read_name(&o->input, "input", text);
  case DT:
    return argument_positive(&o->dt, "dt", text, true);
  case FRAMES:
    return argument_count(&o->frames, "frames", text, 0, WHIRL_MAX_STEPS - 1);
  case METHOD:
    return read_method(&o->method, text);
  case TIMESTEP:
    return argument_positive(&o->timestep, "timestep", text, false);
  case TOLERANCE:
    return argument_positive(&o->tolerance, "tolerance", text, false);
  case KERNEL:
    o->kernel = text;
    return true;
  case THREADS:
    return read_threads(&o->threads, text);
  case OUTPUT:
    return read_name(&o->output, "output", text);
  case CLOSE:
    return argument_positive(&o->close, "close", text, false);
  case RESUME:
    o->resume = true;
    return true;
  case PREDICT:
    o->predict = true;
    return true;
  case QUIET:
    o->quiet = true;
    return true;
  default:
    return false;
  }
}

/* What options say together. */
static bool check(sim_options *o, const bool given[IDS]) {
  if (given[RANDOM] == given[INPUT])
    return complain(given[INPUT] ? "--random and --input both give the particles: leave one out"
                                 : "give the particles: --random N or --input FILE");
  if (given[SEED] && given[INPUT])
    return complain("--seed is for --random: the particles of --input are all given");
  if (given[TOLERANCE] && given[TIMESTEP])
    return complain("--tolerance finds the timestep: leave --timestep out");
  if (o->method == WHIRL_METHOD_EXACT && (given[TOLERANCE] || given[TIMESTEP] || given[PREDICT]))
    return complain("--method exact has no steps and no error of theirs: leave --%s out",
                    given[TOLERANCE]  ? "tolerance"
                    : given[TIMESTEP] ? "timestep"
                                      : "predict");
  if (given[PREDICT] && (given[OUTPUT] || given[CLOSE] || given[RESUME]))
    return complain("--predict does not run: leave --%s out", given[OUTPUT]  ? "output"
                                                              : given[CLOSE] ? "close"
                                                                             : "resume");
  if (!given[OUTPUT] && !given[CLOSE]) o->output = "-";
  if (given[CLOSE] && o->output && strcmp(o->output, "-") == 0)
    return complain("--close and --output - both write to standard output: give --output a file");
  if (o->resume && (!given[OUTPUT] || strcmp(o->output, "-") == 0))
    return complain("--resume goes on with a file: give its name with --output");
  return true;
}

options_outcome options_read(sim_options *o, int argc, char **argv) {
  *o = (sim_options){.seed = 1, .dt = 0.1, .frames = 1, .timestep = 1e-5};
  bool given[IDS] = {false};
  opterr = 0;
  for (int id; (id = getopt_long(argc, argv, ":", long_options, NULL)) != -1;) {
    if (id == ':' || id == '?') {
      complain(id == ':' ? "%s needs a value; --help tells which"
                         : "%s: no such option; --help lists them",
               argv[optind - 1]);
      return OPTIONS_BAD;
    }
    if (id == HELP || id == VERSION) {
      if (id == HELP) print_help();
      if (id == VERSION) printf("whirl-sim (whirl) %s\n", whirl_version());
      return OPTIONS_DONE;
    }
    given[id] = true;
    if (!read_value(o, (enum option_id)id, optarg)) return OPTIONS_BAD;
  }
  if (optind < argc) {
    complain("'%s': every argument is an option; --help lists them", argv[optind]);
    return OPTIONS_BAD;
  }
  return check(o, given) ? OPTIONS_RUN : OPTIONS_BAD;
}
