/* What the process's control group (version 1 or 2) grants it. */
#ifndef WHIRL_SRC_QUOTA_H
#define WHIRL_SRC_QUOTA_H

/* The number of CPUs, and the bytes of memory, that this process may use: the least limit over its
 * control group and all ancestors, INFINITY where none is set or none can be read. root is put
 * before each path: "" for this machine, the folder of a captured tree for a test. */
double whirl_cpu_quota(const char *root);
double whirl_memory_limit(const char *root);

#endif
