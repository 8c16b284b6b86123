/* Quantities as people read them: with a unit of a fitting size, and no more digits than mean
 * something. */
#ifndef WHIRL_PROGRAM_UNITS_H
#define WHIRL_PROGRAM_UNITS_H

#include <stddef.h>

enum { UNITS_TEXT_SIZE = 48 };

/* A unit of time, in which the given time is a number from 1 to 999, if there is one. */
typedef struct time_unit {
  double per_second;
  const char *name;
} time_unit;
time_unit units_of_time(double seconds);

/* The decimals that give a number so many significant digits; 0 to 9. */
int units_decimals(double number, int digits);

/* The fewest digits that are read as the same number: "1e-05". */
void units_exact(char text[UNITS_TEXT_SIZE], double number);

/* "24 TB" */
void units_bytes(char text[UNITS_TEXT_SIZE], double bytes);

/* "1,000,000" */
void units_count(char text[UNITS_TEXT_SIZE], unsigned long long count);

/* The sign, as the terminal's character set allows. */
const char *units_plus_minus(void);

#endif
