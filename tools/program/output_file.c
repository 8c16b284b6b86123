#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocate.h"
#include "place.h"

/* A name next to the target for what is not whole yet. */
static char *temporary_name(const place *p) {
  const int directory = place_directory(p);
  const size_t size = strlen(p->target) + 32;
  char *name = allocate(size, 1);
  snprintf(name, size, "%.*s.%s.%ld", directory, p->target, p->target + directory, (long)getpid());
  return name;
}

static bool write_all(int file, const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    const ssize_t written = write(file, text, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text += written;
    left -= (size_t)written;
  }
  return true;
}

/* Writes text to a new file, or to an old one that is no regular file. False with errno. */
static bool write_file(const char *name, int flags, mode_t mode, const char *text) {
  const int file = open(name, O_WRONLY | O_CLOEXEC | flags, mode);
  if (file < 0) return false;
  bool good = write_all(file, text);
  /* Devices and pipes have nothing to synchronise. */
  if (good && fsync(file) != 0 && errno != EINVAL && errno != EROFS) good = false;
  const int error = errno;
  if (close(file) != 0 && good) return false;
  errno = error;
  return good;
}

bool output_file_check(const char *path) {
  place p;
  bool good = place_find(&p, path);
  if (good && p.whole) {
    char *temporary = temporary_name(&p);
    good = write_file(temporary, O_CREAT | O_EXCL, p.mode, "");
    if (good) unlink(temporary);
    free(temporary);
  }
  if (!good) place_cannot_write(path, errno);
  place_clear(&p);
  return good;
}

/* Writes the temporary file and puts it in the target's place. False with errno. */
static bool replace_target(const place *p, const char *text) {
  char *temporary = temporary_name(p);
  /* A Ctrl-C in between would leave the temporary file behind: it has to wait. */
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  const bool good =
      write_file(temporary, O_CREAT | O_EXCL, p->mode, text) && rename(temporary, p->target) == 0;
  const int error = errno;
  if (!good && error != EEXIST) unlink(temporary);
  sigprocmask(SIG_SETMASK, &before, NULL);
  free(temporary);
  errno = error;
  return good;
}

bool output_file_write(const char *path, const char *text) {
  place p;
  bool good = place_find(&p, path);
  if (good && p.whole) {
    good = replace_target(&p, text);
  } else if (good) {
    good = write_file(p.target, 0, 0, text);
  }
  if (!good) place_cannot_write(path, errno);
  place_clear(&p);
  return good;
}
