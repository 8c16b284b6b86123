#define _XOPEN_SOURCE 700
#include "trees.h"

#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

const char tree_folder[] = "a folder";
const char tree_loop[] = "a loop";

const char tree_mounts_v2[] =
    "22 28 0:20 / /proc rw,nosuid - proc proc rw\n"
    "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
const char tree_mounts_v1[] =
    "32 31 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw shared:11 - cgroup cgroup rw,cpu,cpuacct\n"
    "34 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

static void write_file(const char *root, const tree_file *file) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s%s", root, file->path);
  for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = '\0';
    mkdir(path, 0777);
    *slash = '/';
  }
  if (file->text == tree_folder) {
    assert_int_equal(mkdir(path, 0777), 0);
  } else if (file->text == tree_loop) {
    assert_int_equal(symlink(path, path), 0);
  } else {
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(file->text, stream);
    assert_int_equal(fclose(stream), 0);
  }
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
  (void)status, (void)type, (void)place;
  return remove(path);
}

void tree_make(const tree_file *files, char root[TREE_ROOT]) {
  snprintf(root, TREE_ROOT, "/tmp/whirl-tree-XXXXXX");
  assert_non_null(mkdtemp(root));
  for (; files->path; files++) write_file(root, files);
}

void tree_remove(const char *root) {
  nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}
