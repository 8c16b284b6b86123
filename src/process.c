/* Whether this process is the program that was started, or the child of a fork(): asked of the
 * kernel, which knows. The library itself may have been loaded after the fork, and has no state
 * that could tell. */
#include "process.h"

#include <stdio.h>
#include <string.h>

/* Of the kernel's flags for a process, PF_FORKNOEXEC in its include/linux/sched.h: set by fork and
 * inherited through further ones, cleared by exec. */
enum { FORKED_WITHOUT_EXEC = 0x40 };

bool whirl_stat_may_be_forked(const char *stat) {
  /* proc(5): pid (name) state ppid pgrp session tty_nr tpgid flags minflt ... A name may hold
   * blanks and parentheses. */
  const char *name_end = strrchr(stat, ')');
  unsigned flags;
  unsigned long faults;
  if (!name_end || sscanf(name_end + 1, " %*c %*d %*d %*d %*d %*d %u %lu", &flags, &faults) != 2)
    return true;
  /* What only looks like Linux (qemu-user, gVisor) has zeros here. No process of Linux comes so far
   * without a page fault. */
  return faults == 0 || flags & FORKED_WITHOUT_EXEC;
}

bool whirl_process_may_be_forked(void) {
  char stat[512] = "";
  FILE *stream = fopen("/proc/self/stat", "re");
  if (!stream) return true;
  const bool read = fgets(stat, sizeof stat, stream) != NULL;
  fclose(stream);
  return !read || whirl_stat_may_be_forked(stat);
}
