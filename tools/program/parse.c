#include "parse.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "allocate.h"

/* The factor that a suffix stands for, or 0 where it is none. */
static long double suffix_factor(const char *suffix) {
  static const struct {
    const char *suffix;
    long double factor;
  } known[] = {{"", 1},         {"k", 1e3L},     {"K", 1e3L},     {"M", 1e6L},
               {"G", 1e9L},     {"T", 1e12L},    {"Ki", 0x1p10L}, {"ki", 0x1p10L},
               {"Mi", 0x1p20L}, {"Gi", 0x1p30L}, {"Ti", 0x1p40L}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(suffix, known[i].suffix) == 0) return known[i].factor;
  }
  return 0;
}

bool parse_count(const char *text, size_t length, uint64_t *count) {
  char copy[64];
  *count = 0;
  if (length == 0 || length >= sizeof copy) return false;
  memcpy(copy, text, length);
  copy[length] = '\0';
  /* strtold takes more than is meant here: signs, spaces, hexadecimal, "nan", "inf". */
  if (!isdigit((unsigned char)copy[0]) && copy[0] != '.') return false;
  if (strpbrk(copy, "xX")) return false;

  char *end;
  long double number = strtold(copy, &end);
  if (end == copy) return false;
  number *= suffix_factor(end);
  if (number >= 0x1p64L) {
    *count = UINT64_MAX;
    return false;
  }
  if (number == 0 ? suffix_factor(end) == 0 : number != floorl(number)) return false;
  *count = (uint64_t)number;
  return true;
}

/* One number of a list or a sweep. */
static bool parse_bounded(const char *text, size_t length, uint64_t least, uint64_t most,
                          uint64_t *number) {
  if (length == 3 && strncmp(text, "max", 3) == 0) {
    *number = most;
    return true;
  }
  return parse_count(text, length, number) && *number >= least && *number <= most;
}

/* How a sweep goes on: from a number to the next. */
typedef struct stride {
  bool times;
  uint64_t by;
} stride;

static bool parse_stride(const char *text, size_t length, stride *s) {
  s->times = length > 0 && text[0] == 'x';
  return length > 1 && (s->times || text[0] == '+') && parse_count(text + 1, length - 1, &s->by) &&
         s->by > (s->times ? 1 : 0);
}

/* The numbers of one item of a list, behind those that are there. */
static bool parse_item(const char *item, size_t length, uint64_t least, uint64_t most,
                       uint64_t *numbers, size_t *count) {
  const char *colon = memchr(item, ':', length);
  const size_t first_length = colon ? (size_t)(colon - item) : length;
  uint64_t number, last;
  if (*count == PARSE_MOST_NUMBERS || !parse_bounded(item, first_length, least, most, &number))
    return false;
  if (!colon) {
    numbers[(*count)++] = number;
    return true;
  }
  const char *end = item + length, *second = colon + 1,
             *third = memchr(second, ':', (size_t)(end - second));
  stride s = {.times = true, .by = 2};
  if (third && !parse_stride(third + 1, (size_t)(end - third - 1), &s)) return false;
  if (!parse_bounded(second, (size_t)((third ? third : end) - second), least, most, &last) ||
      last < number || (s.times && number == 0))
    return false;
  for (;;) {
    if (*count == PARSE_MOST_NUMBERS) return false;
    numbers[(*count)++] = number;
    if (number == last) return true;
    const uint64_t left = last - number, step = s.times ? number * (s.by - 1) : s.by;
    if (s.times && step / (s.by - 1) != number) return true; /* beyond 2^64 */
    if (step > left && third) return true;
    number += step > left ? left : step; /* without a stride, the last one comes in any event */
  }
}

uint64_t *parse_counts(const char *list, uint64_t least, uint64_t most, size_t *count,
                       const char **wrong, int *wrong_length) {
  uint64_t *numbers = allocate(PARSE_MOST_NUMBERS, sizeof *numbers);
  *count = 0;
  for (const char *item = list; item;) {
    const size_t length = strcspn(item, ",");
    if (!parse_item(item, length, least, most, numbers, count)) {
      *wrong = item;
      *wrong_length = (int)length;
      free(numbers);
      return NULL;
    }
    item = item[length] ? item + length + 1 : NULL;
  }
  return numbers;
}

bool parse_real(const char *text, double *number) {
  char *end;
  if (*text == '\0' || isspace((unsigned char)*text)) return false;
  *number = strtod(text, &end);
  return *end == '\0';
}
