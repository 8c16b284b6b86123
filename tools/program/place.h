/* Where a file goes that is named on a command line. */
#ifndef WHIRL_PROGRAM_PLACE_H
#define WHIRL_PROGRAM_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct place {
  char *target; /* with symbolic links followed: a link shall stay one */
  bool whole;   /* a regular file, or none yet: it can be put there whole. Otherwise a device or a
                   pipe */
  mode_t mode;
} place;

/* False, with errno, where path can't be written to. The place is to be cleared all the same. */
bool place_find(place *p, const char *path);
void place_clear(place *p);

/* The length of the target's directory, with its last slash. */
int place_directory(const place *p);

/* Tells that a file can't be written, and why. Returns false. */
bool place_cannot_write(const char *path, int error);

#endif
