#include "scaling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/allocate.h"
#include "program/columns.h"
#include "program/units.h"

static bool belong_together(const bench_case *a, const bench_case *b, bool weak) {
  if (!a->name || !b->name) return false; /* one's group was not begun */
  if (strcmp(a->name, b->name) != 0 || a->steps != b->steps) return false;
  return weak ? a->n_given == b->n_given : a->n == b->n;
}

bool scaling_of(scaling *found, const bench_case *row, const bench_case *cases, size_t count,
                bool weak) {
  const bench_case *base = NULL;
  bool several = false;
  if (row->time.count == 0 || !row->threaded) return false;
  for (size_t i = 0; i < count; i++) {
    const bench_case *other = &cases[i];
    if (other->time.count == 0 || !belong_together(row, other, weak)) continue;
    several |= other->choice.threads != row->choice.threads;
    if (!base || other->choice.threads < base->choice.threads) base = other;
  }
  if (!several) return false;
  double *quotients = allocate(base->repetitions * row->repetitions, sizeof *quotients);
  factor_found speed_up = statistics_factor(base->seconds, base->repetitions, row->seconds,
                                            row->repetitions, quotients);
  free(quotients);
  if (row == base) speed_up.sure = (interval){1, 1, 1}; /* by definition */
  const double work = (double)row->n / (double)base->n;
  speed_up.estimate *= work;
  speed_up.sure.low *= work;
  speed_up.sure.high *= work;
  *found = (scaling){.row = row,
                     .base = base,
                     .speed_up = speed_up,
                     .efficiency = speed_up.estimate * base->choice.threads / row->choice.threads};
  return true;
}

static void add_row(columns *t, const scaling *s) {
  char cell[UNITS_TEXT_SIZE * 2];
  columns_line(t);
  columns_cell(t, s->row->name);
  units_count(cell, s->row->n);
  columns_cell(t, cell);
  units_count(cell, s->row->steps);
  columns_cell(t, cell);
  snprintf(cell, sizeof cell, "%u", s->row->choice.threads);
  columns_cell(t, cell);
  const time_unit unit = units_of_time(s->row->time.median);
  snprintf(cell, sizeof cell, "%.4g %2s", s->row->time.median * unit.per_second, unit.name);
  columns_cell(t, cell);
  const interval *sure = &s->speed_up.sure;
  const bool unsure = interval_says_nothing(sure);
  snprintf(cell, sizeof cell, "%.2f", s->speed_up.estimate);
  columns_cell(t, unsure ? "-" : cell);
  snprintf(cell, sizeof cell, "%s%.2f to %.2f", unsure ? "unsure, " : "", sure->low, sure->high);
  columns_cell(t, cell);
  snprintf(cell, sizeof cell, "%.0f", 100 * s->efficiency);
  columns_cell(t, unsure ? "-" : cell);
}

bool scaling_print(const bench_case *cases, size_t count, bool weak, bool markdown) {
  columns t = columns_new();
  columns_add(&t, "kernel", false);
  columns_add(&t, "n", true);
  columns_add(&t, "steps", true);
  columns_add(&t, "threads", true);
  columns_add(&t, "time per evolve", true);
  columns_add(&t, "speed-up", true);
  columns_add(&t, "surely", false);
  columns_add(&t, "efficiency %", true);
  bool any = false;
  /* Each kernel's rows together, in the order in which the first one stands. */
  for (size_t i = 0; i < count; i++) {
    bool before = false;
    for (size_t k = 0; k < i; k++) before |= belong_together(&cases[i], &cases[k], weak);
    for (size_t k = i; !before && k < count; k++) {
      scaling s;
      if (!belong_together(&cases[i], &cases[k], weak)) continue;
      if (!scaling_of(&s, &cases[k], cases, count, weak)) continue;
      if (!any)
        printf("\n%s scaling: %s\n\n", weak ? "weak" : "strong",
               weak ? "as many particles for each thread" : "the same particles for all threads");
      add_row(&t, &s);
      any = true;
    }
  }
  if (!any) return columns_drop(&t);
  return markdown ? columns_print_markdown(&t) : columns_print(&t);
}
