/* Whether a process has come out of a fork(), in texts of /proc/PID/stat and in this very process.
 */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/process.h"
#include "cases.h"

/* If this fails, a child of fork() waits for ever for OpenMP's threads, or a program that has never
 * forked starts its threads for each call. */
static void stat_texts(const test_case *test) {
  (void)test;
  const struct {
    const char *stat;
    bool may_be_forked;
  } texts[] = {
      {"9 (cat) R 3 3 2 0 -1 4194304 101 0 0 0 0\n", false},
      {"9 (cat) R 3 3 2 0 -1 0 101 0 0 0 0\n", false}, /* under setarch -R */
      {"9 (cat) R 3 3 2 0 -1 4194368 101 0 0 0 0\n", true},
      {"9 (cat) R 3 3 2 34816 9 4194368 101 0 0 0 0\n", true},
      {"9 (a b) R 1 (c) S 3 3 2 0 -1 4194304 101 0 0 0 0\n", false},
      {"9 () S 3 3 2 0 -1 4194368 101 0 0 0 0) R 3 3 2 0 -1 4194304 101 0\n", false},
      {"9 (cat) R 3 3 2 0 -1 4194304\n", true},    /* cut off */
      {"9 (cat) 0 3 0 0 0 0 0 0 0 0 0 0\n", true}, /* qemu-user tells nothing */
      {"9 (cat\n", true},
      {"", true},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (whirl_stat_may_be_forked(texts[i].stat) != texts[i].may_be_forked)
      fail_msg("wrong about: %s", texts[i].stat);
}

/* If this fails, the running kernel says it otherwise. */
static void this_process(const test_case *test) {
  FILE *stream = fopen("/proc/self/stat", "r");
  unsigned long faults = 0;
  if (stream) {
    if (fscanf(stream, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %lu", &faults) != 1) faults = 0;
    fclose(stream);
  }
  if (faults == 0) suite_skip("%s: no Linux kernel's /proc/self/stat here", test->name);
  assert_false(whirl_process_may_be_forked());
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    const pid_t grandchild = fork();
    if (grandchild == 0) _exit(whirl_process_may_be_forked() ? 0 : 1);
    int status = -1;
    waitpid(grandchild, &status, 0);
    _exit(status == 0 && whirl_process_may_be_forked() ? 0 : 1);
  }
  int status = -1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_false(whirl_process_may_be_forked());
}

void add_process_cases(test_suite *suite) {
  suite_add(suite, "process", "stat_texts", stat_texts, NULL, NULL);
  suite_add(suite, "process", "this_process", this_process, NULL, NULL);
}
