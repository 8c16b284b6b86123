/* CPU features in words. */
#ifndef WHIRL_PROGRAM_FEATURES_H
#define WHIRL_PROGRAM_FEATURES_H

#include <stddef.h>
#include <stdint.h>

/* The names of the whirl_feature bits, as "avx512f, avx512dq"; "" for none. */
void features_text(char *text, size_t size, uint64_t features);

#endif
