/* What the process's control group (version 1 or 2) grants it. */
#ifndef WHIRL_SRC_QUOTA_H
#define WHIRL_SRC_QUOTA_H

#include "log.h"

/* The number of CPUs, and the bytes of memory, that this process may use: the least limit over its
 * control group and all ancestors, INFINITY where none is set. A file that is not there sets none;
 * one that can't be read or understood is told to the log as a warning, and counts as none. root is
 * put before each path: "" for this machine, the folder of a captured tree for a test. */
double whirl_cpu_quota(const char *root, const whirl_logger *logger);
double whirl_memory_limit(const char *root, const whirl_logger *logger);

#endif
