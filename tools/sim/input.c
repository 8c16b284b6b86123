#include "input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "suffix.h"

bool input_fail(input_error *error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  return false;
}

bool input_fail_to_read(input_error *error, const char *name) {
  return input_fail(error, "can't read %.200s: %s", name, strerror(errno));
}

static bool grow(double **array, size_t capacity) {
  double *grown = realloc(*array, capacity * sizeof *grown);
  if (grown) *array = grown;
  return grown;
}

bool particle_list_reserve(particle_list *list, size_t n, const char *name, input_error *error) {
  if (n <= list->capacity) return true;
  const size_t most = PTRDIFF_MAX / sizeof(double);
  size_t capacity = list->capacity < most / 2 ? 2 * list->capacity : most;
  if (capacity < 1024) capacity = 1024;
  if (capacity < n) capacity = n;
  if (capacity > most || !grow(&list->x, capacity) || !grow(&list->y, capacity) ||
      !grow(&list->ang_vel, capacity))
    return input_fail(error, "%.200s: memory is out at particle %zu", name, n - 1);
  list->capacity = capacity;
  return true;
}

void particle_list_clear(particle_list *list) {
  free(list->x);
  free(list->y);
  free(list->ang_vel);
  *list = (particle_list){0};
}

/* Whether the file's first byte is that of .npy, which no text begins with. */
static bool begins_as_npy(FILE *file) {
  const int first = getc(file);
  if (first != EOF) ungetc(first, file);
  return first == 0x93;
}

bool input_read(const char *path, particle_list *list, input_error *error) {
  const bool from_stdin = strcmp(path, "-") == 0;
  const char *name = from_stdin ? "standard input" : path;
  FILE *file = from_stdin ? stdin : fopen(path, "rb");
  if (!file) return input_fail_to_read(error, name);
  const bool npy = has_suffix(path, ".npy") || begins_as_npy(file);
  const bool good = (npy ? npy_read : csv_read)(file, name, list, error);
  if (!from_stdin) fclose(file);
  return good;
}
