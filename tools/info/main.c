/* whirl-info: the machine as the library sees it, and what it would do there. */
#include <getopt.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <whirl/whirl.h>

#include "program/allocate.h"
#include "program/complaint.h"
#include "program/parse.h"
#include "program/standard_output.h"
#include "report.h"

static void print_help(void) {
  fputs("Usage: whirl-info [OPTION]...\n"
        "Tells what the library whirl sees of this machine, which kernels run here, which tuning\n"
        "file is in force, and which kernel and how many threads it would choose, why, and how\n"
        "long that should take.\n"
        "\n"
        "  --n N[,N...]      numbers of particles, as 1000, 1e6 or 64Ki (default: 1000,1e6)\n"
        "  --steps N[,N...]  numbers of steps (default: 1,100)\n"
        "  --json            print JSON\n"
        "  --help            show this help\n"
        "  --version         show the version\n"
        "\n"
        "The variables WHIRL_KERNEL, WHIRL_NUM_THREADS, WHIRL_ISA_MAX, WHIRL_TUNING and OpenMP's\n"
        "own are obeyed, as in any program that uses the library.\n"
        "\n"
        "Exit status: 0; 1 when something failed; 2 for bad usage, in the environment too.\n",
        stdout);
}

/* Counts from a list such as "1,1e6", each from least to most. */
typedef struct counts {
  uint64_t *each;
  size_t count;
} counts;

static bool read_counts(counts *c, const char *option, const char *list, uint64_t least,
                        uint64_t most) {
  free(c->each);
  *c = (counts){.each = allocate(strlen(list) + 1, sizeof *c->each)};
  for (const char *item = list; item;) {
    const size_t length = strcspn(item, ",");
    uint64_t number;
    if (!parse_count(item, length, &number) || number < least || number > most)
      return complain("--%s %.*s: give a whole number from %" PRIu64 " to %" PRIu64
                      ", such as 100, 1e4 or 64Ki",
                      option, (int)length, item, least, most);
    c->each[c->count++] = number;
    item = item[length] ? item + length + 1 : NULL;
  }
  return true;
}

typedef enum outcome { SHOW, DONE, BAD } outcome;

static outcome read_options(int argc, char **argv, counts *n, counts *steps, bool *json) {
  enum { HELP = 1, VERSION, N, STEPS, JSON };
  static const struct option long_options[] = {
      {"help", no_argument, NULL, HELP}, {"version", no_argument, NULL, VERSION},
      {"n", required_argument, NULL, N}, {"steps", required_argument, NULL, STEPS},
      {"json", no_argument, NULL, JSON}, {NULL, 0, NULL, 0}};
  opterr = 0;
  for (int id; (id = getopt_long(argc, argv, ":", long_options, NULL)) != -1;) {
    bool good = true;
    switch (id) {
    case HELP:
      print_help();
      return DONE;
    case VERSION:
      printf("whirl-info (whirl) %s\n", whirl_version());
      return DONE;
    case N:
      good = read_counts(n, "n", optarg, 0, UINT64_C(1) << 53);
      break;
    case STEPS:
      good = read_counts(steps, "steps", optarg, 0, WHIRL_MAX_STEPS);
      break;
    case JSON:
      *json = true;
      break;
    case ':':
      good = complain("%s needs a value; --help tells which", argv[optind - 1]);
      break;
    default:
      good = complain("%s: no such option; --help lists them", argv[optind - 1]);
      break;
    }
    if (!good) return BAD;
  }
  if (optind < argc) {
    complain("'%s': every argument is an option; --help lists them", argv[optind]);
    return BAD;
  }
  return SHOW;
}

int main(int argc, char **argv) {
  standard_streams_hold();
  setlocale(LC_CTYPE, "");
  counts n = {0}, steps = {0};
  bool json = false;
  read_counts(&n, "n", "1000,1e6", 0, UINT64_MAX);
  read_counts(&steps, "steps", "1,100", 0, UINT64_MAX);
  int code = PROGRAM_OK;
  switch (read_options(argc, argv, &n, &steps, &json)) {
  case SHOW: {
    report r;
    if (!report_create(&r, n.each, n.count, steps.each, steps.count))
      code = PROGRAM_BAD_USAGE;
    else if (!(json ? report_print_json(&r) : report_print_tables(&r)))
      code = PROGRAM_FAILED;
    report_clear(&r);
    break;
  }
  case DONE:
    if (!standard_output_finish()) code = PROGRAM_FAILED;
    break;
  case BAD:
    code = PROGRAM_BAD_USAGE;
    break;
  }
  free(n.each);
  free(steps.each);
  return code;
}
