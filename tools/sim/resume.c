#include "resume.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program/allocate.h"
#include "program/complaint.h"

/* Compares what would be written with what is there. */
typedef struct comparison {
  FILE *file;
  uint64_t left; /* to compare: the file is taken to end there */
  uint64_t size; /* compared so far */
  bool differs, ends;
} comparison;

static bool compare(void *context, const void *bytes, size_t size) {
  comparison *c = context;
  const unsigned char *expected = bytes;
  unsigned char there[4096];
  while (size > 0) {
    const size_t part = size < sizeof there ? size : sizeof there;
    const size_t got = fread(there, 1, part < c->left ? part : (size_t)c->left, c->file);
    c->differs |= memcmp(there, expected, got) != 0;
    c->ends |= got < part;
    c->size += got;
    c->left -= got;
    if (c->differs || c->ends) return false;
    expected += part;
    size -= part;
  }
  return true;
}

/* Whether the frame at this place of the file is that of x and y. */
static bool same_frame(FILE *file, const film_format *format, const film *f, uint64_t begin,
                       uint64_t frame, const double *x, const double *y) {
  comparison c = {.file = file, .left = UINT64_MAX};
  return fseeko(file, (off_t)begin, SEEK_SET) == 0 &&
         format->write_frame(f, frame, x, y, (byte_sink){compare, &c});
}

static bool another_run(const growing_file *g, const char *what) {
  return complain("%s is of another run: %s; give the options that it was begun with, or remove it",
                  g->partial, what);
}

/* Brings the simulation to the last whole frame and compares that with the file's. Kernels that
 * step go on from the frame before it, which is the file's. */
static bool reach_last(const growing_file *g, const film_format *format, const film *f, FILE *file,
                       const film_places *places, simulation *s) {
  const uint64_t last = places->frames - 1;
  char what[64];
  snprintf(what, sizeof what, "frame %" PRIu64 " is not what comes out here", last);
  if (last == 0) return true;
  if (s->stepping && last > 1) {
    if (fseeko(file, (off_t)places->before_last, SEEK_SET) != 0 ||
        !format->read_frame(f, last - 1, file, s->x, s->y))
      return another_run(g, what);
    s->frame = last - 1;
    if (!simulation_advance(s, 1)) return false;
  } else if (!simulation_go_to(s, last)) {
    return false;
  }
  return same_frame(file, format, f, places->last, last, s->x, s->y) || another_run(g, what);
}

static bool resume_file(growing_file *g, const film_format *format, const film *f, FILE *file,
                        uint64_t sound, simulation *s, bool *begun) {
  comparison head = {.file = file, .left = sound};
  film_places places = {0};
  *begun = false;
  if (!format->write_head(f, (byte_sink){compare, &head})) {
    if (!head.differs && !head.ends) return false; /* and told */
    if (head.differs || g->whole) return another_run(g, "its head differs");
    return growing_file_cut(g, 0);
  }
  if (!format->find_frames(f, head.size, sound, file, &places) || fseeko(file, 0, SEEK_END) != 0)
    return complain("can't read %s: %s", g->partial, strerror(errno));
  const bool has_more = places.end < (uint64_t)ftello(file);
  if (places.frames == f->frames && has_more) return another_run(g, "it has more frames");
  if (places.frames < f->frames && g->whole) return another_run(g, "it has fewer frames");
  if (places.frames == 0) return growing_file_cut(g, 0);
  if (!same_frame(file, format, f, head.size, 0, s->x, s->y))
    return another_run(g, "its particles start elsewhere");
  if (!reach_last(g, format, f, file, &places, s)) return false;
  *begun = true;
  return g->whole || growing_file_cut(g, (off_t)places.end);
}

bool resume(growing_file *g, const film_format *format, const film *f, simulation *s, bool *begun) {
  /* A descriptor of its own, so that the stream may be closed; the position in the file is shared.
   */
  const uint64_t sound = growing_file_sound(g);
  const int copy = dup(g->file);
  FILE *file = copy < 0 ? NULL : fdopen(copy, "rb");
  if (!file) return complain("can't read %s: %s", g->partial, strerror(errno));
  const bool good = resume_file(g, format, f, file, sound, s, begun);
  const off_t end = lseek(g->file, 0, SEEK_CUR);
  fclose(file); /* puts the position back to where the stream was read up to */
  return good && lseek(g->file, end, SEEK_SET) == end;
}
