/* The report as JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <cJSON.h>

#include "program/complaint.h"
#include "program/standard_output.h"
#include "program/utf8.h"
#include "report.h"

/* A number, or null where there is none: JSON has no infinities. */
static void add_number(cJSON *object, const char *name, double number) {
  if (isfinite(number))
    cJSON_AddNumberToObject(object, name, number);
  else
    cJSON_AddNullToObject(object, name);
}

/* Text that may have come from a file or the environment. */
static void add_text(cJSON *object, const char *name, const char *text) {
  char *copy = utf8_copy(text);
  cJSON_AddStringToObject(object, name, copy);
  free(copy);
}

/* 0 says that it is not known. */
static void add_bytes(cJSON *object, const char *name, uint64_t bytes) {
  add_number(object, name, bytes > 0 ? (double)bytes : INFINITY);
}

static void add_features(cJSON *object, const char *name, uint64_t features) {
  cJSON *list = cJSON_AddArrayToObject(object, name);
  for (unsigned bit = 0; bit < 64; bit++) {
    const uint64_t feature = UINT64_C(1) << bit;
    const char *word = features & feature ? whirl_feature_name((whirl_feature)feature) : NULL;
    if (word) cJSON_AddItemToArray(list, cJSON_CreateString(word));
  }
}

static void add_machine(cJSON *document, const whirl_machine *machine) {
  cJSON *object = cJSON_AddObjectToObject(document, "machine");
  add_text(object, "cpu", machine->cpu_name);
  add_features(object, "cpu_features", machine->cpu_features);
  add_features(object, "features", machine->features);
  add_number(object, "cores", machine->cores);
  add_number(object, "logical_cpus", machine->logical_cpus);
  add_number(object, "usable_cores", machine->usable_cores);
  add_number(object, "usable_logical_cpus", machine->usable_logical_cpus);
  add_number(object, "performance_cores", machine->performance_cores);
  add_number(object, "cpu_quota", machine->cpu_quota);
  add_number(object, "memory_limit", machine->memory_limit);
  cJSON_AddBoolToObject(object, "openmp_binds", machine->openmp_binds);
  add_number(object, "openmp_threads", machine->openmp_threads);
  add_number(object, "thread_limit", machine->thread_limit);
  add_number(object, "max_threads", machine->max_threads);
  add_number(object, "numa_nodes", machine->numa_nodes);
  add_number(object, "usable_numa_nodes", machine->usable_numa_nodes);
  cJSON *caches = cJSON_AddObjectToObject(object, "cache_bytes");
  add_bytes(caches, "l1_data", machine->l1_data_bytes);
  add_bytes(caches, "l2", machine->l2_bytes);
  add_bytes(caches, "l3", machine->l3_bytes);
}

static void add_tuning(cJSON *document, const whirl_tuning_report *tuning) {
  static const char *const words[] = {[WHIRL_TUNING_ABSENT] = "absent",
                                      [WHIRL_TUNING_IGNORED] = "ignored",
                                      [WHIRL_TUNING_IN_FORCE] = "in force"};
  cJSON *object = cJSON_AddObjectToObject(document, "tuning");
  cJSON_AddStringToObject(object, "use", words[tuning->use]);
  if (*tuning->path)
    add_text(object, "path", tuning->path);
  else
    cJSON_AddNullToObject(object, "path");
  add_text(object, "sentence", tuning->sentence);
}

static void add_messages(cJSON *document, const report *r) {
  static const char *const words[] = {
      [WHIRL_LOG_ERROR] = "error", [WHIRL_LOG_WARNING] = "warning", [WHIRL_LOG_INFO] = "info"};
  cJSON *list = cJSON_AddArrayToObject(document, "log");
  for (size_t i = 0; i < r->message_count; i++) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "level", words[r->messages[i].level]);
    add_text(object, "message", r->messages[i].text);
    cJSON_AddItemToArray(list, object);
  }
}

/* The kernel whose function this one runs over threads, or itself. */
static const whirl_kernel *serial_of(const whirl_kernel *kernel) {
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *serial = whirl_kernel_at(i);
    if (serial->evolve == kernel->evolve && !serial->threaded) return serial;
  }
  return kernel;
}

static void add_work(cJSON *object, const char *name, whirl_work work) {
  cJSON *amount = cJSON_AddObjectToObject(object, name);
  add_number(amount, "per_particle", work.per_particle);
  add_number(amount, "per_particle_step", work.per_particle_step);
}

static void add_kernels(cJSON *document, const whirl_machine *machine) {
  cJSON *list = cJSON_AddArrayToObject(document, "kernels");
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "name", kernel->name);
    cJSON_AddStringToObject(object, "summary", kernel->summary);
    cJSON_AddStringToObject(object, "method", whirl_kernel_method_name(kernel->method));
    cJSON_AddStringToObject(object, "class", whirl_numeric_class_name(kernel->numeric_class));
    cJSON_AddStringToObject(object, "isa", kernel->isa);
    cJSON_AddBoolToObject(object, "threaded", kernel->threaded);
    cJSON_AddStringToObject(object, "serial", serial_of(kernel)->name);
    add_number(object, "lanes", kernel->lanes);
    add_work(object, "flops", kernel->flops);
    add_work(object, "bytes", kernel->bytes);
    add_number(object, "instructions", kernel->instructions);
    cJSON_AddBoolToObject(object, "runs_here", !(kernel->features & ~machine->features));
    add_features(object, "lacks", kernel->features & ~machine->features);
    cJSON_AddItemToArray(list, object);
  }
}

static void add_answers(cJSON *document, const report *r) {
  cJSON *list = cJSON_AddArrayToObject(document, "choices");
  for (size_t i = 0; i < r->answer_count; i++) {
    const answer *a = &r->answers[i];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "asked", a->asked->name);
    add_number(object, "n", (double)a->n);
    add_number(object, "steps", (double)a->steps);
    cJSON_AddStringToObject(object, "kernel", a->choice.kernel->name);
    add_number(object, "threads", a->choice.threads);
    add_number(object, "grain", (double)a->choice.grain);
    add_number(object, "expected_seconds", a->choice.expected_seconds);
    cJSON_AddStringToObject(object, "reason", a->choice.reason);
    cJSON_AddItemToArray(list, object);
  }
}

bool report_print_json(const report *r) {
  const whirl_machine *machine = whirl_dispatcher_machine(r->dispatcher);
  cJSON *document = cJSON_CreateObject();
  cJSON_AddStringToObject(document, "version", whirl_version());
  add_machine(document, machine);
  add_tuning(document, whirl_dispatcher_tuning(r->dispatcher));
  add_messages(document, r);
  add_kernels(document, machine);
  add_answers(document, r);
  char *text = cJSON_Print(document);
  cJSON_Delete(document);
  if (!text) return complain("out of memory");
  puts(text);
  cJSON_free(text);
  return standard_output_finish();
}
