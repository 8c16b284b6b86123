/* The reader of CSV: whatever the bytes are, it gives particles or a sentence; and particles that
 * are written as CSV again are read with the same bits. */
#include "fuzz.h"

#include <string.h>

static FILE *write_again(const particle_list *list) {
  FILE *file = tmpfile();
  fuzz_demand(file != NULL);
  fputs("ang_vel,x,y\n", file);
  for (size_t i = 0; i < list->n; i++)
    fprintf(file, "%.17g,%.17g,%.17g\n", list->ang_vel[i], list->x[i], list->y[i]);
  rewind(file);
  return file;
}

static void demand_same(const double *a, const double *b, size_t n) {
  fuzz_demand(memcmp(a, b, n * sizeof *a) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  particle_list list = {0}, again = {0};
  input_error error = {""};
  FILE *file = fuzz_open(data, size);
  const bool good = csv_read(file, "a.csv", &list, &error);
  fclose(file);
  fuzz_check_read(good, &list, &error, "a.csv");
  if (good) {
    file = write_again(&list);
    fuzz_demand(csv_read(file, "b.csv", &again, &error) && again.n == list.n);
    fclose(file);
    demand_same(list.x, again.x, list.n);
    demand_same(list.y, again.y, list.n);
    demand_same(list.ang_vel, again.ang_vel, list.n);
  }
  particle_list_clear(&list);
  particle_list_clear(&again);
  return 0;
}
