/* NumPy's .npy: float64 of shape (frames, n, 2). */
#include "film.h"

#include <string.h>

/* NumPy aligns the data so, for memory maps. */
enum { HEAD_UNIT = 64 };

static const char *descr(void) {
  const uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, 1);
  return first ? "<f8" : ">f8";
}

static bool write_head(const film *f, byte_sink sink) {
  static const unsigned char magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  char head[4 * HEAD_UNIT];
  const size_t begin = sizeof magic + 2;
  memset(head, ' ', sizeof head);
  memcpy(head, magic, sizeof magic);
  const int written = snprintf(head + begin, sizeof head - begin,
                               "{'descr': '%s', 'fortran_order': False, 'shape': (%ju, %zu, 2), }",
                               descr(), (uintmax_t)f->frames, f->n);
  const size_t end = begin + (size_t)written;
  head[end] = ' ';
  const size_t size = end / HEAD_UNIT * HEAD_UNIT + HEAD_UNIT;
  head[size - 1] = '\n';
  head[sizeof magic] = (char)((size - begin) & 0xff);
  head[sizeof magic + 1] = (char)((size - begin) >> 8);
  return sink.take(sink.context, head, size);
}

static bool write_frame(const film *f, uint64_t frame, const double *x, const double *y,
                        byte_sink sink) {
  (void)frame;
  return film_write_numbers(f, x, y, 0, sink);
}

static bool find_frames(const film *f, uint64_t head_size, uint64_t size, FILE *file,
                        film_places *places) {
  (void)file;
  film_find_equal_frames(f, head_size, 2 * sizeof(double) * f->n, size, places);
  return true;
}

static bool read_frame(const film *f, uint64_t frame, FILE *file, double *x, double *y) {
  (void)frame;
  return film_read_numbers(f, file, x, y, 0);
}

const film_format film_npy = {write_head, write_frame, find_frames, read_frame};
