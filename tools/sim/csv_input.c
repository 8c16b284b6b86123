/* Particles from CSV. One pass, field by field, so that each complaint knows its line and column.
 */
#include "input.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "program/parse.h"

/* Longer than any number that a program writes, leading zeros and all. */
enum { FIELD_SIZE = 512 };

enum { X, Y, ANG_VEL, OMEGA, KINDS };
static const char *const kind_names[KINDS] = {"x", "y", "ang_vel", "omega"};

typedef struct reader {
  FILE *file;
  const char *name;
  size_t line, column; /* of the next character, from 1; columns are bytes */
  input_error *error;
} reader;

typedef struct field {
  char text[FIELD_SIZE]; /* without the blanks around it */
  size_t line, column;   /* where it begins */
  bool quoted;
  int end; /* what ended it: ',', '\n' or EOF */
} field;

typedef struct header {
  size_t columns;
  int kinds[KINDS]; /* of each column */
  bool has[KINDS];
} header;

static bool fail_at(const reader *r, size_t line, size_t column, const char *what) {
  return input_fail(r->error, "%.200s:%zu:%zu: %.250s", r->name, line, column, what);
}

/* A complaint about a field that shows it, as far as it fits and can be printed. */
static bool fail_with_field(const reader *r, const field *f, const char *what) {
  char shown[41], text[300];
  size_t length = strlen(f->text);
  if (length > sizeof shown - 1) length = sizeof shown - 1;
  for (size_t i = 0; i < length; i++)
    shown[i] = (char)(f->text[i] < ' ' || f->text[i] > '~' ? '?' : f->text[i]);
  shown[length] = '\0';
  snprintf(text, sizeof text, "'%s' %s", shown, what);
  return fail_at(r, f->line, f->column, text);
}

/* The next character; a line's end is '\n' however it is written. */
static int next(reader *r) {
  int c = getc(r->file);
  if (c == '\r') {
    const int after = getc(r->file);
    if (after == '\n')
      c = after;
    else if (after != EOF)
      ungetc(after, r->file);
  }
  if (c == '\n') {
    r->line++;
    r->column = 1;
  } else if (c != EOF) {
    r->column++;
  }
  return c;
}

static bool is_blank(int c) {
  return c == ' ' || c == '\t';
}

static bool ends_field(int c) {
  return c == ',' || c == '\n' || c == EOF;
}

/* Reads the field that begins at the next character, and what ends it. */
static bool read_field(reader *r, field *f) {
  *f = (field){.line = r->line, .column = r->column};
  size_t length = 0;
  int c = next(r);
  while (is_blank(c)) {
    f->column = r->column;
    c = next(r);
  }
  if (c == '"') {
    f->quoted = true;
    c = next(r);
  }
  for (; f->quoted ? c != '"' && c != '\n' && c != EOF : !ends_field(c); c = next(r)) {
    if (c != '\t' && (c < ' ' || c == 0x7f))
      return fail_at(r, r->line, r->column - 1, "a control character: this is no CSV file");
    if (length == FIELD_SIZE - 1)
      return fail_at(r, f->line, f->column, "more than 511 characters in one field");
    f->text[length++] = (char)c;
  }
  if (f->quoted) {
    if (c != '"') return fail_at(r, f->line, f->column, "the quotation mark is not closed");
    do c = next(r);
    while (is_blank(c));
    if (!ends_field(c))
      return fail_at(r, r->line, r->column - 1, "a quoted field must end with its second mark");
  }
  while (length > 0 && is_blank(f->text[length - 1])) length--;
  f->text[length] = '\0';
  f->end = c;
  if (c == EOF && ferror(r->file)) return input_fail_to_read(r->error, r->name);
  return true;
}

static bool is_empty(const field *f) {
  return !f->text[0] && !f->quoted;
}

/* The first field of the next line that is not empty; *end where there is none. */
static bool begin_line(reader *r, field *f, bool *end) {
  do {
    if (!read_field(r, f)) return false;
  } while (is_empty(f) && f->end == '\n');
  *end = is_empty(f) && f->end == EOF;
  return true;
}

static bool fail_at_name(const reader *r, const field *f, bool first) {
  double number;
  if (first && parse_real(f->text, &number))
    return fail_with_field(r, f,
                           "is a number, and the first line must name the columns: x,y,ang_vel");
  if (strpbrk(f->text, ";\t"))
    return fail_with_field(r, f, "is one field: separate columns with commas");
  return fail_with_field(r, f, "is no column that is known: they are x, y, ang_vel and omega");
}

static bool read_header(reader *r, header *h) {
  field f;
  bool end;
  *h = (header){0};
  if (!begin_line(r, &f, &end)) return false;
  if (end)
    return fail_at(r, 1, 1, "the file is empty: the first line must name the columns: x,y,ang_vel");
  const size_t line = f.line;
  for (;;) {
    int kind = 0;
    while (kind < KINDS && strcmp(f.text, kind_names[kind]) != 0) kind++;
    if (kind == KINDS) return fail_at_name(r, &f, h->columns == 0);
    if (h->has[kind]) return fail_with_field(r, &f, "names a column twice");
    h->has[kind] = true;
    h->kinds[h->columns++] = kind;
    if (f.end != ',') break;
    if (!read_field(r, &f)) return false;
  }
  if (h->has[ANG_VEL] && h->has[OMEGA])
    return fail_at(r, line, 1, "both ang_vel and omega say how fast particles turn: leave one out");
  if (!h->has[X] || !h->has[Y] || !(h->has[ANG_VEL] || h->has[OMEGA]))
    return fail_at(r, line, 1,
                   !h->has[X]   ? "there is no column x"
                   : !h->has[Y] ? "there is no column y"
                                : "there is no column ang_vel, nor omega");
  return true;
}

static bool read_number(const reader *r, const field *f, double *number) {
  if (is_empty(f)) return fail_at(r, f->line, f->column, "a number is missing");
  if (!parse_real(f->text, number)) return fail_with_field(r, f, "is no number");
  if (!isfinite(*number)) return fail_with_field(r, f, "is no finite number");
  return true;
}

static bool fail_of_count(const reader *r, const header *h, const field *f, size_t fields) {
  char text[100];
  snprintf(text, sizeof text, "%s %zu fields, and the header names %zu columns",
           fields > h->columns ? "more than" : "only", fields > h->columns ? h->columns : fields,
           h->columns);
  return fail_at(r, f->line, f->column, text);
}

/* The particle of the line whose first field is f. */
static bool read_particle(reader *r, const header *h, field *f, particle_list *list) {
  double numbers[KINDS] = {0};
  size_t omega_column = 0;
  const size_t line = f->line;
  for (size_t i = 0;; i++) {
    if (i == h->columns) return fail_of_count(r, h, f, i + 1);
    if (h->kinds[i] == OMEGA) omega_column = f->column;
    if (!read_number(r, f, &numbers[h->kinds[i]])) return false;
    if (i + 1 < h->columns && f->end != ',') return fail_of_count(r, h, f, i + 1);
    if (f->end != ',') break;
    if (!read_field(r, f)) return false;
  }
  const double x = numbers[X], y = numbers[Y];
  double ang_vel = numbers[ANG_VEL];
  if (h->has[OMEGA]) ang_vel = numbers[OMEGA] * hypot(x, y);
  if (!isfinite(ang_vel))
    return fail_at(r, line, omega_column, "omega * r is too large for a number");
  if (!particle_list_reserve(list, list->n + 1, r->name, r->error)) return false;
  list->x[list->n] = x;
  list->y[list->n] = y;
  list->ang_vel[list->n] = ang_vel;
  list->n++;
  return true;
}

/* What some programs put before UTF-8. */
static void skip_byte_order_mark(FILE *file) {
  static const int mark[] = {0xef, 0xbb, 0xbf};
  const int first = getc(file);
  if (first != mark[0]) {
    if (first != EOF) ungetc(first, file);
    return;
  }
  /* If it is none, the column's name is told as wrong either way. */
  if (getc(file) == mark[1]) getc(file);
}

bool csv_read(FILE *file, const char *name, particle_list *list, input_error *error) {
  reader r = {.file = file, .name = name, .line = 1, .column = 1, .error = error};
  header h;
  skip_byte_order_mark(file);
  if (!read_header(&r, &h)) return false;
  for (;;) {
    field f;
    bool end;
    if (!begin_line(&r, &f, &end)) return false;
    if (end) break;
    if (!read_particle(&r, &h, &f, list)) return false;
  }
  if (list->n == 0) return fail_at(&r, r.line, 1, "there is no particle below the header");
  return true;
}
