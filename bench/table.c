#include "table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "peers/peers.h"
#include "program/columns.h"
#include "program/complaint.h"
#include "program/features.h"
#include "program/standard_output.h"
#include "program/units.h"
#include "scaling.h"

enum { CELL_SIZE = 96 };

/* Significant digits. */
enum { NUMBER_DIGITS = 3, TIME_DIGITS = 4 };

/* A column of numbers; NaN stands for one that does not exist. */
typedef struct number_column {
  const char *heading;
  double (*value)(const bench_case *row);
  int most_decimals;  /* more would show noise, or nothing */
  const char *before; /* the heading of a column of words before it, or NULL */
  const char *(*words)(const bench_case *row);
} number_column;

static double nanoseconds_per_step(const bench_case *row) {
  return row->steps ? 1e9 * row->time.median / (double)row->n / (double)row->steps : NAN;
}

static double nanoseconds_per_particle(const bench_case *row) {
  return 1e9 * row->time.median / (double)row->n;
}

static double speed_up(const bench_case *row) {
  return row->speed_up.count > 0 && !cases_speed_up_is_unsure(row) ? row->speed_up.median : NAN;
}

/* Where the speed-up lies, and whether that or the time is unsure; words last until the next call.
 */
static const char *surely_between(const bench_case *row) {
  static char words[CELL_SIZE];
  const interval sure = row->speed_up.sure;
  const char *time = cases_time_is_unsure(row) ? "time unsure" : "";
  if (row->speed_up.count == 0) return time;
  snprintf(words, sizeof words, "%s%.*f to %.*f%s%s",
           cases_speed_up_is_unsure(row) ? "unsure, " : "", units_decimals(sure.low, NUMBER_DIGITS),
           sure.low, units_decimals(sure.high, NUMBER_DIGITS), sure.high, *time ? ", " : "", time);
  return words;
}

static double gigaflops(const bench_case *row) {
  return 1e-9 * cases_rate(row, row->kernel->flops);
}

static double gigabytes(const bench_case *row) {
  return 1e-9 * cases_rate(row, row->kernel->bytes);
}

static double share_of_limit(const bench_case *row) {
  return 100 * cases_share(row);
}

static const char *name_of_limit(const bench_case *row) {
  return row->bound.name;
}

static const number_column number_columns[] = {
    {"ns/particle-step", nanoseconds_per_step, 5, NULL, NULL},
    {"ns/particle", nanoseconds_per_particle, 2, NULL, NULL},
    {"speed-up", speed_up, 2, NULL, NULL},
    {"GFLOP/s", gigaflops, 2, "surely", surely_between},
    {"GB/s", gigabytes, 2, NULL, NULL},
    {"% of it", share_of_limit, 0, "limit", name_of_limit}};
enum { NUMBER_COLUMNS = sizeof number_columns / sizeof *number_columns };

static bool was_measured(const bench_case *row) {
  return row->time.count > 0;
}

static int number_decimals(const number_column *column, double value) {
  const int decimals = units_decimals(value, NUMBER_DIGITS);
  return decimals < column->most_decimals ? decimals : column->most_decimals;
}

/* The most decimals in a column, for its decimal points to stand below each other. */
static int column_decimals(const number_column *column, const bench_case *rows, size_t count) {
  int most = 0;
  for (size_t i = 0; i < count; i++) {
    if (!was_measured(&rows[i])) continue;
    const int decimals = number_decimals(column, column->value(&rows[i]));
    if (decimals > most) most = decimals;
  }
  return most;
}

static void add_number(columns *t, const number_column *column, double value, int most_decimals) {
  char cell[CELL_SIZE];
  const int decimals = number_decimals(column, value);
  /* A number without decimals has no point either. */
  const int blanks = most_decimals - decimals + (decimals == 0 && most_decimals > 0);
  snprintf(cell, sizeof cell, "%.*f%*s", decimals, value, blanks, "");
  columns_cell(t, isfinite(value) ? cell : "-");
}

static void add_time(columns *t, const statistics *time) {
  char cell[CELL_SIZE];
  const time_unit unit = units_of_time(time->median);
  const double median = time->median * unit.per_second, mad = time->mad * unit.per_second;
  const int decimals = units_decimals(median, TIME_DIGITS);
  if (time->count > 1) {
    snprintf(cell, sizeof cell, "%.*f %s %.*f %2s", decimals, median, units_plus_minus(), decimals,
             mad, unit.name);
  } else {
    snprintf(cell, sizeof cell, "%.*f %2s", decimals, median, unit.name);
  }
  columns_cell(t, cell);
}

/* What differs between groups, and so has a column. */
typedef struct differing {
  bool n, steps;
} differing;

static void add_row(columns *t, const bench_case *row, const int decimals[NUMBER_COLUMNS],
                    differing with) {
  char cell[CELL_SIZE], count[UNITS_TEXT_SIZE];
  columns_line(t);
  if (with.n) {
    units_count(count, row->n);
    columns_cell(t, count);
  }
  if (with.steps) {
    units_count(count, row->steps);
    columns_cell(t, count);
  }
  columns_cell(t, row->name);
  columns_cell(t, whirl_kernel_method_name(row->kernel->method));
  snprintf(cell, sizeof cell, "%u", row->choice.threads);
  columns_cell(t, cell);
  add_time(t, &row->time);
  for (size_t c = 0; c < NUMBER_COLUMNS; c++) {
    if (number_columns[c].before) columns_cell(t, number_columns[c].words(row));
    add_number(t, &number_columns[c], number_columns[c].value(row), decimals[c]);
  }
  snprintf(cell, sizeof cell, "%s%.1e", row->wrong[0] ? "WRONG " : "", row->largest_error);
  columns_cell(t, row->checked ? cell : "-");
}

static void add_empty_line(columns *t) {
  columns_line(t);
  for (size_t i = 0; i < t->columns; i++) columns_cell(t, "");
}

/* The number of cases, from the first on, that are of one group. */
static size_t group_length(const bench_case *cases, size_t count) {
  size_t length = 1;
  while (length < count && cases[length].group == cases[0].group) length++;
  return length;
}

static void print_heading(const bench_options *options, const whirl_machine *machine, size_t fewest,
                          size_t most) {
  char count[UNITS_TEXT_SIZE];
  printf("%s, %u of %u cores usable; whirl %s\n", machine->cpu_name, machine->usable_cores,
         machine->cores, whirl_version());
  if (options->n_count == 1) {
    units_count(count, options->n[0]);
    printf("%s particle%s%s, ", count, options->n[0] == 1 ? "" : "s",
           options->weak ? " for each thread" : "");
  }
  if (options->by_time) printf("advanced by %g: ", options->dt);
  if (options->steps_count == 1) {
    units_count(count, options->steps_list[0]);
    printf("%s step%s of %g", count, options->steps_list[0] == 1 ? "" : "s", options->timestep);
  } else {
    printf("steps of %g", options->timestep);
  }
  printf("; seed %llu; ", (unsigned long long)options->seed);
  if (most > 1) {
    printf("median %s MAD of ", units_plus_minus());
    if (fewest < most) printf("%zu to ", fewest);
    printf("%zu repetitions\n\n", most);
  } else {
    printf("one repetition\n\n");
  }
}

/* "at n = 1,000, 10 steps": which of several groups a note is about. */
static void print_place(const bench_case *row, differing with) {
  char text[UNITS_TEXT_SIZE];
  if (with.n) {
    units_count(text, row->n);
    printf(" at n = %s", text);
  }
  if (with.steps) {
    units_count(text, row->steps);
    printf("%s %s steps", with.n ? "," : " at", text);
  }
}

static void print_notes(const bench_options *options, const bench_case *cases, size_t count,
                        differing with, const disturbances *d) {
  bool unchecked = false, unsure = false;
  const char *before = "\n";
  for (size_t i = 0; i < count; i++) {
    const bench_case *row = &cases[i];
    unchecked |= was_measured(row) && !row->checked;
    unsure |= was_measured(row) && cases_is_unsure(row);
    if (row->automatic && was_measured(row)) {
      printf("%sauto", before);
      print_place(row, with);
      printf(" is %s on %u thread%s:\n  %s\n", row->choice.kernel->name, row->choice.threads,
             row->choice.threads == 1 ? "" : "s", row->choice.reason);
      before = "";
    }
  }
  /* Each kernel once: every group skips the same ones, but for those that are too slow. */
  for (size_t i = 0; i < count && cases[i].name; i++) {
    const bench_case *row = &cases[i];
    if (!row->skipped[0] || (row->group != cases[0].group && !row->too_slow)) continue;
    printf("%s%s", before, row->name);
    if (row->too_slow) print_place(row, with);
    printf(" is left out: %s\n", row->skipped);
    before = "";
  }
  for (size_t i = 0; options->peers && peers_missing[i]; i++) {
    printf("%s%s\n", before, peers_missing[i]);
    before = "";
  }
  for (size_t i = 0; i < count; i++) {
    if (!(cases_share(&cases[i]) > 1)) continue;
    printf("%s%s was faster than its limit, which therefore was measured too low\n", before,
           cases[i].name);
    before = "";
  }
  if (unsure) {
    printf(
        "%swhere it says unsure, repetitions differ too much for a verdict: something else ran, or "
        "there were too few\n",
        before);
    before = "";
  }
  before = disturbances_print(d, before);
  if (unchecked) {
    printf("%sno error is shown where the steps are too many for the reference, which takes them "
           "one by one\n",
           before);
  }
}

bool table_print_results(const bench_options *options, const whirl_machine *machine,
                         const bench_case *cases, size_t count, const disturbances *d) {
  const differing with = {.n = options->n_count > 1 || options->weak,
                          .steps = options->steps_count > 1};
  const bool markdown = options->format == FORMAT_MARKDOWN;
  size_t fewest = SIZE_MAX, most = 0;
  for (size_t i = 0; i < count; i++) {
    if (!was_measured(&cases[i])) continue;
    if (cases[i].time.count < fewest) fewest = cases[i].time.count;
    if (cases[i].time.count > most) most = cases[i].time.count;
  }
  print_heading(options, machine, fewest, most);

  columns t = columns_new();
  if (with.n) columns_add(&t, "n", true);
  if (with.steps) columns_add(&t, "steps", true);
  columns_add(&t, "kernel", false);
  columns_add(&t, "method", false);
  columns_add(&t, "threads", true);
  columns_add(&t, "time per evolve", true);
  for (size_t c = 0; c < NUMBER_COLUMNS; c++) {
    if (number_columns[c].before) columns_add(&t, number_columns[c].before, false);
    columns_add(&t, number_columns[c].heading, true);
  }
  columns_add(&t, "error/r", true);
  int decimals[NUMBER_COLUMNS];
  for (size_t c = 0; c < NUMBER_COLUMNS; c++) {
    decimals[c] = column_decimals(&number_columns[c], cases, count);
  }
  for (size_t i = 0, length; i < count; i += length) {
    length = group_length(cases + i, count - i);
    bool any = false;
    for (size_t j = i; j < i + length; j++) any |= was_measured(&cases[j]);
    if (any && i > 0) add_empty_line(&t);
    for (size_t j = i; j < i + length; j++) {
      if (was_measured(&cases[j])) add_row(&t, &cases[j], decimals, with);
    }
  }
  if (!(markdown ? columns_print_markdown(&t) : columns_print(&t))) return false;
  if (options->threads_count > 1 && !scaling_print(cases, count, options->weak, markdown))
    return false;
  print_notes(options, cases, count, with, d);
  return standard_output_finish();
}

bool table_print_kernels(const whirl_machine *machine) {
  columns t = columns_new();
  columns_add(&t, "kernel", false);
  columns_add(&t, "method", false);
  columns_add(&t, "class", false);
  columns_add(&t, "isa", false);
  columns_add(&t, "runs here", false);
  columns_add(&t, "what it is", false);
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    char missing[CELL_SIZE - 8], cell[CELL_SIZE * 2];
    features_text(missing, sizeof missing, kernel->features & ~machine->features);
    columns_line(&t);
    columns_cell(&t, kernel->name);
    columns_cell(&t, whirl_kernel_method_name(kernel->method));
    columns_cell(&t, whirl_numeric_class_name(kernel->numeric_class));
    columns_cell(&t, kernel->isa);
    snprintf(cell, sizeof cell, "%s%s", missing[0] ? "lacks " : "yes", missing);
    columns_cell(&t, cell);
    snprintf(cell, sizeof cell, "%s%s", kernel->summary, kernel->threaded ? "; over threads" : "");
    columns_cell(&t, cell);
  }
  if (!columns_print(&t)) return false;
  return standard_output_finish();
}
