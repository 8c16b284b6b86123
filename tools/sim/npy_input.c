/* Particles from NumPy's .npy. Nothing is believed of the header before the data are there: memory
 * grows with what is read, not with what the shape says. */
#include "input.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { COLUMNS = 3 };

/* No header of an array without named fields is nearly as long. */
enum { MOST_HEADER = 4096 };

typedef struct npy {
  FILE *file;
  const char *name;
  input_error *error;
  char header[MOST_HEADER + 1];
  char *at; /* where the header is being read */
  size_t header_length;
  size_t header_begin; /* in the file */
  bool big_endian, fortran_order;
  uint64_t n;
} npy;

static bool fail_in_header(const npy *p, const char *what) {
  return input_fail(p->error, "%.200s: byte %zu: %s", p->name,
                    p->header_begin + (size_t)(p->at - p->header), what);
}

static bool read_bytes(npy *p, void *bytes, size_t size) {
  return fread(bytes, 1, size, p->file) == size;
}

/* Why there were fewer bytes than there should be. */
static bool fail_of_end(const npy *p, const char *where) {
  if (ferror(p->file)) return input_fail_to_read(p->error, p->name);
  return input_fail(p->error, "%.200s: the file ends %s", p->name, where);
}

static bool read_header_text(npy *p) {
  unsigned char begin[8], length_bytes[4] = {0};
  if (!read_bytes(p, begin, sizeof begin) || memcmp(begin, "\x93NUMPY", 6) != 0) {
    if (ferror(p->file)) return input_fail_to_read(p->error, p->name);
    return input_fail(p->error, "%.200s: this is no .npy file, which would begin with \\x93NUMPY",
                      p->name);
  }
  const unsigned major = begin[6];
  if (major < 1 || major > 3)
    return input_fail(p->error, "%.200s: version %u.%u of .npy is not known; 1.0, 2.0 and 3.0 are",
                      p->name, major, begin[7]);
  const size_t length_size = major == 1 ? 2 : 4;
  if (!read_bytes(p, length_bytes, length_size)) return fail_of_end(p, "within its header");
  size_t length = 0;
  for (size_t i = length_size; i-- > 0;) length = length << 8 | length_bytes[i];
  if (length > MOST_HEADER)
    return input_fail(p->error, "%.200s: a header of %zu bytes is not that of an array of float64",
                      p->name, length);
  if (!read_bytes(p, p->header, length)) return fail_of_end(p, "within its header");
  p->header_length = length;
  p->header_begin = sizeof begin + length_size;
  p->at = p->header;
  return true;
}

/* The header is a Python dict literal. */

static void skip_spaces(npy *p) {
  p->at += strspn(p->at, " \n\t");
}

static bool take(npy *p, const char *token) {
  skip_spaces(p);
  const size_t length = strlen(token);
  if (strncmp(p->at, token, length) != 0) return false;
  p->at += length;
  return true;
}

/* A string literal without escapes, cut at size. */
static bool take_string(npy *p, char *text, size_t size) {
  skip_spaces(p);
  const char mark = *p->at;
  if (mark != '\'' && mark != '"') return false;
  char *end = strchr(p->at + 1, mark);
  if (!end) return false;
  snprintf(text, size, "%.*s", (int)(end - p->at - 1), p->at + 1);
  p->at = end + 1;
  return true;
}

static bool take_whole(npy *p, uint64_t *number) {
  skip_spaces(p);
  if (*p->at < '0' || *p->at > '9') return false;
  *number = 0;
  for (; *p->at >= '0' && *p->at <= '9'; p->at++) {
    const uint64_t digit = (uint64_t)(*p->at - '0');
    if (*number > (UINT64_MAX - digit) / 10) return false;
    *number = 10 * *number + digit;
  }
  return true;
}

static bool read_descr(npy *p) {
  char descr[16] = "";
  char *begin = p->at;
  if (take_string(p, descr, sizeof descr) &&
      (strcmp(descr, "<f8") == 0 || strcmp(descr, ">f8") == 0)) {
    p->big_endian = descr[0] == '>';
    return true;
  }
  p->at = begin;
  return fail_in_header(
      p, "the array must be of float64: descr '<f8' or '>f8'; array.astype(float) makes it so");
}

static bool read_order(npy *p) {
  if (take(p, "True"))
    p->fortran_order = true;
  else if (!take(p, "False"))
    return fail_in_header(p, "fortran_order must be True or False");
  return true;
}

static bool read_shape(npy *p) {
  char *begin = p->at;
  uint64_t columns;
  if (take(p, "(") && take_whole(p, &p->n) && take(p, ",") && take_whole(p, &columns)) {
    take(p, ",");
    if (take(p, ")") && columns == COLUMNS) return true;
  }
  p->at = begin;
  return fail_in_header(p, "the shape must be (n, 3): the columns x, y and ang_vel");
}

static bool read_header(npy *p) {
  static const struct {
    const char *key;
    bool (*read)(npy *p);
  } entries[] = {{"descr", read_descr}, {"fortran_order", read_order}, {"shape", read_shape}};
  enum { ENTRIES = sizeof entries / sizeof *entries };
  bool seen[ENTRIES] = {false};
  if (!read_header_text(p)) return false;
  bool more = take(p, "{");
  if (!more) return fail_in_header(p, "the header must begin with {");
  while (more && !take(p, "}")) {
    char key[16];
    size_t i = 0;
    char *begin = p->at;
    if (!take_string(p, key, sizeof key))
      return fail_in_header(p, "a key in quotation marks must stand here");
    while (i < ENTRIES && strcmp(key, entries[i].key) != 0) i++;
    if (i == ENTRIES || seen[i]) {
      p->at = begin;
      return fail_in_header(p, "the keys must be descr, fortran_order and shape, each once");
    }
    seen[i] = true;
    if (!take(p, ":")) return fail_in_header(p, "a colon must stand here");
    skip_spaces(p);
    if (!entries[i].read(p)) return false;
    more = take(p, ",");
    if (!more && !take(p, "}")) return fail_in_header(p, "a comma or } must stand here");
  }
  for (size_t i = 0; i < ENTRIES; i++) {
    if (!seen[i])
      return fail_in_header(p, "the keys must be descr, fortran_order and shape, each once");
  }
  skip_spaces(p);
  if (p->at != p->header + p->header_length)
    return fail_in_header(p, "nothing may follow the } of the header");
  if (p->n == 0) return input_fail(p->error, "%.200s: the array has no particle", p->name);
  return true;
}

/* The number at the row and the column. */
static bool read_number(npy *p, uint64_t row, unsigned column, double *number) {
  unsigned char bytes[8];
  if (!read_bytes(p, bytes, sizeof bytes)) {
    char where[100];
    snprintf(where, sizeof where, "before [%ju, %u] of an array of shape (%ju, 3)", (uintmax_t)row,
             column, (uintmax_t)p->n);
    return fail_of_end(p, where);
  }
  uint64_t bits = 0;
  for (size_t i = 0; i < sizeof bytes; i++)
    bits = bits << 8 | bytes[p->big_endian ? i : sizeof bytes - 1 - i];
  memcpy(number, &bits, sizeof bits);
  if (isfinite(*number)) return true;
  return input_fail(p->error, "%.200s: [%ju, %u] is %g, which is no finite number", p->name,
                    (uintmax_t)row, column, *number);
}

/* Row by row, or column by column. */
static bool read_data(npy *p, particle_list *list) {
  const unsigned outer_columns = p->fortran_order ? COLUMNS : 1;
  const unsigned inner_columns = COLUMNS / outer_columns;
  for (unsigned outer = 0; outer < outer_columns; outer++) {
    for (uint64_t row = 0; row < p->n; row++) {
      if (!particle_list_reserve(list, (size_t)row + 1, p->name, p->error)) return false;
      double *const arrays[COLUMNS] = {list->x, list->y, list->ang_vel};
      for (unsigned inner = 0; inner < inner_columns; inner++) {
        const unsigned column = outer + inner;
        if (!read_number(p, row, column, &arrays[column][row])) return false;
      }
    }
  }
  list->n = (size_t)p->n;
  if (getc(p->file) != EOF)
    return input_fail(p->error, "%.200s: there are bytes after the array of shape (%ju, 3)",
                      p->name, (uintmax_t)p->n);
  return true;
}

bool npy_read(FILE *file, const char *name, particle_list *list, input_error *error) {
  npy p = {.file = file, .name = name, .error = error};
  return read_header(&p) && read_data(&p, list);
}
