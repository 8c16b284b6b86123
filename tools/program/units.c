#include "units.h"

#include <langinfo.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool speaks_utf8(void) {
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

time_unit units_of_time(double seconds) {
  if (seconds >= 1) return (time_unit){1, "s"};
  if (seconds >= 1e-3) return (time_unit){1e3, "ms"};
  if (seconds >= 1e-6) return (time_unit){1e6, speaks_utf8() ? "µs" : "us"};
  return (time_unit){1e9, "ns"};
}

int units_decimals(double number, int digits) {
  if (!(number > 0) || !isfinite(number)) return 0;
  const int decimals = digits - 1 - (int)floor(log10(number));
  return decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
}

void units_exact(char text[UNITS_TEXT_SIZE], double number) {
  char exact[UNITS_TEXT_SIZE] = "";
  for (int digits = 1; digits <= 17; digits++) {
    snprintf(exact, sizeof exact, "%.*g", digits, number);
    if (strtod(exact, NULL) == number) break;
  }
  memcpy(text, exact, sizeof exact);
}

void units_bytes(char text[UNITS_TEXT_SIZE], double bytes) {
  static const char *const prefix[] = {"", "k", "M", "G", "T", "P", "E", "Z", "Y"};
  size_t power = 0;
  while (power + 1 < sizeof prefix / sizeof *prefix && bytes >= 1000) {
    bytes /= 1000;
    power++;
  }
  snprintf(text, UNITS_TEXT_SIZE, "%.*f %sB", bytes < 10 && power > 0 ? 1 : 0, bytes,
           prefix[power]);
}

void units_count(char text[UNITS_TEXT_SIZE], unsigned long long count) {
  char digits[24];
  const int length = snprintf(digits, sizeof digits, "%llu", count);
  int at = 0;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) text[at++] = ',';
    text[at++] = digits[i];
  }
  text[at] = '\0';
}

const char *units_plus_minus(void) {
  return speaks_utf8() ? "±" : "+-";
}
