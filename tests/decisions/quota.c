/* What the library makes of cgroup files, in trees that are made for each case. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/quota.h"
#include "../support/dispatchers.h"
#include "../support/trees.h"
#include "cases.h"

typedef double limit_function(const char *root, const whirl_logger *logger);

/* What a function makes of a tree, and what it tells the log. */
static double limit_in(const tree_file *files, limit_function *limit, log_record *record) {
  char root[TREE_ROOT];
  memset(record, 0, sizeof *record);
  const whirl_logger logger = {.function = log_into_record, .context = record};
  tree_make(files, root);
  const double found = limit(root, &logger);
  tree_remove(root);
  return found;
}

static void expect_limit(const tree_file *files, limit_function *limit, double expected) {
  log_record record;
  const double found = limit_in(files, limit, &record);
  if (found != expected) fail_msg("the limit is %g, not %g", found, expected);
  if (record.count > 0) fail_msg("nothing is wrong, and the log says: %s", record.lines[0]);
}

static void expect_quota(const tree_file *files, double expected) {
  expect_limit(files, whirl_cpu_quota, expected);
}

/* A limit of what can be read, and one warning, which names the file and says what to do. */
static void expect_warning(const tree_file *files, limit_function *limit, double expected,
                           const char *path, const char *why) {
  log_record record;
  const double found = limit_in(files, limit, &record);
  if (found != expected) fail_msg("%s: the limit is %g, not %g", path, found, expected);
  if (record.count != 1) fail_msg("%s: %d lines in the log", path, record.count);
  if (record.levels[0] != WHIRL_LOG_WARNING || strncmp(record.lines[0], path, strlen(path)) != 0 ||
      !strstr(record.lines[0], why) || !strstr(record.lines[0], "; make the file readable, or "))
    fail_msg("%s: the log says: %s", path, record.lines[0]);
}

static void version_2(const test_case *test) {
  (void)test;
  const tree_file leaf[] = {{"/proc/self/cgroup", "0::/user/job\n"},
                            {"/proc/self/mountinfo", tree_mounts_v2},
                            {"/sys/fs/cgroup/user/job/cpu.max", "150000 100000\n"},
                            {NULL, NULL}};
  expect_quota(leaf, 1.5);
  const tree_file ancestor[] = {{"/proc/self/cgroup", "0::/a/b/c\n"},
                                {"/proc/self/mountinfo", tree_mounts_v2},
                                {"/sys/fs/cgroup/a/cpu.max", "50000 100000\n"},
                                {"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
                                {"/sys/fs/cgroup/a/b/c/cpu.max", "400000 100000\n"},
                                {NULL, NULL}};
  expect_quota(ancestor, 0.5);
  /* With a cgroup namespace the container's own group is the root. */
  const tree_file root[] = {{"/proc/self/cgroup", "0::/\n"},
                            {"/proc/self/mountinfo", tree_mounts_v2},
                            {"/sys/fs/cgroup/cpu.max", "200000 50000\n"},
                            {NULL, NULL}};
  expect_quota(root, 4);
  const tree_file unlimited[] = {{"/proc/self/cgroup", "0::/a\n"},
                                 {"/proc/self/mountinfo", tree_mounts_v2},
                                 {"/sys/fs/cgroup/a/cpu.max", "max 100000\n"},
                                 {NULL, NULL}};
  expect_quota(unlimited, INFINITY);
}

static void version_1(const test_case *test) {
  (void)test;
  const tree_file leaf[] = {
      {"/proc/self/cgroup", "5:memory:/other\n4:cpu,cpuacct:/job\n3:cpuset:/job\n0::/\n"},
      {"/proc/self/mountinfo", tree_mounts_v1},
      {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "250000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n"},
      {NULL, NULL}};
  expect_quota(leaf, 2.5);
  const tree_file ancestor[] = {
      {"/proc/self/cgroup", "4:cpu,cpuacct:/pod/job\n"},
      {"/proc/self/mountinfo", tree_mounts_v1},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us", "100000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", "100000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_quota_us", "-1\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_period_us", "100000\n"},
      {NULL, NULL}};
  expect_quota(ancestor, 1);
  /* A hierarchy of version 2 that is mounted, and that this process is in no group of. */
  const tree_file other[] = {
      {"/proc/self/cgroup", "4:cpu,cpuacct:/\n"},
      {"/proc/self/mountinfo", "30 22 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"},
      {"/sys/fs/cgroup/unified/cpu.max", "100000 100000\n"},
      {NULL, NULL}};
  expect_quota(other, INFINITY);
  /* cpuset alone is no quota, though its name begins with cpu. */
  const tree_file cpuset[] = {{"/proc/self/cgroup", "3:cpuset:/job\n"},
                              {"/proc/self/mountinfo", tree_mounts_v1},
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

/* If this fails, users of machines without cgroups are warned of what is no fault. */
static void absent(const test_case *test) {
  (void)test;
  const tree_file nothing[] = {{"/readme", "no proc here\n"}, {NULL, NULL}};
  expect_quota(nothing, INFINITY);
  const tree_file no_file[] = {
      {"/proc/self/cgroup", "0::/gone\n"}, {"/proc/self/mountinfo", tree_mounts_v2}, {NULL, NULL}};
  expect_quota(no_file, INFINITY);
  const tree_file not_mounted[] = {
      {"/proc/self/cgroup", "4:cpu,cpuacct:/job\n0::/job\n"},
      {"/proc/self/mountinfo", "22 28 0:20 / /proc rw,nosuid - proc proc rw\n"},
      {NULL, NULL}};
  expect_quota(not_mounted, INFINITY);
  const tree_file no_mounts[] = {{"/proc/self/cgroup", "0::/job\n"}, {NULL, NULL}};
  expect_quota(no_mounts, INFINITY);
  const tree_file below_a_file[] = {{"/proc/self/cgroup", "0::/job\n"},
                                    {"/proc/self/mountinfo", tree_mounts_v2},
                                    {"/sys/fs/cgroup/job", "not a folder\n"},
                                    {NULL, NULL}};
  expect_quota(below_a_file, INFINITY);
}

/* If this fails, a process that may not read its own limits starts more threads than it is granted,
 * and no one learns why it is slow; or one file that can't be read takes others' limits with it. */
static void unreadable(const test_case *test) {
  (void)test;
  const char *const kinds[] = {tree_folder, tree_loop};
  const char *const reasons[] = {"(Is a directory)", "(Too many levels of symbolic links)"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const tree_file leaf_2[] = {{"/proc/self/cgroup", "0::/a/b\n"},
                                {"/proc/self/mountinfo", tree_mounts_v2},
                                {"/sys/fs/cgroup/a/cpu.max", "200000 100000\n"},
                                {"/sys/fs/cgroup/a/b/cpu.max", kinds[i]},
                                {NULL, NULL}};
    expect_warning(leaf_2, whirl_cpu_quota, 2, "/sys/fs/cgroup/a/b/cpu.max", reasons[i]);
    const tree_file ancestor_2[] = {{"/proc/self/cgroup", "0::/a/b\n"},
                                    {"/proc/self/mountinfo", tree_mounts_v2},
                                    {"/sys/fs/cgroup/a/cpu.max", kinds[i]},
                                    {"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
                                    {NULL, NULL}};
    expect_warning(ancestor_2, whirl_cpu_quota, INFINITY, "/sys/fs/cgroup/a/cpu.max", reasons[i]);
    const tree_file leaf_1[] = {{"/proc/self/cgroup", "4:cpu,cpuacct:/job\n"},
                                {"/proc/self/mountinfo", tree_mounts_v1},
                                {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", kinds[i]},
                                {NULL, NULL}};
    expect_warning(leaf_1, whirl_cpu_quota, INFINITY,
                   "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", reasons[i]);
    const tree_file ancestor_1[] = {
        {"/proc/self/cgroup", "4:cpu,cpuacct:/pod/job\n"},
        {"/proc/self/mountinfo", tree_mounts_v1},
        {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us", "300000\n"},
        {"/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", kinds[i]},
        {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_quota_us", "350000\n"},
        {"/sys/fs/cgroup/cpu,cpuacct/pod/job/cpu.cfs_period_us", "100000\n"},
        {NULL, NULL}};
    expect_warning(ancestor_1, whirl_cpu_quota, 3.5,
                   "/sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us", reasons[i]);
    const tree_file groups[] = {{"/proc/self/cgroup", kinds[i]},
                                {"/proc/self/mountinfo", tree_mounts_v2},
                                {"/sys/fs/cgroup/cpu.max", "200000 100000\n"},
                                {NULL, NULL}};
    expect_warning(groups, whirl_cpu_quota, INFINITY, "/proc/self/cgroup", reasons[i]);
    const tree_file mounts[] = {{"/proc/self/cgroup", "0::/\n"},
                                {"/proc/self/mountinfo", kinds[i]},
                                {"/sys/fs/cgroup/cpu.max", "200000 100000\n"},
                                {NULL, NULL}};
    expect_warning(mounts, whirl_cpu_quota, INFINITY, "/proc/self/mountinfo", reasons[i]);
    const tree_file memory_2[] = {{"/proc/self/cgroup", "0::/a/b\n"},
                                  {"/proc/self/mountinfo", tree_mounts_v2},
                                  {"/sys/fs/cgroup/a/memory.max", "4096\n"},
                                  {"/sys/fs/cgroup/a/b/memory.max", kinds[i]},
                                  {NULL, NULL}};
    expect_warning(memory_2, whirl_memory_limit, 4096, "/sys/fs/cgroup/a/b/memory.max", reasons[i]);
  }
}

/* Likewise for what can be read and makes no sense. */
static void damaged(const test_case *test) {
  (void)test;
  const char *const cpu_max[] = {"",
                                 "\n",
                                 "banana\n",
                                 "100000\n",
                                 "max\n",
                                 "maximum 1\n",
                                 "0 100000\n",
                                 "-5 100000\n",
                                 "100000 0\n",
                                 "1 2 3\n",
                                 "nan 1\n",
                                 "1e5 100000\n",
                                 "max \n",
                                 "100000/100000\n",
                                 "100000 100000x"};
  for (size_t i = 0; i < sizeof cpu_max / sizeof *cpu_max; i++) {
    const tree_file tree[] = {{"/proc/self/cgroup", "0::/a\n"},
                              {"/proc/self/mountinfo", tree_mounts_v2},
                              {"/sys/fs/cgroup/a/cpu.max", cpu_max[i]},
                              {NULL, NULL}};
    expect_warning(tree, whirl_cpu_quota, INFINITY, "/sys/fs/cgroup/a/cpu.max", "holds");
  }
  const char *const quotas[] = {"", "0\n", "-2\n", "max\n", "100000 100000\n"};
  for (size_t i = 0; i < sizeof quotas / sizeof *quotas; i++) {
    const tree_file tree[] = {{"/proc/self/cgroup", "4:cpu,cpuacct:/job\n"},
                              {"/proc/self/mountinfo", tree_mounts_v1},
                              {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", quotas[i]},
                              {"/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us", "100000\n"},
                              {NULL, NULL}};
    expect_warning(tree, whirl_cpu_quota, INFINITY,
                   "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "holds");
  }
  const tree_file memory[] = {{"/proc/self/cgroup", "0::/a\n"},
                              {"/proc/self/mountinfo", tree_mounts_v2},
                              {"/sys/fs/cgroup/a/memory.max", "plenty\n"},
                              {NULL, NULL}};
  expect_warning(memory, whirl_memory_limit, INFINITY, "/sys/fs/cgroup/a/memory.max", "holds");
  /* One bad line does not hide the others. */
  const tree_file groups[] = {{"/proc/self/cgroup", "no colon\n1:one\n0::/a\n"},
                              {"/proc/self/mountinfo", tree_mounts_v2},
                              {"/sys/fs/cgroup/a/cpu.max", "200000 100000\n"},
                              {NULL, NULL}};
  expect_warning(groups, whirl_cpu_quota, 2, "/proc/self/cgroup", "holds");
  const tree_file mounts[] = {
      {"/proc/self/cgroup", "0::/a\n"},
      {"/proc/self/mountinfo",
       "short line\n30 22 - \n30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"},
      {"/sys/fs/cgroup/a/cpu.max", "200000 100000\n"},
      {NULL, NULL}};
  expect_warning(mounts, whirl_cpu_quota, 2, "/proc/self/mountinfo", "holds");
}

/* A line of mountinfo may be longer than any buffer: overlays name all their layers. */
static void long_lines(const test_case *test) {
  (void)test;
  enum { LAYERS = 40000 };
  static char mounts[LAYERS + 1000];
  strcpy(mounts, "21 1 0:19 / / rw - overlay overlay rw,lowerdir=");
  memset(mounts + strlen(mounts), 'l', LAYERS);
  strcat(mounts, "\n");
  strcat(mounts, tree_mounts_v2);
  const tree_file tree[] = {{"/proc/self/cgroup", "0::/a\n"},
                            {"/proc/self/mountinfo", mounts},
                            {"/sys/fs/cgroup/a/cpu.max", "200000 100000\n"},
                            {NULL, NULL}};
  expect_quota(tree, 2);
}

/* As systems of each kind write it, with what else stands in these files. */
static void captured(const test_case *test) {
  (void)test;
  /* A virtual machine with each controller of version 1 by itself, and version 2 without any. */
  const tree_file both[] = {
      {"/proc/self/cgroup", "9:name=systemd:/\n8:pids:/\n7:blkio:/\n6:freezer:/\n5:devices:/\n"
                            "4:memory:/service/job\n3:cpuset:/\n2:cpuacct:/\n1:cpu:/\n0::/\n"},
      {"/proc/self/mountinfo",
       "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
       "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
       "33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct\n"
       "34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n"
       "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
       "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n"
       "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"},
      {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
      {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
      {"/sys/fs/cgroup/memory/service/job/memory.limit_in_bytes", "2147483648\n"},
      {NULL, NULL}};
  expect_quota(both, INFINITY);
  expect_limit(both, whirl_memory_limit, 0x1p31);
  /* A service of systemd's with CPUQuota=250% in a slice with CPUQuota=800%. */
  const tree_file service[] = {
      {"/proc/self/cgroup", "0::/system.slice/system-sim.slice/sim@1.service\n"},
      {"/proc/self/mountinfo",
       "24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw\n"
       "27 24 0:25 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:8 - cgroup2 cgroup2 "
       "rw,nsdelegate,memory_recursiveprot\n"},
      {"/sys/fs/cgroup/system.slice/cpu.max", "max 100000\n"},
      {"/sys/fs/cgroup/system.slice/system-sim.slice/cpu.max", "800000 100000\n"},
      {"/sys/fs/cgroup/system.slice/system-sim.slice/sim@1.service/cpu.max", "250000 100000\n"},
      {NULL, NULL}};
  expect_quota(service, 2.5);
  /* A group that was moved out of its namespace's root, and one that is already deleted. */
  const tree_file outside[] = {{"/proc/self/cgroup", "0::/../other (deleted)\n"},
                               {"/proc/self/mountinfo", tree_mounts_v2},
                               {"/sys/fs/cgroup/cpu.max", "100000 100000\n"},
                               {NULL, NULL}};
  expect_quota(outside, 1);
}

static void memory(const test_case *test) {
  (void)test;
  const tree_file second[] = {{"/proc/self/cgroup", "0::/a/b\n"},
                              {"/proc/self/mountinfo", tree_mounts_v2},
                              {"/sys/fs/cgroup/a/memory.max", "300000000\n"},
                              {"/sys/fs/cgroup/a/b/memory.max", "max\n"},
                              {NULL, NULL}};
  expect_limit(second, whirl_memory_limit, 3e8);
  const tree_file first[] = {
      {"/proc/self/cgroup", "5:memory:/job\n4:cpu,cpuacct:/other\n"},
      {"/proc/self/mountinfo", tree_mounts_v1},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
      {"/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "1048576\n"},
      {NULL, NULL}};
  expect_limit(first, whirl_memory_limit, 1048576);
  const tree_file unlimited[] = {
      {"/proc/self/cgroup", "5:memory:/\n"},
      {"/proc/self/mountinfo", tree_mounts_v1},
      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"},
      {NULL, NULL}};
  expect_limit(unlimited, whirl_memory_limit, INFINITY);
}

void add_quota_cases(test_suite *suite) {
  suite_add(suite, "quota", "version_2", version_2, NULL, NULL);
  suite_add(suite, "quota", "version_1", version_1, NULL, NULL);
  suite_add(suite, "quota", "mounted_below_the_root", mounted_below_the_root, NULL, NULL);
  suite_add(suite, "quota", "memory", memory, NULL, NULL);
  suite_add(suite, "quota", "captured", captured, NULL, NULL);
  suite_add(suite, "quota", "absent", absent, NULL, NULL);
  suite_add(suite, "quota", "unreadable", unreadable, NULL, NULL);
  suite_add(suite, "quota", "damaged", damaged, NULL, NULL);
  suite_add(suite, "quota", "long_lines", long_lines, NULL, NULL);
}
