#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocate.h"
#include "complaint.h"

/* Where to write. */
typedef struct place {
  char *target;    /* with symbolic links followed: a link shall stay one */
  char *temporary; /* NULL: write to the target directly */
  mode_t mode;
} place;

static char *copy_text(const char *text) {
  return strcpy(allocate(strlen(text), 1), text);
}

static void forget(place *p) {
  free(p->target);
  free(p->temporary);
}

static bool cannot_write(const char *path, int error) {
  return complain("can't write %s: %s", path, strerror(error));
}

/* False, with errno, where path can't be written to. */
static bool find_place(place *p, const char *path) {
  *p = (place){.mode = 0666};
  struct stat found;
  if (stat(path, &found) != 0) {
    if (errno != ENOENT) return false;
    p->target = copy_text(path);
  } else {
    if (S_ISDIR(found.st_mode)) {
      errno = EISDIR;
      return false;
    }
    if (access(path, W_OK) != 0) return false;
    if (!S_ISREG(found.st_mode)) {
      p->target = copy_text(path);
      return true;
    }
    char *resolved = realpath(path, NULL);
    if (!resolved) return false;
    p->target = resolved;
    p->mode = found.st_mode & 0777;
  }
  const char *slash = strrchr(p->target, '/');
  const int directory = slash ? (int)(slash - p->target) + 1 : 0;
  const size_t size = strlen(p->target) + 32;
  p->temporary = allocate(size, 1);
  snprintf(p->temporary, size, "%.*s.%s.%ld", directory, p->target, p->target + directory,
           (long)getpid());
  return true;
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
  bool good = find_place(&p, path);
  if (good && p.temporary) {
    good = write_file(p.temporary, O_CREAT | O_EXCL, p.mode, "");
    if (good) unlink(p.temporary);
  }
  if (!good) cannot_write(path, errno);
  forget(&p);
  return good;
}

/* Writes the temporary file and puts it in the target's place. False with errno. */
static bool replace_target(const place *p, const char *text) {
  /* A Ctrl-C in between would leave the temporary file behind: it has to wait. */
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  const bool good = write_file(p->temporary, O_CREAT | O_EXCL, p->mode, text) &&
                    rename(p->temporary, p->target) == 0;
  const int error = errno;
  if (!good && error != EEXIST) unlink(p->temporary);
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return good;
}

bool output_file_write(const char *path, const char *text) {
  place p;
  bool good = find_place(&p, path);
  if (good && p.temporary) {
    good = replace_target(&p, text);
  } else if (good) {
    good = write_file(p.target, 0, 0, text);
  }
  if (!good) cannot_write(path, errno);
  forget(&p);
  return good;
}
