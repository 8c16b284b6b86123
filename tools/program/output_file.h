/* A file that is written whole or not at all. */
#ifndef WHIRL_PROGRAM_OUTPUT_FILE_H
#define WHIRL_PROGRAM_OUTPUT_FILE_H

#include <stdbool.h>

/* Whether output_file_write will be able to write there; otherwise tells why not. Leaves what is
 * there as it is. */
bool output_file_check(const char *path);

/* Writes the text to a temporary file in the same directory and renames that, so that path holds
 * either what it held before or the whole text; devices and pipes are written directly. Otherwise
 * tells why not. */
bool output_file_write(const char *path, const char *text);

#endif
