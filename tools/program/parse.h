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

/* A decimal number that takes up the whole text, NaN and infinities included. */
bool parse_real(const char *text, double *number);

#endif
