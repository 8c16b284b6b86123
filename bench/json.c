#include "json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "program/complaint.h"
#include "scaling.h"

/* A number, or null where there is none: JSON has no infinities. */
static void add_number(cJSON *object, const char *name, double number) {
  if (isfinite(number)) {
    cJSON_AddNumberToObject(object, name, number);
  } else {
    cJSON_AddNullToObject(object, name);
  }
}

static void add_number_if(cJSON *object, const char *name, bool known, double number) {
  add_number(object, name, known ? number : NAN);
}

/* cJSON keeps numbers as doubles, which hold no more than 53 bits. */
static void add_integer(cJSON *object, const char *name, uint64_t number) {
  char digits[24];
  snprintf(digits, sizeof digits, "%" PRIu64, number);
  cJSON_AddRawToObject(object, name, digits);
}

static void add_interval(cJSON *object, const char *name, const interval *sure) {
  cJSON *ends = cJSON_AddObjectToObject(object, name);
  add_number(ends, "low", sure->low);
  add_number(ends, "high", sure->high);
  add_number(ends, "coverage", sure->coverage);
}

static void add_machine(cJSON *document, const whirl_machine *machine) {
  cJSON *object = cJSON_AddObjectToObject(document, "machine");
  cJSON_AddStringToObject(object, "cpu", machine->cpu_name);
  cJSON *features = cJSON_AddArrayToObject(object, "features");
  for (unsigned bit = 0; bit < 64; bit++) {
    const uint64_t feature = UINT64_C(1) << bit;
    const char *name = machine->features & feature ? whirl_feature_name((whirl_feature)feature) : 0;
    if (name) cJSON_AddItemToArray(features, cJSON_CreateString(name));
  }
  add_integer(object, "cores", machine->cores);
  add_integer(object, "logical_cpus", machine->logical_cpus);
  add_integer(object, "usable_cores", machine->usable_cores);
  add_integer(object, "usable_logical_cpus", machine->usable_logical_cpus);
  add_integer(object, "performance_cores", machine->performance_cores);
  add_number(object, "cpu_quota", machine->cpu_quota);
  add_integer(object, "max_threads", machine->max_threads);
  add_integer(object, "numa_nodes", machine->numa_nodes);
  add_integer(object, "usable_numa_nodes", machine->usable_numa_nodes);
  cJSON *caches = cJSON_AddObjectToObject(object, "cache_bytes");
  add_number_if(caches, "l1_data", machine->l1_data_bytes, (double)machine->l1_data_bytes);
  add_number_if(caches, "l2", machine->l2_bytes, (double)machine->l2_bytes);
  add_number_if(caches, "l3", machine->l3_bytes, (double)machine->l3_bytes);
}

static void add_build(cJSON *document) {
  cJSON *object = cJSON_AddObjectToObject(document, "build");
  cJSON_AddStringToObject(object, "version", whirl_version());
  cJSON_AddStringToObject(object, "compiler", WHIRL_BUILD_COMPILER);
  cJSON_AddStringToObject(object, "type", WHIRL_BUILD_TYPE);
  cJSON_AddStringToObject(object, "flags", WHIRL_BUILD_FLAGS);
}

static void add_workload(cJSON *document, const bench_options *options) {
  cJSON *object = cJSON_AddObjectToObject(document, "workload");
  add_integer(object, "seed", options->seed);
  add_number(object, "timestep", options->timestep);
  if (options->by_time) add_number(object, "dt", options->dt);
  cJSON_AddBoolToObject(object, "weak", options->weak);
  cJSON *arguments = cJSON_AddArrayToObject(object, "arguments");
  char *argument;
  for (size_t i = 0; (argument = options_work_argument(options, i)); i++) {
    if (*argument) cJSON_AddItemToArray(arguments, cJSON_CreateString(argument));
    free(argument);
  }
}

static void add_limits(cJSON *document, const limits *l) {
  static const char *const operations[] = {[LIMIT_MULTIPLY] = "multiplies",
                                           [LIMIT_MIXED] = "multiplies_and_additions",
                                           [LIMIT_DIVIDE] = "divides",
                                           [LIMIT_SQUARE_ROOT] = "square_roots"};
  cJSON *array = cJSON_AddArrayToObject(document, "limits");
  const machine_limits *m;
  for (size_t i = 0; (m = limits_at(l, i)); i++) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(array, object);
    add_integer(object, "threads", m->threads);
    cJSON *sets = cJSON_AddObjectToObject(object, "operations_per_second");
    const limit_probe *isa;
    for (size_t k = 0; (isa = limits_isa(l, k)); k++) {
      cJSON *set = cJSON_AddObjectToObject(sets, isa->isa);
      add_integer(set, "lanes", isa->lanes);
      cJSON_AddBoolToObject(set, "fused", isa->fused);
      for (int operation = 0; operation < LIMIT_OPERATIONS; operation++)
        add_number(set, operations[operation], m->operations[k][operation]);
    }
    add_number(object, "chained_steps_per_second", m->chained_steps);
    cJSON *levels = cJSON_AddObjectToObject(object, "bytes_per_second");
    for (int level = 0; level < LIMIT_LEVELS; level++)
      add_number_if(levels, limit_level_name((limit_level)level), m->bytes[level] > 0,
                    m->bytes[level]);
  }
}

static void add_bound(cJSON *object, const bench_case *row) {
  if (row->bound.kind == LIMIT_NONE) return;
  cJSON *limit = cJSON_AddObjectToObject(object, "limit");
  cJSON_AddStringToObject(limit, "name", row->bound.name);
  add_number(limit, "seconds", row->bound.seconds);
  add_number(limit, "share", cases_share(row));
}

static void add_measurement(cJSON *object, const bench_case *row) {
  const statistics *time = &row->time;
  const double n = (double)row->n, steps = (double)row->steps;
  cJSON *seconds = cJSON_AddObjectToObject(object, "seconds");
  add_number(seconds, "min", time->min);
  add_number(seconds, "median", time->median);
  add_number(seconds, "mad", time->mad);
  add_number(seconds, "max", time->max);
  add_interval(seconds, "median_interval", &time->sure);
  add_integer(seconds, "repetitions", time->count);
  cJSON_AddItemToObject(seconds, "samples",
                        cJSON_CreateDoubleArray(row->seconds, (int)row->repetitions));
  add_number(object, "ns_per_particle_step", 1e9 * time->median / n / steps);
  add_number(object, "ns_per_particle", 1e9 * time->median / n);
  add_number_if(object, "speedup_over_naive", row->speed_up.count > 0, row->speed_up.median);
  if (row->speed_up.count > 0)
    add_interval(object, "speedup_over_naive_interval", &row->speed_up.sure);
  cJSON_AddBoolToObject(object, "unsure", cases_is_unsure(row));
  add_number(object, "gflops", 1e-9 * cases_rate(row, row->kernel->flops));
  add_number(object, "gbytes_per_second", 1e-9 * cases_rate(row, row->kernel->bytes));
  add_number(object, "gbytes_per_second_limit", 1e-9 * row->limits.bytes);
  add_bound(object, row);
  add_number_if(object, "max_relative_error", row->checked, row->largest_error);
  if (row->wrong[0]) cJSON_AddStringToObject(object, "wrong", row->wrong);
}

/* Against the same on the fewest threads. */
static void add_scaling(cJSON *object, const scaling *s) {
  cJSON *scaled = cJSON_AddObjectToObject(object, "scaling");
  add_integer(scaled, "base_threads", s->base->choice.threads);
  add_number(scaled, "speedup", s->speed_up.estimate);
  add_interval(scaled, "speedup_interval", &s->speed_up.sure);
  add_number(scaled, "efficiency", s->efficiency);
}

static void add_result(cJSON *results, const bench_case *row, const scaling *s) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddItemToArray(results, object);
  cJSON_AddStringToObject(object, "kernel", row->name);
  cJSON_AddStringToObject(object, "method", whirl_kernel_method_name(row->kernel->method));
  cJSON_AddStringToObject(object, "numeric_class",
                          whirl_numeric_class_name(row->kernel->numeric_class));
  add_integer(object, "n", row->n);
  add_integer(object, "steps", row->steps);
  if (row->skipped[0]) {
    cJSON_AddStringToObject(object, "skipped", row->skipped);
    if (row->failed) cJSON_AddBoolToObject(object, "failed", true);
    return;
  }
  add_integer(object, "threads", row->choice.threads);
  add_measurement(object, row);
  if (s) add_scaling(object, s);
  if (row->automatic) {
    cJSON *chosen = cJSON_AddObjectToObject(object, "chosen");
    cJSON_AddStringToObject(chosen, "kernel", row->choice.kernel->name);
    add_integer(chosen, "threads", row->choice.threads);
    add_integer(chosen, "grain", row->choice.grain);
    cJSON_AddStringToObject(chosen, "reason", row->choice.reason);
  }
}

char *json_document(const bench_options *options, const whirl_machine *machine, const limits *l,
                    const bench_case *cases, size_t count, const disturbances *d) {
  cJSON *document = cJSON_CreateObject();
  add_machine(document, machine);
  add_build(document);
  add_workload(document, options);
  if (l) add_limits(document, l);
  cJSON_AddBoolToObject(document, "complete", cases_are_complete(cases, count, options));
  cJSON *notes = cJSON_AddArrayToObject(document, "disturbances");
  for (size_t i = 0; d && i < d->count; i++)
    cJSON_AddItemToArray(notes, cJSON_CreateString(d->notes[i]));
  cJSON *results = cJSON_AddArrayToObject(document, "results");
  for (size_t i = 0; i < count; i++) {
    scaling s;
    const bool scales = scaling_of(&s, &cases[i], cases, count, options->weak);
    if (cases[i].skipped[0] || cases[i].time.count > 0)
      add_result(results, &cases[i], scales ? &s : NULL);
  }
  char *printed = cJSON_Print(document);
  cJSON_Delete(document);
  if (!printed) {
    complain("out of memory");
    exit(PROGRAM_FAILED);
  }
  /* A text file ends with a newline. */
  const size_t length = strlen(printed);
  char *text = realloc(printed, length + 2);
  if (!text) {
    complain("out of memory");
    exit(PROGRAM_FAILED);
  }
  strcpy(text + length, "\n");
  return text;
}
