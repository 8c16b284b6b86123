/* What --resume finds in a file that was left behind: whatever the bytes are, the whole frames lie
 * within the file, and a frame that is read is one that was written. The first byte chooses the
 * format. */
#include "fuzz.h"

#include <string.h>

#include "sim/film.h"

enum { PARTICLES = 2, FRAMES = 4 };

typedef struct memory {
  char bytes[1024];
  size_t used;
} memory;

static bool keep(void *context, const void *bytes, size_t size) {
  memory *m = context;
  fuzz_demand(size <= sizeof m->bytes - m->used);
  memcpy(m->bytes + m->used, bytes, size);
  m->used += size;
  return true;
}

/* A frame that was read, written again and read again, is the same. */
static void demand_same_again(const film_format *format, const film *f, uint64_t frame,
                              const double *x, const double *y) {
  memory m = {.used = 0};
  double again_x[PARTICLES], again_y[PARTICLES];
  fuzz_demand(format->write_frame(f, frame, x, y, (byte_sink){keep, &m}));
  FILE *file = fuzz_open((const uint8_t *)m.bytes, m.used);
  fuzz_demand(format->read_frame(f, frame, file, again_x, again_y));
  fclose(file);
  for (size_t i = 0; i < PARTICLES; i++) {
    /* A NaN has many bits, and one name. */
    fuzz_demand((x[i] != x[i] && again_x[i] != again_x[i]) || x[i] == again_x[i]);
    fuzz_demand((y[i] != y[i] && again_y[i] != again_y[i]) || y[i] == again_y[i]);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const film_format *format = data[0] % 2 ? &film_csv : &film_npy;
  const film f = {.n = PARTICLES, .frames = FRAMES, .dt = 0.1, .timestep = 1e-5};
  memory head = {.used = 0};
  format->write_head(&f, (byte_sink){keep, &head});
  FILE *file = fuzz_open(data + 1, size - 1);
  film_places places = {0};
  fuzz_demand(format->find_frames(&f, head.used, size - 1, file, &places));
  fuzz_demand(places.frames <= FRAMES);
  if (places.frames > 0) {
    double x[PARTICLES], y[PARTICLES];
    fuzz_demand(head.used <= places.last && places.last < places.end && places.end <= size - 1);
    fuzz_demand(places.frames == 1 ||
                (head.used <= places.before_last && places.before_last < places.last));
    fuzz_demand(fseek(file, (long)places.last, SEEK_SET) == 0);
    if (format->read_frame(&f, places.frames - 1, file, x, y)) {
      fuzz_demand(ftell(file) <= (long)places.end);
      demand_same_again(format, &f, places.frames - 1, x, y);
    }
  }
  fclose(file);
  return 0;
}
