/* What the fuzz targets share. A target calls abort() where a promise is broken; the sanitizers see
 * the rest. */
#ifndef WHIRL_TESTS_FUZZ_H
#define WHIRL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a file that can be read. */
FILE *fuzz_open(const uint8_t *data, size_t size);

/* Aborts unless the promise is kept. */
void fuzz_demand(int promise);

/* Aborts unless what a reader gave is what it promises: particles with finite numbers, or a
 * sentence that begins with the file's name. */
void fuzz_check_read(bool good, const particle_list *list, const input_error *error,
                     const char *name);

#endif
