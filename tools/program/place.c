#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "allocate.h"
#include "complaint.h"

static char *copy_text(const char *text) {
  return strcpy(allocate(strlen(text), 1), text);
}

/* Follows symbolic links from the target, which leads to nothing that is there: so they end. */
static void follow_links(place *p) {
  char link[4096];
  for (ssize_t length; (length = readlink(p->target, link, sizeof link - 1)) > 0;) {
    link[length] = '\0';
    const size_t directory = link[0] == '/' ? 0 : (size_t)place_directory(p);
    char *followed = allocate(directory + (size_t)length, 1);
    memcpy(followed, p->target, directory);
    strcpy(followed + directory, link);
    free(p->target);
    p->target = followed;
  }
}

bool place_find(place *p, const char *path) {
  *p = (place){.mode = 0666, .whole = true};
  struct stat found;
  if (stat(path, &found) != 0) {
    if (errno != ENOENT) return false;
    p->target = copy_text(path);
    follow_links(p);
    return true;
  }
  if (S_ISDIR(found.st_mode)) {
    errno = EISDIR;
    return false;
  }
  if (access(path, W_OK) != 0) return false;
  p->whole = S_ISREG(found.st_mode);
  if (p->whole) {
    p->target = realpath(path, NULL);
    p->mode = found.st_mode & 0777;
  } else {
    p->target = copy_text(path);
  }
  return p->target;
}

void place_clear(place *p) {
  free(p->target);
  p->target = NULL;
}

int place_directory(const place *p) {
  const char *slash = strrchr(p->target, '/');
  return slash ? (int)(slash - p->target) + 1 : 0;
}

bool place_cannot_write(const char *path, int error) {
  return complain("can't write %s: %s", path, strerror(error));
}
