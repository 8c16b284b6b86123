/* CSV: a line for each particle of each frame, with as many digits as give the same bits again. */
#include "film.h"

#include <stdlib.h>
#include <string.h>

static const char head[] = "frame,particle,x,y\n";

/* Two counts and two numbers such as -1.2345678901234567e-308. */
enum { LONGEST_LINE = 2 * 21 + 2 * 25 + 2, BLOCK = 1 << 15 };

static bool write_head(const film *f, byte_sink sink) {
  (void)f;
  return sink.take(sink.context, head, strlen(head));
}

static bool write_frame(const film *f, uint64_t frame, const double *x, const double *y,
                        byte_sink sink) {
  char block[BLOCK];
  size_t used = 0;
  for (size_t i = 0; i < f->n; i++) {
    if (used + LONGEST_LINE > sizeof block) {
      if (!sink.take(sink.context, block, used)) return false;
      used = 0;
    }
    used += (size_t)snprintf(block + used, sizeof block - used, "%ju,%zu,%.17g,%.17g\n",
                             (uintmax_t)frame, i, x[i], y[i]);
  }
  return sink.take(sink.context, block, used);
}

/* Counts lines: their lengths differ. */
static bool find_frames(const film *f, uint64_t head_size, uint64_t size, FILE *file,
                        film_places *places) {
  char block[BLOCK];
  if (fseeko(file, (off_t)head_size, SEEK_SET) != 0) return false;
  *places = (film_places){.end = head_size};
  uint64_t at = head_size;
  size_t lines = 0;
  while (at < size) {
    const size_t most = size - at < sizeof block ? (size_t)(size - at) : sizeof block;
    const size_t read = fread(block, 1, most, file);
    if (read == 0) break;
    for (const char *c = block; (c = memchr(c, '\n', read - (size_t)(c - block))); c++) {
      if (++lines < f->n) continue;
      lines = 0;
      if (places->frames == f->frames) return true;
      places->frames++;
      places->before_last = places->last;
      places->last = places->end;
      places->end = at + (uint64_t)(c - block) + 1;
    }
    at += read;
  }
  return !ferror(file);
}

/* A number, and the character after it. */
static bool read_coordinate(const char **at, char after, double *number) {
  char *end;
  *number = strtod(*at, &end);
  const bool good = end > *at && *end == after;
  *at = end + good;
  return good;
}

static bool read_frame(const film *f, uint64_t frame, FILE *file, double *x, double *y) {
  for (size_t i = 0; i < f->n; i++) {
    char line[LONGEST_LINE + 1], begin[48];
    if (!fgets(line, sizeof line, file)) return false;
    const int length = snprintf(begin, sizeof begin, "%ju,%zu,", (uintmax_t)frame, i);
    if (strncmp(line, begin, (size_t)length) != 0) return false;
    const char *at = line + length;
    if (!read_coordinate(&at, ',', &x[i]) || !read_coordinate(&at, '\n', &y[i])) return false;
  }
  return true;
}

const film_format film_csv = {write_head, write_frame, find_frames, read_frame};
