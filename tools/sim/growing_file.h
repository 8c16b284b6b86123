/* A file that is written bit by bit and has its name only when it is whole: until then it is
 * FILE.partial, which holds what was written so far whenever the program ends, and however; where
 * the machine loses its power, what was written a second before. */
#ifndef WHIRL_SIM_GROWING_FILE_H
#define WHIRL_SIM_GROWING_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "program/place.h"

typedef struct growing_file {
  place target;
  char *partial; /* the name while it grows; the target's own for standard output, devices and pipes
                  */
  int file;
  bool renames; /* partial is another name than the target's */
  bool whole; /* it was reopened and is whole: partial is the target's name, and nothing is written
               */
  unsigned char *buffer;
  size_t used;
  double synced; /* the time when the disk last had it all */
} growing_file;

/* All of these tell what is wrong where they return false. */

/* Begins the file, "-" being standard output. There must be no FILE.partial. */
bool growing_file_create(growing_file *g, const char *path);

/* Opens FILE.partial to read it and to go on with it, or else a FILE that is whole, to read it.
 * *there is false, and nothing is open, where there is neither. */
bool growing_file_reopen(growing_file *g, const char *path, bool *there);

/* How much of a file that was reopened holds what was written to it: up to its end, or to the first
 * hole, which is what a machine that loses its power leaves where the file grew before its data
 * were on the disk. */
uint64_t growing_file_sound(const growing_file *g);

/* Cuts a file that was reopened and is not whole, and goes on at its end. */
bool growing_file_cut(growing_file *g, off_t size);

/* What is written is in the file after the next flush. A flush waits until the disk has it all if
 * none did for a second. */
bool growing_file_write(growing_file *g, const void *bytes, size_t size);
bool growing_file_flush(growing_file *g);

/* Flushes, waits until the disk has it, and gives the file its name. */
bool growing_file_finish(growing_file *g);

/* Removes FILE.partial, where there is nothing in it to go on with. */
void growing_file_discard(const growing_file *g);

/* Closes it. A file that is not finished stays FILE.partial. */
void growing_file_close(growing_file *g);

#endif
