/* The reader of .npy: whatever the bytes are, it gives particles or a sentence, and takes no more
 * memory than there are bytes. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  particle_list list = {0};
  input_error error = {""};
  FILE *file = fuzz_open(data, size);
  const bool good = npy_read(file, "a.npy", &list, &error);
  fclose(file);
  fuzz_check_read(good, &list, &error, "a.npy");
  fuzz_demand(list.n <= size / (3 * sizeof(double)));
  fuzz_demand(list.capacity <= 2048 + size / 4);
  particle_list_clear(&list);
  return 0;
}
