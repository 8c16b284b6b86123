/* The values of options, with one sentence where one is wrong. */
#ifndef WHIRL_PROGRAM_ARGUMENTS_H
#define WHIRL_PROGRAM_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

/* A whole number from least to most: 1000, 1e6, 64Ki. option is the name without its dashes. */
bool argument_count(uint64_t *number, const char *option, const char *text, uint64_t least,
                    uint64_t most);

/* A finite number above 0, or not below it. */
bool argument_positive(double *number, const char *option, const char *text, bool zero_is_good);

#endif
