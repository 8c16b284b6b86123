#include "compare_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "program/allocate.h"
#include "program/columns.h"
#include "program/complaint.h"
#include "program/standard_output.h"
#include "program/units.h"

enum { CELL_SIZE = 160, SENTENCE_SIZE = 2 * CELL_SIZE };

static bool chose_another(const result_row *old_row, const result_row *new_row) {
  return old_row->chosen && new_row->chosen && strcmp(old_row->chosen, new_row->chosen) != 0;
}

/* "avx2", or "auto (spiral-avx512, then spiral-avx2)" */
static void name_kernel(char text[CELL_SIZE], const result_row *old_row,
                        const result_row *new_row) {
  if (chose_another(old_row, new_row))
    snprintf(text, CELL_SIZE, "%s (%s, then %s)", new_row->kernel, old_row->chosen,
             new_row->chosen);
  else
    snprintf(text, CELL_SIZE, "%s", new_row->kernel);
}

/* "avx2, n = 1,000, 100 steps" */
static void describe_work(char text[SENTENCE_SIZE], const char *kernel, size_t n, uint64_t steps) {
  char particles[UNITS_TEXT_SIZE], count[UNITS_TEXT_SIZE];
  units_count(particles, n);
  units_count(count, steps);
  snprintf(text, SENTENCE_SIZE, "%s, n = %s, %s step%s", kernel, particles, count,
           steps == 1 ? "" : "s");
}

/* "avx2, n = 1,000, 100 steps, 1 thread", with that name */
static void describe_as(char text[SENTENCE_SIZE], const char *kernel, const result_row *row) {
  describe_work(text, kernel, row->n, row->steps);
  const size_t length = strlen(text);
  snprintf(text + length, SENTENCE_SIZE - length, ", %u thread%s", row->threads,
           row->threads == 1 ? "" : "s");
}

static void describe(char text[SENTENCE_SIZE], const result_row *row) {
  describe_as(text, row->kernel, row);
}

static double median_of(const result_row *row) {
  double *scratch = allocate(row->count, sizeof *scratch);
  const double median = statistics_of(row->seconds, scratch, row->count).median;
  free(scratch);
  return median;
}

static void add_count(columns *t, uint64_t count) {
  char cell[UNITS_TEXT_SIZE];
  units_count(cell, count);
  columns_cell(t, cell);
}

static void add_time(columns *t, const result_row *row) {
  char cell[CELL_SIZE];
  const double median = median_of(row);
  const time_unit unit = units_of_time(median);
  const double value = median * unit.per_second;
  snprintf(cell, sizeof cell, "%.*f %2s", units_decimals(value, 4), value, unit.name);
  columns_cell(t, cell);
}

static const char *verdict_in_words(const comparison *c) {
  switch (c->verdict) {
  case COMPARE_SAME:
    return "same";
  case COMPARE_SLOWER:
    return "SLOWER";
  case COMPARE_FASTER:
    return "faster";
  case COMPARE_TOO_FEW:
    return "too few repetitions";
  case COMPARE_WRONG:
    return "WRONG";
  case COMPARE_UNSURE:
    break;
  }
  if (c->factor.sure.low > 1) return "slower, can't tell how much";
  if (c->factor.sure.high < 1) return "faster, can't tell how much";
  return "can't tell";
}

static void add_line(columns *t, const comparison *c) {
  char cell[CELL_SIZE];
  columns_line(t);
  name_kernel(cell, c->old_row, c->new_row);
  columns_cell(t, cell);
  add_count(t, c->new_row->n);
  add_count(t, c->new_row->steps);
  if (c->old_row->threads == c->new_row->threads)
    snprintf(cell, sizeof cell, "%u", c->new_row->threads);
  else
    snprintf(cell, sizeof cell, "%u, then %u", c->old_row->threads, c->new_row->threads);
  columns_cell(t, cell);
  add_time(t, c->old_row);
  add_time(t, c->new_row);
  snprintf(cell, sizeof cell, "%.3f", c->factor.estimate);
  columns_cell(t, cell);
  snprintf(cell, sizeof cell, "%.3f to %.3f", c->factor.sure.low, c->factor.sure.high);
  columns_cell(t, cell);
  snprintf(cell, sizeof cell, "%.2g", c->p);
  columns_cell(t, cell);
  columns_cell(t, verdict_in_words(c));
}

static bool print_columns(const comparison *rows, size_t count, bool markdown) {
  columns t = columns_new();
  columns_add(&t, "kernel", false);
  columns_add(&t, "n", true);
  columns_add(&t, "steps", true);
  columns_add(&t, "threads", true);
  columns_add(&t, "old", true);
  columns_add(&t, "new", true);
  columns_add(&t, "new / old", true);
  columns_add(&t, "surely", true);
  columns_add(&t, "U test's p", true);
  columns_add(&t, "verdict", false);
  for (size_t i = 0; i < count; i++) add_line(&t, &rows[i]);
  return markdown ? columns_print_markdown(&t) : columns_print(&t);
}

static void print_run(const char *which, const bench_results *r) {
  printf("%s: %s; whirl %s, %s, %s%s\n", which, r->name, results_text(r, "build", "version"),
         results_text(r, "build", "compiler"), results_text(r, "build", "type"),
         r->complete ? "" : "; ended before all was measured");
}

/* What --anyway passes over. */
static void print_differences(const bench_results *old_run, const bench_results *new_run) {
  size_t count;
  char **texts = compare_differences(old_run, new_run, &count);
  for (size_t i = 0; i < count; i++) {
    printf("the runs %s\n", texts[i]);
    free(texts[i]);
  }
  free(texts);
}

static bool is_compared(const result_row *row, const comparison *rows, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (rows[k].old_row == row || rows[k].new_row == row) return true;
  return false;
}

/* The rows of one run that the other has not. Returns what goes before a later note. */
static const char *print_missing(const bench_results *r, const comparison *rows, size_t count,
                                 const char *which, const char *before) {
  for (size_t i = 0; i < r->count; i++) {
    if (is_compared(&r->rows[i], rows, count)) continue;
    char text[SENTENCE_SIZE];
    describe(text, &r->rows[i]);
    printf("%sonly in the %s run: %s\n", before, which, text);
    before = "";
  }
  return before;
}

/* The same on standard error, for a form that has no room for it. */
static void tell_of_missing(const bench_results *r, const comparison *rows, size_t count,
                            const char *which) {
  for (size_t i = 0; i < r->count; i++) {
    if (is_compared(&r->rows[i], rows, count)) continue;
    char text[SENTENCE_SIZE];
    describe(text, &r->rows[i]);
    complain("only in the %s run: %s", which, text);
  }
}

static bool print_table(const bench_options *options, const bench_results *new_run,
                        const comparison *rows, size_t count) {
  print_run("old", options->old_run);
  print_run("new", new_run);
  print_differences(options->old_run, new_run);
  printf("%s; changes by up to %g %% don't count\n\n", results_text(new_run, "machine", "cpu"),
         100 * options->fail_above);
  if (!print_columns(rows, count, options->format == FORMAT_MARKDOWN)) return false;
  const char *before = print_missing(options->old_run, rows, count, "old", "\n");
  before = print_missing(new_run, rows, count, "new", before);
  for (size_t i = 0; i < count; i++) {
    if (rows[i].verdict != COMPARE_UNSURE) continue;
    printf(
        "%scan't tell: the noise is wider than the changes that count; more --repetitions, and a "
        "machine that does nothing else, narrow it\n",
        before);
    break;
  }
  return true;
}

/* The verdicts as programs read them. */
static const char *const verdict_names[] = {[COMPARE_SAME] = "same",
                                            [COMPARE_SLOWER] = "slower",
                                            [COMPARE_FASTER] = "faster",
                                            [COMPARE_UNSURE] = "unsure",
                                            [COMPARE_TOO_FEW] = "too_few_repetitions",
                                            [COMPARE_WRONG] = "wrong"};

static bool print_csv(const bench_options *options, const bench_results *new_run,
                      const comparison *rows, size_t count) {
  puts("kernel,n,steps,old_threads,new_threads,old_seconds,new_seconds,factor,factor_low,"
       "factor_high,coverage,p,verdict");
  for (size_t i = 0; i < count; i++) {
    const comparison *c = &rows[i];
    printf("%s,%zu,%" PRIu64 ",%u,%u,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%s\n",
           c->new_row->kernel, c->new_row->n, c->new_row->steps, c->old_row->threads,
           c->new_row->threads, median_of(c->old_row), median_of(c->new_row), c->factor.estimate,
           c->factor.sure.low, c->factor.sure.high, c->factor.sure.coverage, c->p,
           verdict_names[c->verdict]);
  }
  tell_of_missing(options->old_run, rows, count, "old");
  tell_of_missing(new_run, rows, count, "new");
  return true;
}

static void add_differences(cJSON *document, const bench_results *old_run,
                            const bench_results *new_run) {
  cJSON *list = cJSON_AddArrayToObject(document, "differences");
  size_t count;
  char **texts = compare_differences(old_run, new_run, &count);
  for (size_t i = 0; i < count; i++) {
    cJSON_AddItemToArray(list, cJSON_CreateString(texts[i]));
    free(texts[i]);
  }
  free(texts);
}

static void add_row(cJSON *object, const result_row *row) {
  cJSON_AddStringToObject(object, "kernel", row->kernel);
  cJSON_AddNumberToObject(object, "n", (double)row->n);
  cJSON_AddNumberToObject(object, "steps", (double)row->steps);
}

static void add_missing(cJSON *document, const char *key, const bench_results *r,
                        const comparison *rows, size_t count) {
  cJSON *list = cJSON_AddArrayToObject(document, key);
  for (size_t i = 0; i < r->count; i++) {
    if (is_compared(&r->rows[i], rows, count)) continue;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    add_row(object, &r->rows[i]);
    cJSON_AddNumberToObject(object, "threads", r->rows[i].threads);
  }
}

static bool print_json(const bench_options *options, const bench_results *new_run,
                       const comparison *rows, size_t count) {
  cJSON *document = cJSON_CreateObject();
  cJSON_AddStringToObject(document, "old", options->old_run->name);
  cJSON_AddStringToObject(document, "new", new_run->name);
  cJSON_AddBoolToObject(document, "old_complete", options->old_run->complete);
  cJSON_AddBoolToObject(document, "new_complete", new_run->complete);
  add_differences(document, options->old_run, new_run);
  cJSON_AddNumberToObject(document, "fail_above", options->fail_above);
  cJSON *list = cJSON_AddArrayToObject(document, "comparisons");
  for (size_t i = 0; i < count; i++) {
    const comparison *c = &rows[i];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    add_row(object, c->new_row);
    if (c->old_row->chosen) cJSON_AddStringToObject(object, "old_chosen", c->old_row->chosen);
    if (c->new_row->chosen) cJSON_AddStringToObject(object, "new_chosen", c->new_row->chosen);
    cJSON_AddNumberToObject(object, "old_threads", c->old_row->threads);
    cJSON_AddNumberToObject(object, "new_threads", c->new_row->threads);
    cJSON_AddNumberToObject(object, "old_seconds", median_of(c->old_row));
    cJSON_AddNumberToObject(object, "new_seconds", median_of(c->new_row));
    cJSON_AddNumberToObject(object, "factor", c->factor.estimate);
    const double ends[] = {c->factor.sure.low, c->factor.sure.high};
    cJSON_AddItemToObject(object, "factor_interval", cJSON_CreateDoubleArray(ends, 2));
    cJSON_AddNumberToObject(object, "coverage", c->factor.sure.coverage);
    cJSON_AddNumberToObject(object, "p", c->p);
    cJSON_AddStringToObject(object, "verdict", verdict_names[c->verdict]);
  }
  add_missing(document, "only_old", options->old_run, rows, count);
  add_missing(document, "only_new", new_run, rows, count);
  char *text = cJSON_Print(document);
  cJSON_Delete(document);
  if (!text) return complain("out of memory");
  puts(text);
  cJSON_free(text);
  return true;
}

/* Whether nothing became slower; names what did. */
static bool nothing_is_slower(const bench_options *options, const comparison *rows, size_t count) {
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    const comparison *c = &rows[i];
    if (c->verdict != COMPARE_SLOWER) continue;
    char text[SENTENCE_SIZE];
    char kernel[CELL_SIZE];
    name_kernel(kernel, c->old_row, c->new_row);
    describe_as(text, kernel, c->new_row);
    good = complain("%s: slower by %.1f %%, surely by %.1f %% or more; %g %% are allowed", text,
                    100 * (c->factor.estimate - 1), 100 * (c->factor.sure.low - 1),
                    100 * options->fail_above);
  }
  return good;
}

/* Whether all of a run's results are right; names those that aren't, also where the other run lacks
 * the row. */
static bool results_are_right(const bench_results *r) {
  bool good = true;
  for (size_t i = 0; i < r->count; i++) {
    if (!r->rows[i].wrong) continue;
    char text[SENTENCE_SIZE];
    describe(text, &r->rows[i]);
    good = complain("%s: %s: the result is wrong: %s", r->name, text, r->rows[i].wrong);
  }
  return good;
}

/* Whether each of a run's rows came to a result; names those that didn't. */
static bool nothing_failed(const bench_results *r) {
  for (size_t i = 0; i < r->failure_count; i++) {
    const result_failure *failure = &r->failures[i];
    char text[SENTENCE_SIZE];
    describe_work(text, failure->kernel, failure->n, failure->steps);
    complain("%s: %s: %s", r->name, text, failure->problem);
  }
  return r->failure_count == 0;
}

static bool print(const bench_options *options, const bench_results *new_run,
                  const comparison *rows, size_t count) {
  const bool good = options->format == FORMAT_CSV    ? print_csv(options, new_run, rows, count)
                    : options->format == FORMAT_JSON ? print_json(options, new_run, rows, count)
                                                     : print_table(options, new_run, rows, count);
  return good && standard_output_finish();
}

int compare_report(const bench_options *options, const bench_results *new_run) {
  size_t count;
  comparison *rows = compare_rows(options->old_run, new_run, options->fail_above, &count);
  int code = PROGRAM_BAD_USAGE;
  if (count == 0) {
    complain("%s and %s have no row in common: the same kernel with the same particles and steps",
             options->old_run->name, new_run->name);
  } else {
    bool good = print(options, new_run, rows, count);
    good &= nothing_is_slower(options, rows, count);
    good &= results_are_right(options->old_run);
    /* Of a run that has just been measured bench tells this by itself. */
    if (options->new_file) {
      good &= results_are_right(new_run);
      good &= nothing_failed(new_run);
    }
    code = good ? PROGRAM_OK : PROGRAM_FAILED;
  }
  free(rows);
  return code;
}
