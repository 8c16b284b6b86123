/* The text of a tuning file. Lines of a word and values, all of them whole numbers, since the
 * decimal point is the locale's: times in picoseconds. The last line is a checksum of the others.
 */
#include "tuning.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <whirl/version.h>

#include "../kernels/table.h"
#include "tuning_grid.h"

size_t whirl_tuning_particles(size_t index) {
  return index < WHIRL_TUNING_PARTICLE_COUNTS ? (size_t)whirl_grid_particles[index] : 0;
}

uint64_t whirl_tuning_steps(size_t index) {
  return index < WHIRL_TUNING_STEP_COUNTS ? (uint64_t)whirl_grid_steps[index] : 0;
}

/* In the file numbers are thousandths. */
static const double most_number = 0x1p50;

/* FNV-1a, of 64 bits. Source: RFC 9923. */
static uint64_t checksum(const char *text, size_t length) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
  return hash;
}

/* A text that grows. */
typedef struct sheet {
  char *text;
  size_t size;
  size_t length;
  bool full;
} sheet;

__attribute__((format(printf, 2, 3))) static void add(sheet *s, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const size_t room = s->size - s->length;
  const int length = vsnprintf(s->text + s->length, room, format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= room)
    s->full = true;
  else
    s->length += (size_t)length;
}

static void add_number(sheet *s, const char *name, double number) {
  add(s, "%s %.0f\n", name, number * 1000);
}

/* What a file must say to be for a machine and for this library: its first lines. */
static void add_key(sheet *s, const whirl_machine *machine) {
  add(s, "whirl-tuning 3\nversion %s\ncpu %s\nsignature %" PRIx32 "\nfeatures %" PRIx64 "\n",
      whirl_version(), machine->cpu_name, machine->cpu_signature, machine->features);
  add(s, "usable-cores %u\nperformance-cores %u\nusable-logical-cpus %u\n", machine->usable_cores,
      machine->performance_cores, machine->usable_logical_cpus);
  add(s, "usable-numa-nodes %u\nusable-l3-caches %u\n", machine->usable_numa_nodes,
      machine->usable_l3_caches);
  if (isinf(machine->cpu_quota))
    add(s, "quota none\n");
  else
    add_number(s, "quota", machine->cpu_quota);
}

/* The numbers of a measurement in the order of the file. */
typedef struct field {
  const char *name;
  size_t offset;
} field;
static const field fields[] = {
    {"team", offsetof(whirl_measurement, team_ns)},
    {"thread", offsetof(whirl_measurement, thread_ns)},
    {"bytes-alone", offsetof(whirl_measurement, bytes_per_ns_alone)},
    {"bytes-in-all", offsetof(whirl_measurement, bytes_per_ns_in_all)},
    {"cache", offsetof(whirl_measurement, cache_bytes)},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static double get(const whirl_measurement *measurement, const field *f) {
  double number;
  memcpy(&number, (const char *)measurement + f->offset, sizeof number);
  return number;
}

static bool is_good(double number) {
  return number >= 0.001 && number < most_number;
}

static bool are_good(const whirl_measurement *measurement) {
  if (measurement->kernel_count == 0 || !measurement->kernels) return false;
  for (size_t i = 0; i < FIELDS; i++)
    if (!is_good(get(measurement, &fields[i]))) return false;
  for (size_t k = 0; k < measurement->kernel_count; k++) {
    const whirl_measured_kernel *kernel = &measurement->kernels[k];
    if (!kernel->kernel || kernel->kernel->threaded || !is_good(kernel->smt_gain)) return false;
    for (size_t i = 0; i < WHIRL_TUNING_PARTICLE_COUNTS; i++)
      for (size_t j = 0; j < WHIRL_TUNING_STEP_COUNTS; j++)
        if (!is_good(kernel->ns[i][j])) return false;
  }
  return true;
}

whirl_status whirl_tuning_write(const whirl_machine *machine, const whirl_measurement *measurement,
                                char *text) {
  if (!are_good(measurement)) return WHIRL_ERROR_BAD_OPTIONS;
  sheet s = {.text = text, .size = WHIRL_TUNING_TEXT_SIZE};
  add_key(&s, machine);
  for (size_t i = 0; i < FIELDS; i++) add_number(&s, fields[i].name, get(measurement, &fields[i]));
  for (size_t k = 0; k < measurement->kernel_count; k++) {
    const whirl_measured_kernel *kernel = &measurement->kernels[k];
    add(&s, "kernel %s\n", kernel->kernel->name);
    add_number(&s, "smt-gain", kernel->smt_gain);
    for (size_t i = 0; i < WHIRL_TUNING_PARTICLE_COUNTS; i++)
      for (size_t j = 0; j < WHIRL_TUNING_STEP_COUNTS; j++)
        add(&s, "%.0f%c", kernel->ns[i][j] * 1000, j + 1 < WHIRL_TUNING_STEP_COUNTS ? ' ' : '\n');
  }
  add(&s, "checksum %016" PRIx64 "\n", checksum(text, s.length));
  return s.full ? WHIRL_ERROR_BAD_OPTIONS : WHIRL_OK;
}

/* Goes past the word if the text begins with it. */
static bool take(const char **text, const char *word) {
  const size_t length = strlen(word);
  if (strncmp(*text, word, length) != 0) return false;
  *text += length;
  return true;
}

/* A whole number of thousandths that stands before `end`. */
static bool take_number(const char **text, char end, double *number) {
  uint64_t thousandths = 0;
  const char *digit = *text;
  while (*digit >= '0' && *digit <= '9' && thousandths < UINT64_MAX / 100)
    thousandths = 10 * thousandths + (uint64_t)(*digit++ - '0');
  if (digit == *text || *digit != end) return false;
  *text = digit + 1;
  *number = (double)thousandths / 1000;
  return is_good(*number);
}

static bool take_grid(const char **text, whirl_measured_kernel *kernel) {
  for (size_t i = 0; i < WHIRL_TUNING_PARTICLE_COUNTS; i++)
    for (size_t j = 0; j < WHIRL_TUNING_STEP_COUNTS; j++)
      if (!take_number(text, j + 1 < WHIRL_TUNING_STEP_COUNTS ? ' ' : '\n', &kernel->ns[i][j]))
        return false;
  return true;
}

/* The serial kernel whose name makes up the rest of the line, if there is one. */
static const whirl_kernel *take_kernel(const char **text) {
  const size_t length = strcspn(*text, "\n");
  for (size_t i = 0; i < whirl_kernel_table_count; i++) {
    const whirl_kernel *kernel = whirl_kernel_table[i];
    if (kernel->threaded || strlen(kernel->name) != length) continue;
    if (strncmp(kernel->name, *text, length) != 0) continue;
    *text += length + ((*text)[length] == '\n');
    return kernel;
  }
  return NULL;
}

/* Whether the last kernel of a measurement is among those before. */
static bool is_repeated(const whirl_measurement *measurement, const whirl_kernel *kernel) {
  size_t times = 0;
  for (size_t k = 0; k < measurement->kernel_count; k++)
    times += measurement->kernels[k].kernel == kernel;
  return times > 1;
}

/* What stands behind the key. */
static bool take_measurement(const char *text, whirl_tuning *tuning) {
  whirl_measurement *measurement = &tuning->measurement;
  for (size_t i = 0; i < FIELDS; i++) {
    double number;
    if (!take(&text, fields[i].name) || !take(&text, " ") || !take_number(&text, '\n', &number))
      return false;
    memcpy((char *)measurement + fields[i].offset, &number, sizeof number);
  }
  measurement->kernels = tuning->kernels;
  while (take(&text, "kernel ")) {
    if (measurement->kernel_count == whirl_kernel_table_count) return false;
    whirl_measured_kernel *kernel = &tuning->kernels[measurement->kernel_count++];
    kernel->kernel = take_kernel(&text);
    if (!kernel->kernel || is_repeated(measurement, kernel->kernel) || !take(&text, "smt-gain ") ||
        !take_number(&text, '\n', &kernel->smt_gain) || !take_grid(&text, kernel))
      return false;
  }
  return measurement->kernel_count > 0 && take(&text, "checksum ");
}

/* Whether the last line is the checksum of those before. */
static bool is_whole(const char *text) {
  static const char word[] = "checksum ";
  const char *last = strstr(text, "\nchecksum ");
  if (!last) return false;
  char expected[40];
  snprintf(expected, sizeof expected, "%s%016" PRIx64 "\n", word,
           checksum(text, (size_t)(last + 1 - text)));
  return strcmp(last + 1, expected) == 0;
}

/* The line of the file that is not as this machine would have it, beside the one that would be. */
static bool has_key(const char *text, const char *key, char *why, size_t size) {
  while (*key) {
    const size_t length = strcspn(text, "\n"), wanted = strcspn(key, "\n");
    if (length != wanted || strncmp(text, key, length) != 0) {
      snprintf(why, size, "it is for \"%.*s\", and this is \"%.*s\"",
               (int)(length < 120 ? length : 120), text, (int)wanted, key);
      return false;
    }
    text += length + (text[length] == '\n');
    key += wanted + 1;
  }
  return true;
}

bool whirl_tuning_read(const char *text, const whirl_machine *machine, whirl_tuning *tuning,
                       char *why, size_t size) {
  *tuning = (whirl_tuning){0};
  char key[512];
  sheet s = {.text = key, .size = sizeof key};
  add_key(&s, machine);
  if (!is_whole(text)) {
    snprintf(why, size, "it is damaged");
    return false;
  }
  if (!has_key(text, key, why, size)) return false;
  tuning->kernels = calloc(whirl_kernel_table_count, sizeof *tuning->kernels);
  if (!tuning->kernels || !take_measurement(text + s.length, tuning)) {
    snprintf(why, size, tuning->kernels ? "it is damaged" : "there is not enough memory");
    whirl_tuning_clear(tuning);
    return false;
  }
  return true;
}

void whirl_tuning_clear(whirl_tuning *tuning) {
  free(tuning->kernels);
  *tuning = (whirl_tuning){0};
}
