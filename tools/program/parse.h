/* Numbers as people write them on a command line. */
#ifndef WHIRL_PROGRAM_PARSE_H
#define WHIRL_PROGRAM_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A whole number from the length characters at text: 1000, 1e6, 2.5k, 64Ki; the suffixes are k, M,
 * G, T and Ki, Mi, Gi, Ti. False where it is anything else, or negative, and where it is 2^64 or
 * more: *count is then what is nearest to it, UINT64_MAX if it was a number that is too large and 0
 * otherwise. */
bool parse_count(const char *text, size_t length, uint64_t *count);

/* Whole numbers from a list such as 1,10,100 or a sweep such as 1e3:1e7:x10 (times 10 from one to
 * the next) or 10:50:+10; `max` stands for `most`, and FIRST:LAST alone for x2, with LAST as the
 * last. The numbers are allocated, to be freed, and *count of them. NULL, with the part of the list
 * that is at fault in *wrong, where one is no number, not from least to most, or where a sweep does
 * not grow; there are at most PARSE_MOST_NUMBERS. */
enum { PARSE_MOST_NUMBERS = 1000 };
uint64_t *parse_counts(const char *list, uint64_t least, uint64_t most, size_t *count,
                       const char **wrong, int *wrong_length);

/* A decimal number that takes up the whole text, NaN and infinities included. */
bool parse_real(const char *text, double *number);

#endif
