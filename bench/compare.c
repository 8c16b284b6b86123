#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "program/allocate.h"
#include "program/complaint.h"

static const double least_coverage = 0.95;

static bool does_the_same(const result_row *a, const result_row *b) {
  return strcmp(a->kernel, b->kernel) == 0 && a->n == b->n && a->steps == b->steps;
}

/* The only row of a run that does the same as this one, or NULL. */
static const result_row *only_one(const bench_results *r, const result_row *row) {
  const result_row *found = NULL;
  for (size_t i = 0; i < r->count; i++) {
    if (!does_the_same(&r->rows[i], row)) continue;
    if (found) return NULL;
    found = &r->rows[i];
  }
  return found;
}

static bool is_alike(const result_row *a, const result_row *b) {
  return does_the_same(a, b) && a->threads == b->threads;
}

/* The row of a run that belongs to the other run's row, or NULL. Where several are alike, as a
 * kernel of one thread is in each group of a run over threads, the first belongs to the first. */
static const result_row *counterpart(const bench_results *r, const bench_results *other,
                                     const result_row *row) {
  size_t earlier = 0;
  for (const result_row *before = other->rows; before < row; before++)
    earlier += is_alike(before, row);
  for (size_t i = 0; i < r->count; i++) {
    if (is_alike(&r->rows[i], row) && earlier-- == 0) return &r->rows[i];
  }
  return only_one(other, row) ? only_one(r, row) : NULL;
}

static compare_verdict judge(const interval *sure, double threshold) {
  const double most = 1 + threshold;
  if (sure->coverage < least_coverage) return COMPARE_TOO_FEW;
  if (sure->low > most) return COMPARE_SLOWER;
  if (sure->high < 1 / most) return COMPARE_FASTER;
  return sure->low >= 1 / most && sure->high <= most ? COMPARE_SAME : COMPARE_UNSURE;
}

static comparison compare(const result_row *old_row, const result_row *new_row, double threshold) {
  double *quotients = allocate(old_row->count * new_row->count, sizeof *quotients);
  comparison c = {.old_row = old_row, .new_row = new_row};
  c.factor = statistics_factor(new_row->seconds, new_row->count, old_row->seconds, old_row->count,
                               quotients);
  c.p = statistics_mann_whitney(new_row->seconds, new_row->count, old_row->seconds, old_row->count);
  c.verdict = old_row->wrong || new_row->wrong ? COMPARE_WRONG : judge(&c.factor.sure, threshold);
  free(quotients);
  return c;
}

comparison *compare_rows(const bench_results *old_run, const bench_results *new_run,
                         double threshold, size_t *count) {
  comparison *found = allocate(new_run->count, sizeof *found);
  *count = 0;
  for (size_t i = 0; i < new_run->count; i++) {
    const result_row *row = &new_run->rows[i], *old_row = counterpart(old_run, new_run, row);
    if (old_row) found[(*count)++] = compare(old_row, row, threshold);
  }
  return found;
}

typedef struct differences {
  char **texts;
  size_t count;
} differences;

static char *text_of(const cJSON *member) {
  char *text = member ? cJSON_PrintUnformatted(member) : NULL;
  return text ? text : strcpy(allocate(sizeof "not told", 1), "not told");
}

static void add_difference(differences *d, const char *what, const char *name, const cJSON *a,
                           const cJSON *b) {
  static const char format[] = "%s: %s is %s in the one and %s in the other";
  char *old_text = text_of(a), *new_text = text_of(b);
  const size_t size =
      sizeof format + strlen(what) + strlen(name) + strlen(old_text) + strlen(new_text);
  char *text = allocate(size, 1);
  snprintf(text, size, format, what, name, old_text, new_text);
  d->texts[d->count++] = text;
  free(old_text);
  free(new_text);
}

/* The members in which an object of both documents differs. The arguments name the kernels too, and
 * rows that one run lacks are told by themselves. */
static void add_differences(differences *d, const bench_results *old_run,
                            const bench_results *new_run, const char *object, const char *what) {
  const cJSON *a = cJSON_GetObjectItemCaseSensitive(old_run->document, object);
  const cJSON *b = cJSON_GetObjectItemCaseSensitive(new_run->document, object);
  const size_t most = d->count + (size_t)cJSON_GetArraySize(a) + (size_t)cJSON_GetArraySize(b);
  char **texts = allocate(most, sizeof *texts);
  if (d->count > 0) memcpy(texts, d->texts, d->count * sizeof *texts);
  free(d->texts);
  d->texts = texts;
  const cJSON *member;
  cJSON_ArrayForEach(member, a) {
    const cJSON *other = cJSON_GetObjectItemCaseSensitive(b, member->string);
    if (strcmp(member->string, "arguments") != 0 && !cJSON_Compare(member, other, true))
      add_difference(d, what, member->string, member, other);
  }
  cJSON_ArrayForEach(member, b) {
    if (strcmp(member->string, "arguments") != 0 &&
        !cJSON_GetObjectItemCaseSensitive(a, member->string))
      add_difference(d, what, member->string, NULL, member);
  }
}

char **compare_differences(const bench_results *old_run, const bench_results *new_run,
                           size_t *count) {
  differences d = {0};
  add_differences(&d, old_run, new_run, "machine", "are from different machines");
  add_differences(&d, old_run, new_run, "workload", "did different work");
  *count = d.count;
  return d.texts;
}

bool compare_is_fair(const bench_results *old_run, const bench_results *new_run) {
  size_t count;
  char **texts = compare_differences(old_run, new_run, &count);
  if (count > 0) {
    complain("%s and %s %s; --anyway compares them nevertheless", old_run->name, new_run->name,
             texts[0]);
  }
  for (size_t i = 0; i < count; i++) free(texts[i]);
  free(texts);
  return count == 0;
}
