#include "film.h"

#include <string.h>

#include "program/complaint.h"
#include "suffix.h"

/* Bytes on their way to the sink at once. */
enum { NUMBERS_AT_ONCE = 3 * 1024 };

const film_format *film_format_of(const char *path) {
  if (strcmp(path, "-") == 0 || has_suffix(path, ".csv")) return &film_csv;
  if (!has_suffix(path, ".h5") && !has_suffix(path, ".h5md") && !has_suffix(path, ".hdf5"))
    return &film_npy;
#ifdef WHIRL_HAVE_HDF5
  return &film_h5;
#else
  complain("--output %s: this whirl-sim was built without HDF5; install libhdf5-dev and build it "
           "again, or "
           "choose .npy or .csv",
           path);
  return NULL;
#endif
}

void film_find_equal_frames(const film *f, uint64_t head_size, uint64_t frame_size, uint64_t size,
                            film_places *places) {
  places->frames = size <= head_size ? 0 : (size - head_size) / frame_size;
  if (places->frames > f->frames) places->frames = f->frames;
  places->end = head_size + places->frames * frame_size;
  places->last = places->end - frame_size;
  places->before_last = places->last - frame_size;
}

bool film_write_numbers(const film *f, const double *x, const double *y, unsigned zeros,
                        byte_sink sink) {
  double numbers[NUMBERS_AT_ONCE];
  size_t count = 0;
  for (size_t i = 0; i < f->n; i++) {
    if (count + 2 + zeros > NUMBERS_AT_ONCE) {
      if (!sink.take(sink.context, numbers, count * sizeof *numbers)) return false;
      count = 0;
    }
    numbers[count++] = x[i];
    numbers[count++] = y[i];
    for (unsigned k = 0; k < zeros; k++) numbers[count++] = 0;
  }
  return sink.take(sink.context, numbers, count * sizeof *numbers);
}

bool film_read_numbers(const film *f, FILE *file, double *x, double *y, unsigned zeros) {
  double zero;
  for (size_t i = 0; i < f->n; i++) {
    if (fread(&x[i], sizeof *x, 1, file) != 1 || fread(&y[i], sizeof *y, 1, file) != 1)
      return false;
    for (unsigned k = 0; k < zeros; k++) {
      if (fread(&zero, sizeof zero, 1, file) != 1) return false;
    }
  }
  return true;
}
