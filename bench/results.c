#include "results.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "program/allocate.h"
#include "program/complaint.h"
#include "whirl/kernel.h"

/* The file's text, to be freed. NULL, and told, where it can't be read. */
static char *read_text(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = NULL;
  size_t length = 0, room = 0;
  if (file) {
    size_t got = 1;
    while (got > 0) {
      if (length == room) {
        char *more = allocate(room = 2 * room + 65536, 1);
        if (length > 0) memcpy(more, text, length);
        free(text);
        text = more;
      }
      got = fread(text + length, 1, room - length, file);
      length += got;
    }
    if (ferror(file)) {
      free(text);
      text = NULL;
    }
  }
  if (!text) complain("can't read %s: %s", path, strerror(errno));
  if (file) fclose(file);
  if (text && strlen(text) < length) {
    complain("%s is no file of results that bench --json writes: it holds a NUL byte", path);
    free(text);
    return NULL;
  }
  return text;
}

static bool is_none(const bench_results *r, const char *what) {
  return complain("%s is no file of results that bench --json writes: %s", r->name, what);
}

static bool has_number(const cJSON *object, const char *name, double least, double most) {
  const cJSON *number = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsNumber(number) && number->valuedouble >= least && number->valuedouble <= most &&
         number->valuedouble == floor(number->valuedouble);
}

static double number_of(const cJSON *object, const char *name) {
  return cJSON_GetObjectItemCaseSensitive(object, name)->valuedouble;
}

static bool has_work(const cJSON *object) {
  return has_number(object, "n", 1, 0x1p53) && has_number(object, "steps", 0, WHIRL_MAX_STEPS);
}

/* A row of the document; false, and told, where it is not one. */
static bool read_row(bench_results *r, const cJSON *object) {
  const cJSON *kernel = cJSON_GetObjectItemCaseSensitive(object, "kernel");
  const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(object, "seconds");
  const cJSON *samples = cJSON_GetObjectItemCaseSensitive(seconds, "samples");
  if (!cJSON_IsString(kernel) || !has_work(object) || !has_number(object, "threads", 1, 1 << 20))
    return is_none(r, "a row lacks its kernel, n, steps or threads");
  const size_t count = (size_t)cJSON_GetArraySize(samples);
  if (!cJSON_IsArray(samples) || count == 0)
    return is_none(r, "a row lacks the seconds of its repetitions");
  if (count > RESULTS_MOST_REPETITIONS) {
    return complain("%s: %zu repetitions are too many to compare; measure up to %d", r->name, count,
                    RESULTS_MOST_REPETITIONS);
  }
  result_row *row = &r->rows[r->count++];
  *row =
      (result_row){.kernel = kernel->valuestring,
                   .n = (size_t)number_of(object, "n"),
                   .steps = (uint64_t)number_of(object, "steps"),
                   .threads = (unsigned)number_of(object, "threads"),
                   .wrong = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "wrong")),
                   .chosen = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
                       cJSON_GetObjectItemCaseSensitive(object, "chosen"), "kernel")),
                   .seconds = allocate(count, sizeof *row->seconds)};
  const cJSON *sample;
  cJSON_ArrayForEach(sample, samples) {
    if (!cJSON_IsNumber(sample) || !(sample->valuedouble > 0) || !isfinite(sample->valuedouble))
      return is_none(r, "a repetition's seconds are no number above 0");
    row->seconds[row->count++] = sample->valuedouble;
  }
  return true;
}

/* A row that was left out counts where that is because it failed. */
static bool read_skipped(bench_results *r, const cJSON *object) {
  if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "failed"))) return true;
  const cJSON *kernel = cJSON_GetObjectItemCaseSensitive(object, "kernel");
  const cJSON *problem = cJSON_GetObjectItemCaseSensitive(object, "skipped");
  if (!cJSON_IsString(kernel) || !cJSON_IsString(problem) || !has_work(object))
    return is_none(r, "a row that failed lacks its kernel, n, steps or the problem");
  r->failures[r->failure_count++] = (result_failure){.kernel = kernel->valuestring,
                                                     .n = (size_t)number_of(object, "n"),
                                                     .steps = (uint64_t)number_of(object, "steps"),
                                                     .problem = problem->valuestring};
  return true;
}

static bool read_rows(bench_results *r) {
  const cJSON *rows = cJSON_GetObjectItemCaseSensitive(r->document, "results");
  if (!cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(r->document, "machine")) ||
      !cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(r->document, "workload")) ||
      !cJSON_IsArray(rows))
    return is_none(r, "it lacks the machine, the workload or the results");
  r->complete = !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(r->document, "complete"));
  r->rows = allocate((size_t)cJSON_GetArraySize(rows), sizeof *r->rows);
  r->failures = allocate((size_t)cJSON_GetArraySize(rows), sizeof *r->failures);
  const cJSON *object;
  cJSON_ArrayForEach(object, rows) {
    const bool skipped = cJSON_HasObjectItem(object, "skipped");
    if (!(skipped ? read_skipped(r, object) : read_row(r, object))) return false;
  }
  return true;
}

bench_results *results_parse(const char *text, const char *name) {
  bench_results *r = allocate(1, sizeof *r);
  r->name = strcpy(allocate(strlen(name), 1), name);
  r->document = cJSON_ParseWithOpts(text, NULL, true);
  if (r->document ? read_rows(r) : is_none(r, "it is not JSON")) return r;
  results_destroy(r);
  return NULL;
}

bench_results *results_read(const char *path) {
  char *text = read_text(path);
  if (!text) return NULL;
  bench_results *r = results_parse(text, path);
  free(text);
  return r;
}

void results_destroy(bench_results *r) {
  if (!r) return;
  for (size_t i = 0; i < r->count; i++) free(r->rows[i].seconds);
  free(r->rows);
  free(r->failures);
  cJSON_Delete(r->document);
  free(r->name);
  free(r);
}

const char *results_text(const bench_results *r, const char *object, const char *member) {
  const cJSON *found = cJSON_GetObjectItemCaseSensitive(
      cJSON_GetObjectItemCaseSensitive(r->document, object), member);
  return cJSON_IsString(found) ? found->valuestring : "?";
}

char **results_arguments(const bench_results *r, size_t *count) {
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(
      cJSON_GetObjectItemCaseSensitive(r->document, "workload"), "arguments");
  char **arguments = allocate((size_t)cJSON_GetArraySize(list), sizeof *arguments);
  *count = 0;
  const cJSON *argument;
  cJSON_ArrayForEach(argument, list) {
    if (cJSON_IsString(argument)) arguments[(*count)++] = argument->valuestring;
  }
  return arguments;
}
