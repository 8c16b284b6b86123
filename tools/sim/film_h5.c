/* HDF5 in the layout of H5MD 1.1, nongnu.org/h5md. HDF5 itself makes only the beginning of the
 * file, where everything is but the numbers: the positions, in one piece, come last. So they can be
 * written like those of the other formats, and no moment at which the program ends leaves a file
 * that HDF5 calls damaged. */
#include "film.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "program/complaint.h"

/* Programs that read H5MD expect three dimensions. */
enum { DIMENSIONS = 3 };

/* More than everything but the numbers takes up. */
enum { METADATA_BLOCK = 1 << 15, PIECE = 4096 };

/* Where the numbers begin. */
typedef struct layout {
  uint64_t step, time, value, end;
} layout;

static uint64_t frame_size(const film *f) {
  return f->n * DIMENSIONS * sizeof(double);
}

/* An open HDF5 file, and whether anything failed. */
typedef struct builder {
  hid_t file;
  bool failed;
} builder;

static hid_t hold(builder *b, hid_t id) {
  b->failed |= id < 0;
  return id;
}

static void check(builder *b, herr_t status) {
  b->failed |= status < 0;
}

/* An attribute of the object at path; count 0 is a scalar. */
static void add_attribute(builder *b, const char *path, const char *name, hid_t type, hsize_t count,
                          const void *value) {
  const hid_t space = hold(b, count ? H5Screate_simple(1, &count, NULL) : H5Screate(H5S_SCALAR));
  const hid_t attribute = hold(b, H5Acreate_by_name(b->file, path, name, type, space, H5P_DEFAULT,
                                                    H5P_DEFAULT, H5P_DEFAULT));
  check(b, H5Awrite(attribute, type, value));
  check(b, H5Aclose(attribute));
  check(b, H5Sclose(space));
}

/* count texts of equal length, one behind the other. */
static void add_text(builder *b, const char *path, const char *name, const char *text,
                     size_t length, hsize_t count) {
  const hid_t type = hold(b, H5Tcopy(H5T_C_S1));
  check(b, H5Tset_size(type, length));
  check(b, H5Tset_strpad(type, H5T_STR_NULLPAD));
  add_attribute(b, path, name, type, count, text);
  check(b, H5Tclose(type));
}

/* The same bytes for the same run: without times of creation. */
static hid_t create_untimed(builder *b, hid_t class) {
  const hid_t properties = hold(b, H5Pcreate(class));
  check(b, H5Pset_obj_track_times(properties, false));
  return properties;
}

static void add_group(builder *b, const char *path) {
  const hid_t properties = create_untimed(b, H5P_GROUP_CREATE);
  check(b, H5Gclose(hold(b, H5Gcreate2(b->file, path, H5P_DEFAULT, properties, H5P_DEFAULT))));
  check(b, H5Pclose(properties));
}

/* A data set that is in the file at once, in one piece, but not written. Gives where it begins. */
static uint64_t add_numbers(builder *b, const char *path, hid_t type, int rank,
                            const hsize_t *size) {
  const hid_t properties = create_untimed(b, H5P_DATASET_CREATE);
  check(b, H5Pset_layout(properties, H5D_CONTIGUOUS));
  check(b, H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY));
  check(b, H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER));
  const hid_t space = hold(b, H5Screate_simple(rank, size, NULL));
  const hid_t set =
      hold(b, H5Dcreate2(b->file, path, type, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  const haddr_t begin = H5Dget_offset(set);
  b->failed |= begin == HADDR_UNDEF;
  check(b, H5Dclose(set));
  check(b, H5Sclose(space));
  check(b, H5Pclose(properties));
  return begin;
}

static void add_everything(builder *b, const film *f, layout *l) {
  static const int version[2] = {1, 1};
  static const int dimensions = DIMENSIONS;
  static const char boundary[DIMENSIONS][4] = {"none", "none", "none"};
  add_group(b, "h5md");
  add_attribute(b, "h5md", "version", H5T_NATIVE_INT, 2, version);
  add_group(b, "h5md/author");
  add_text(b, "h5md/author", "name", "unknown", strlen("unknown"), 0);
  add_group(b, "h5md/creator");
  add_text(b, "h5md/creator", "name", "whirl-sim", strlen("whirl-sim"), 0);
  add_text(b, "h5md/creator", "version", WHIRL_SIM_VERSION, strlen(WHIRL_SIM_VERSION), 0);
  add_group(b, "parameters");
  add_attribute(b, "parameters", "dt", H5T_NATIVE_DOUBLE, 0, &f->dt);
  add_text(b, "parameters", "method", f->timestep > 0 ? "euler" : "exact", strlen("euler"), 0);
  if (f->timestep > 0)
    add_attribute(b, "parameters", "timestep", H5T_NATIVE_DOUBLE, 0, &f->timestep);
  add_group(b, "particles");
  add_group(b, "particles/all");
  add_group(b, "particles/all/box");
  add_attribute(b, "particles/all/box", "dimension", H5T_NATIVE_INT, 0, &dimensions);
  add_text(b, "particles/all/box", "boundary", boundary[0], sizeof boundary[0], DIMENSIONS);
  add_group(b, "particles/all/position");
  const hsize_t size[] = {f->frames, f->n, DIMENSIONS};
  l->step = add_numbers(b, "particles/all/position/step", H5T_NATIVE_INT64, 1, size);
  l->time = add_numbers(b, "particles/all/position/time", H5T_NATIVE_DOUBLE, 1, size);
  l->value = add_numbers(b, "particles/all/position/value", H5T_NATIVE_DOUBLE, 3, size);
}

/* Lets HDF5 lay out the file, where nothing is taken by what is not written. */
static bool lay_out(const film *f, const char *path, int scratch, layout *l) {
  builder b = {0};
  const hid_t creation = create_untimed(&b, H5P_FILE_CREATE);
  const hid_t access = hold(&b, H5Pcreate(H5P_FILE_ACCESS));
  /* Everything but the numbers in one block at the front, and no block for small data behind it. */
  check(&b, H5Pset_meta_block_size(access, METADATA_BLOCK));
  check(&b, H5Pset_small_data_block_size(access, 0));
  b.file = hold(&b, H5Fcreate(path, H5F_ACC_TRUNC, creation, access));
  add_everything(&b, f, l);
  check(&b, H5Fclose(b.file));
  check(&b, H5Pclose(access));
  check(&b, H5Pclose(creation));
  if (b.failed)
    return complain("HDF5 can't lay out %ju frames of %zu particles", (uintmax_t)f->frames, f->n);
  l->end = l->value + f->frames * frame_size(f);
  const bool expected = l->step <= 2 * METADATA_BLOCK && l->step < l->time && l->time < l->value &&
                        (uint64_t)lseek(scratch, 0, SEEK_END) == l->end;
  return expected ||
         complain("this version of HDF5 lays out its files in a way that is not known here");
}

/* Writes zeros up to a place in the file. */
static bool pad(uint64_t *at, uint64_t to, byte_sink sink) {
  static const unsigned char zeros[PIECE] = {0};
  while (*at < to) {
    const size_t size = to - *at < sizeof zeros ? (size_t)(to - *at) : sizeof zeros;
    if (!sink.take(sink.context, zeros, size)) return false;
    *at += size;
  }
  return true;
}

/* The beginning of the file, up to the numbers, and where they are. */
static bool make_beginning(const film *f, unsigned char *bytes, layout *l) {
  const char *folder = getenv("TMPDIR");
  char path[4096];
  snprintf(path, sizeof path, "%s/whirl-sim.XXXXXX", folder && *folder ? folder : "/tmp");
  /* A Ctrl-C in between would leave the file behind: it has to wait. */
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  const int scratch = mkstemp(path);
  /* HDF5 1.10 crashes where a file can't become so large. */
  const off_t size =
      3 * METADATA_BLOCK + (off_t)(f->frames * frame_size(f) + f->frames * 2 * sizeof(double));
  bool good =
      (scratch >= 0 && ftruncate(scratch, size) == 0) ||
      complain("can't make a file of %jd bytes at %s: %s", (intmax_t)size, path, strerror(errno));
  good = good && lay_out(f, path, scratch, l);
  if (good && pread(scratch, bytes, l->step, 0) != (ssize_t)l->step)
    good = complain("can't read %s: %s", path, strerror(errno));
  if (scratch >= 0) {
    close(scratch);
    unlink(path);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return good;
}

static bool write_steps(const film *f, byte_sink sink) {
  int64_t piece[PIECE / sizeof(int64_t)];
  size_t count = 0;
  for (uint64_t frame = 0; frame < f->frames; frame++) {
    piece[count++] = (int64_t)frame;
    if (count < sizeof piece / sizeof *piece && frame + 1 < f->frames) continue;
    if (!sink.take(sink.context, piece, count * sizeof *piece)) return false;
    count = 0;
  }
  return true;
}

static bool write_times(const film *f, byte_sink sink) {
  double piece[PIECE / sizeof(double)];
  size_t count = 0;
  for (uint64_t frame = 0; frame < f->frames; frame++) {
    piece[count++] = (double)frame * f->dt;
    if (count < sizeof piece / sizeof *piece && frame + 1 < f->frames) continue;
    if (!sink.take(sink.context, piece, count * sizeof *piece)) return false;
    count = 0;
  }
  return true;
}

static bool write_head(const film *f, byte_sink sink) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  unsigned char beginning[2 * METADATA_BLOCK];
  layout l;
  bool good = make_beginning(f, beginning, &l) && sink.take(sink.context, beginning, l.step);
  uint64_t at = good ? l.step + f->frames * sizeof(int64_t) : 0;
  good = good && write_steps(f, sink) && pad(&at, l.time, sink);
  at += f->frames * sizeof(double);
  return good && write_times(f, sink) && pad(&at, l.value, sink);
}

static bool write_frame(const film *f, uint64_t frame, const double *x, const double *y,
                        byte_sink sink) {
  (void)frame;
  return film_write_numbers(f, x, y, DIMENSIONS - 2, sink);
}

static bool find_frames(const film *f, uint64_t head_size, uint64_t size, FILE *file,
                        film_places *places) {
  (void)file;
  film_find_equal_frames(f, head_size, frame_size(f), size, places);
  return true;
}

static bool read_frame(const film *f, uint64_t frame, FILE *file, double *x, double *y) {
  (void)frame;
  return film_read_numbers(f, file, x, y, DIMENSIONS - 2);
}

const film_format film_h5 = {write_head, write_frame, find_frames, read_frame};
