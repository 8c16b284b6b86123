#include "parse.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

bool parse_real(const char *text, double *number) {
  char *end;
  if (*text == '\0' || isspace((unsigned char)*text)) return false;
  *number = strtod(text, &end);
  return *end == '\0';
}
