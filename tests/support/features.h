/* What this machine can run, found by the compiler's own means and not by the library under test.
 */
#ifndef WHIRL_TESTS_FEATURES_H
#define WHIRL_TESTS_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/kernel.h>

/* The whirl_feature bits that the CPU and the operating system offer. */
uint64_t features_here(void);

/* The features that kernel needs and this machine lacks, and their names, separated by commas, in
 * text. */
uint64_t features_missing(const whirl_kernel *kernel, char *text, size_t size);

#endif
