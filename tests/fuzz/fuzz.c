#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void fuzz_demand(int promise) {
  if (!promise) abort();
}

FILE *fuzz_open(const uint8_t *data, size_t size) {
  FILE *file = tmpfile();
  fuzz_demand(file && fwrite(data, 1, size, file) == size && fseek(file, 0, SEEK_SET) == 0);
  return file;
}

void fuzz_check_read(bool good, const particle_list *list, const input_error *error,
                     const char *name) {
  if (!good) {
    fuzz_demand(strncmp(error->text, name, strlen(name)) == 0 &&
                strlen(error->text) > strlen(name));
    return;
  }
  fuzz_demand(list->n > 0 && list->n <= list->capacity);
  for (size_t i = 0; i < list->n; i++)
    fuzz_demand(isfinite(list->x[i]) && isfinite(list->y[i]) && isfinite(list->ang_vel[i]));
}
