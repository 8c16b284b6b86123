#include "limits/show.h"

#include <stdio.h>

#include "program/columns.h"
#include "program/complaint.h"
#include "program/units.h"

enum { CELL_SIZE = 64, DIGITS = 3 };

/* One limit: a number for each machine_limits, in its unit. */
typedef double limit_value(const machine_limits *m, size_t index);

static void add_line(columns *t, const limits *l, const char *name, const char *of,
                     limit_value *value, size_t index, const char *unit) {
  char cell[CELL_SIZE];
  columns_line(t);
  columns_cell(t, name);
  columns_cell(t, of);
  const machine_limits *m;
  for (size_t i = 0; (m = limits_at(l, i)); i++) {
    const double rate = value(m, index);
    snprintf(cell, sizeof cell, "%.*f", units_decimals(rate, DIGITS), rate);
    columns_cell(t, cell);
  }
  columns_cell(t, unit);
}

/* Instruction sets one after another, each with all operations. */
static double operations(const machine_limits *m, size_t index) {
  return 1e-9 * m->operations[index / LIMIT_OPERATIONS][index % LIMIT_OPERATIONS];
}

static double chained_steps(const machine_limits *m, size_t index) {
  (void)index;
  return 1e-6 * m->chained_steps;
}

static double bytes(const machine_limits *m, size_t index) {
  return 1e-9 * m->bytes[index];
}

static void add_units(columns *t, const limits *l) {
  static const char *const names[] = {[LIMIT_MULTIPLY] = "multiplications",
                                      [LIMIT_MIXED] = "multiplications, additions",
                                      [LIMIT_DIVIDE] = "divisions",
                                      [LIMIT_SQUARE_ROOT] = "square roots"};
  static const char *const fused_names[LIMIT_OPERATIONS] = {
      [LIMIT_MULTIPLY] = "FMAs", [LIMIT_MIXED] = "FMAs, additions"};
  for (size_t operation = 0; operation < LIMIT_OPERATIONS; operation++) {
    const limit_probe *isa;
    for (size_t i = 0; (isa = limits_isa(l, i)); i++) {
      char of[CELL_SIZE];
      snprintf(of, sizeof of, "%s, %u lane%s", isa->isa, isa->lanes, isa->lanes == 1 ? "" : "s");
      const bool fused = isa->fused && fused_names[operation];
      add_line(t, l, fused ? fused_names[operation] : names[operation], of, operations,
               i * LIMIT_OPERATIONS + operation, "G/s");
    }
  }
}

static void add_streams(columns *t, const limits *l) {
  for (int level = 0; level < LIMIT_LEVELS; level++) {
    if (limits_at(l, 0)->bytes[level] == 0) continue;
    add_line(t, l, "streams", limit_level_name((limit_level)level), bytes, (size_t)level, "GB/s");
  }
}

bool limits_print(const limits *l, const whirl_machine *machine) {
  printf("%s, %u of %u cores usable; whirl %s\n\n", machine->cpu_name, machine->usable_cores,
         machine->cores, whirl_version());
  columns t = columns_new();
  columns_add(&t, "limit", false);
  columns_add(&t, "of", false);
  const machine_limits *m;
  for (size_t i = 0; (m = limits_at(l, i)); i++) {
    char heading[CELL_SIZE];
    snprintf(heading, sizeof heading, "%u thread%s", m->threads, m->threads == 1 ? "" : "s");
    columns_add(&t, heading, true);
  }
  columns_add(&t, "", false);
  add_units(&t, l);
  add_line(&t, l, "chained steps", "one particle", chained_steps, 0, "M/s");
  add_streams(&t, l);
  return columns_print(&t);
}
