/* What the library makes of cgroup files, in trees that are made for each case. */
#define _XOPEN_SOURCE 700
#include <ftw.h>
#include <limits.h>
#include <math.h>
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

#include "../../src/quota.h"
#include "cases.h"

/* A file of a tree, and what stands in it; a list ends with a NULL path. */
typedef struct tree_file {
  const char *path, *text;
} tree_file;

static const char mounts_v2[] =
    "22 28 0:20 / /proc rw,nosuid - proc proc rw\n"
    "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
static const char mounts_v1[] =
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
  FILE *stream = fopen(path, "w");
  assert_non_null(stream);
  fputs(file->text, stream);
  assert_int_equal(fclose(stream), 0);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
  (void)status, (void)type, (void)place;
  return remove(path);
}

static void expect_limit(const tree_file *files, double (*limit)(const char *root),
                         double expected) {
  char root[] = "/tmp/whirl-quota-XXXXXX";
  assert_non_null(mkdtemp(root));
  for (; files->path; files++) write_file(root, files);
  const double found = limit(root);
  nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  if (found != expected) fail_msg("the limit is %g, not %g", found, expected);
}

static void expect_quota(const tree_file *files, double expected) {
  expect_limit(files, whirl_cpu_quota, expected);
}

static void version_2(const test_case *test) {
  (void)test;
  const tree_file leaf[] = {{"/proc/self/cgroup", "0::/user/job\n"},
                            {"/proc/self/mountinfo", mounts_v2},
                            {"/sys/fs/cgroup/user/job/cpu.max", "150000 100000\n"},
                            {NULL, NULL}};
  expect_quota(leaf, 1.5);
  const tree_file ancestor[] = {{"/proc/self/cgroup", "0::/a/b/c\n"},
                                {"/proc/self/mountinfo", mounts_v2},
                                {"/sys/fs/cgroup/a/cpu.max", "50000 100000\n"},
                                {"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
                                {"/sys/fs/cgroup/a/b/c/cpu.max", "400000 100000\n"},
                                {NULL, NULL}};
  expect_quota(ancestor, 0.5);
  /* With a cgroup namespace the container's own group is the root. */
  const tree_file root[] = {{"/proc/self/cgroup", "0::/\n"},
                            {"/proc/self/mountinfo", mounts_v2},
                            {"/sys/fs/cgroup/cpu.max", "200000 50000\n"},
                            {NULL, NULL}};
  expect_quota(root, 4);
  const tree_file unlimited[] = {{"/proc/self/cgroup", "0::/a\n"},
                                 {"/proc/self/mountinfo", mounts_v2},
                                 {"/sys/fs/cgroup/a/cpu.max", "max 100000\n"},
                                 {NULL, NULL}};
  expect_quota(unlimited, INFINITY);
}

static void version_1(const test_case *test) {
  (void)test;
  const tree_file leaf[] = {
      {"/proc/self/cgroup", "5:memory:/other\n4:cpu,cpuacct:/job\n3:cpuset:/job\n0::/\n"},
      {"/proc/self/mountinfo", mounts_v1},
      {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n"},
      {NULL, NULL}};
  expect_quota(leaf, 2.5);
  const tree_file ancestor[] = {
      {"/proc/self/cgroup", "4:cpu,cpuacct:/pod/job\n"},
      {"/proc/self/mountinfo", mounts_v1},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us", "100000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", "100000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_quota_us", "-1\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_period_us", "100000\n"},
      {NULL, NULL}};
  expect_quota(ancestor, 1);
  /* cpuset alone is no quota, though its name begins with cpu. */
  const tree_file cpuset[] = {{"/proc/self/cgroup", "3:cpuset:/job\n"},
                              {"/proc/self/mountinfo", mounts_v1},
                              {"/sys/fs/cgroup/cpuset/job/cpu.cfs_quota_us", "1000\n"},
                              {"/sys/fs/cgroup/cpuset/job/cpu.cfs_period_us", "100000\n"},
                              {NULL, NULL}};
  expect_quota(cpuset, INFINITY);
}

/* A container without a cgroup namespace: its own group is mounted, and named from the host's root.
 */
static void mounted_below_the_root(const test_case *test) {
  (void)test;
  const tree_file container[] = {
      {"/proc/self/cgroup", "4:cpu,cpuacct:/docker/0123/worker\n"},
      {"/proc/self/mountinfo",
       "33 31 0:30 /docker/0123 /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"},
      {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n"},
      {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
      {NULL, NULL}};
  expect_quota(container, 0.5);
  const tree_file blank[] = {
      {"/proc/self/cgroup", "0::/my job\n"},
      {"/proc/self/mountinfo", "30 22 0:26 / /mnt/cg\\040two rw - cgroup2 cgroup2 rw\n"},
      {"/mnt/cg two/my job/cpu.max", "300000 100000\n"},
      {NULL, NULL}};
  expect_quota(blank, 3);
}

static void absent_or_damaged(const test_case *test) {
  (void)test;
  const tree_file nothing[] = {{"/readme", "no proc here\n"}, {NULL, NULL}};
  expect_quota(nothing, INFINITY);
  const tree_file no_file[] = {
      {"/proc/self/cgroup", "0::/gone\n"}, {"/proc/self/mountinfo", mounts_v2}, {NULL, NULL}};
  expect_quota(no_file, INFINITY);
  const char *const damaged[] = {"",           "\n",          "banana\n",  "100000\n",
                                 "0 100000\n", "-5 100000\n", "100000 0\n"};
  for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
    const tree_file tree[] = {{"/proc/self/cgroup", "0::/a\n"},
                              {"/proc/self/mountinfo", mounts_v2},
                              {"/sys/fs/cgroup/a/cpu.max", damaged[i]},
                              {NULL, NULL}};
    expect_quota(tree, INFINITY);
  }
  const tree_file lines[] = {{"/proc/self/cgroup", "no colon\n1:one\n0::/a\n"},
                             {"/proc/self/mountinfo", "short line\n30 22 - \n"},
                             {NULL, NULL}};
  expect_quota(lines, INFINITY);
}

static void memory(const test_case *test) {
  (void)test;
  const tree_file second[] = {{"/proc/self/cgroup", "0::/a/b\n"},
                              {"/proc/self/mountinfo", mounts_v2},
                              {"/sys/fs/cgroup/a/memory.max", "300000000\n"},
                              {"/sys/fs/cgroup/a/b/memory.max", "max\n"},
                              {NULL, NULL}};
  expect_limit(second, whirl_memory_limit, 3e8);
  const tree_file first[] = {
      {"/proc/self/cgroup", "5:memory:/job\n4:cpu,cpuacct:/other\n"},
      {"/proc/self/mountinfo", mounts_v1},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
      {"/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1048576\n"},
      {NULL, NULL}};
  expect_limit(first, whirl_memory_limit, 1048576);
  const tree_file unlimited[] = {
      {"/proc/self/cgroup", "5:memory:/\n"},
      {"/proc/self/mountinfo", mounts_v1},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
      {NULL, NULL}};
  expect_limit(unlimited, whirl_memory_limit, INFINITY);
}

void add_quota_cases(test_suite *suite) {
  suite_add(suite, "quota", "version_2", version_2, NULL, NULL);
  suite_add(suite, "quota", "version_1", version_1, NULL, NULL);
  suite_add(suite, "quota", "mounted_below_the_root", mounted_below_the_root, NULL, NULL);
  suite_add(suite, "quota", "memory", memory, NULL, NULL);
  suite_add(suite, "quota", "absent_or_damaged", absent_or_damaged, NULL, NULL);
}
