/* SEEK_HOLE needs this. */
#define _GNU_SOURCE
#include "growing_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program/allocate.h"
#include "program/clock.h"
#include "program/complaint.h"

enum { BUFFER_SIZE = 1 << 18 };

/* Seconds of work that a machine takes along that loses its power. */
static const double most_unsynced = 1;

static bool find(growing_file *g, const char *path) {
  *g = (growing_file){.file = -1};
  if (strcmp(path, "-") == 0) {
    g->file = STDOUT_FILENO;
    g->partial = strcpy(allocate(16, 1), "standard output");
  } else {
    if (!place_find(&g->target, path)) return place_cannot_write(path, errno);
    g->renames = g->target.whole;
    const size_t size = strlen(g->target.target) + sizeof ".partial";
    g->partial = allocate(size, 1);
    snprintf(g->partial, size, "%s%s", g->target.target, g->renames ? ".partial" : "");
  }
  g->buffer = allocate(BUFFER_SIZE, 1);
  g->synced = clock_seconds();
  return true;
}

/* Two runs that write to one file would spoil it. */
static bool lock(const growing_file *g) {
  return flock(g->file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK ||
         complain("%s is being written by another run", g->partial);
}

/* The directory as well must be on the disk, or the name may be lost. Some file systems can't do
 * that. */
static void sync_directory(const place *p) {
  const int length = place_directory(p);
  char *name = allocate((size_t)length + 1, 1);
  snprintf(name, (size_t)length + 2, "%.*s", length ? length : 1, length ? p->target : ".");
  const int directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    fsync(directory);
    close(directory);
  }
  free(name);
}

bool growing_file_create(growing_file *g, const char *path) {
  if (!find(g, path)) return false;
  if (g->file >= 0) return true;
  const int flags = g->renames ? O_CREAT | O_EXCL : 0;
  g->file = open(g->partial, O_WRONLY | O_CLOEXEC | flags, g->target.mode);
  if (g->file >= 0 && g->renames) sync_directory(&g->target);
  if (g->file >= 0) return !g->renames || lock(g);
  if (errno != EEXIST) return place_cannot_write(g->partial, errno);
  return complain(
      "%s is there, from a run that was stopped: go on with it by --resume, or remove it",
      g->partial);
}

bool growing_file_reopen(growing_file *g, const char *path, bool *there) {
  *there = false;
  if (!find(g, path)) return false;
  if (!g->renames) return complain("--resume: %s is no file that a run could go on with", path);
  g->file = open(g->partial, O_RDWR | O_CLOEXEC);
  if (g->file < 0 && errno == ENOENT) {
    g->file = open(g->target.target, O_RDONLY | O_CLOEXEC);
    g->whole = true;
    g->renames = false;
    strcpy(g->partial, g->target.target);
  }
  if (g->file < 0) return errno == ENOENT || place_cannot_write(g->partial, errno);
  *there = true;
  return lock(g);
}

uint64_t growing_file_sound(const growing_file *g) {
  struct stat found = {.st_size = 0};
  if (fstat(g->file, &found) != 0 || g->whole) return (uint64_t)found.st_size;
  const off_t hole = lseek(g->file, 0, SEEK_HOLE);
  lseek(g->file, 0, SEEK_SET);
  /* A file system that knows of no holes has none. */
  return (uint64_t)(hole < 0 ? found.st_size : hole);
}

bool growing_file_cut(growing_file *g, off_t size) {
  return (ftruncate(g->file, size) == 0 && lseek(g->file, size, SEEK_SET) == size) ||
         place_cannot_write(g->partial, errno);
}

/* Waits until the disk has what is written, by fsync or fdatasync. */
static bool wait_for_disk(growing_file *g, int (*sync)(int)) {
  /* Devices and pipes have nothing to synchronise. */
  if (sync(g->file) != 0 && errno != EINVAL && errno != EROFS)
    return place_cannot_write(g->partial, errno);
  g->synced = clock_seconds();
  return true;
}

bool growing_file_flush(growing_file *g) {
  for (size_t done = 0; done < g->used;) {
    const ssize_t written = write(g->file, g->buffer + done, g->used - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return place_cannot_write(g->partial, errno);
    done += (size_t)written;
  }
  g->used = 0;
  const bool due = g->renames && clock_seconds() - g->synced >= most_unsynced;
  return !due || wait_for_disk(g, fdatasync);
}

bool growing_file_write(growing_file *g, const void *bytes, size_t size) {
  const unsigned char *from = bytes;
  while (size > 0) {
    if (g->used == BUFFER_SIZE && !growing_file_flush(g)) return false;
    const size_t part = size < BUFFER_SIZE - g->used ? size : BUFFER_SIZE - g->used;
    memcpy(g->buffer + g->used, from, part);
    g->used += part;
    from += part;
    size -= part;
  }
  return true;
}

bool growing_file_finish(growing_file *g) {
  if (g->whole) return true;
  if (!growing_file_flush(g)) return false;
  if (!wait_for_disk(g, fsync)) return false;
  if (g->file == STDOUT_FILENO) return true;
  const int file = g->file;
  g->file = -1;
  if (close(file) != 0) return place_cannot_write(g->partial, errno);
  if (!g->renames) return true;
  if (rename(g->partial, g->target.target) != 0) return place_cannot_write(g->target.target, errno);
  sync_directory(&g->target);
  return true;
}

void growing_file_discard(const growing_file *g) {
  if (g->renames) unlink(g->partial);
}

void growing_file_close(growing_file *g) {
  if (g->file >= 0 && g->file != STDOUT_FILENO) close(g->file);
  free(g->partial);
  free(g->buffer);
  place_clear(&g->target);
  *g = (growing_file){.file = -1};
}
