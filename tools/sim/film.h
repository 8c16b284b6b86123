/* The formats of a file of frames. A file is a head and then frame after frame, each with the
 * positions of all particles: so it can grow without being kept in memory, and what was written of
 * it can be gone on with. Knows nothing of how positions are computed. */
#ifndef WHIRL_SIM_FILM_H
#define WHIRL_SIM_FILM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the file will hold: everything that its head says. */
typedef struct film {
  size_t n;
  uint64_t frames; /* frame 0, the start, among them */
  double dt;       /* from frame to frame */
  double timestep; /* of Euler's steps; 0: the true motion */
} film;

/* What takes the bytes of a file, one after another. */
typedef struct byte_sink {
  bool (*take)(void *context, const void *bytes, size_t size);
  void *context;
} byte_sink;

/* Where the last whole frame of a file lies. */
typedef struct film_places {
  uint64_t frames;            /* that are whole */
  uint64_t before_last, last; /* where the last two begin */
  uint64_t end;               /* where the last one ends */
} film_places;

typedef struct film_format {
  /* Writes everything before frame 0. False where the sink gave false, or for a reason that is
   * told. */
  bool (*write_head)(const film *f, byte_sink sink);
  bool (*write_frame)(const film *f, uint64_t frame, const double *x, const double *y,
                      byte_sink sink);
  /* Finds the whole frames in the first `size` bytes of a file, which has as many, with a head of
   * so many. False with errno. */
  bool (*find_frames)(const film *f, uint64_t head_size, uint64_t size, FILE *file,
                      film_places *places);
  /* Reads a frame that write_frame wrote. False where it is anything else. */
  bool (*read_frame)(const film *f, uint64_t frame, FILE *file, double *x, double *y);
} film_format;

extern const film_format film_npy, film_csv, film_h5;

/* The format that the suffix of the path asks for; "-" is CSV. NULL, and told, where it was not
 * built in. */
const film_format *film_format_of(const char *path);

/* find_frames where each frame has the same size. */
void film_find_equal_frames(const film *f, uint64_t head_size, uint64_t frame_size, uint64_t size,
                            film_places *places);

/* The position that x and y are of a frame in a format of numbers, written and read: each particle
 * has them and `zeros` more. */
bool film_write_numbers(const film *f, const double *x, const double *y, unsigned zeros,
                        byte_sink sink);
bool film_read_numbers(const film *f, FILE *file, double *x, double *y, unsigned zeros);

#endif
