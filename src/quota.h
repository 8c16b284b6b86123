/* The CPU time that the process's cgroup grants it. */
#ifndef WHIRL_SRC_QUOTA_H
#define WHIRL_SRC_QUOTA_H

/* The number of CPUs that the control groups of this process (version 1 and 2) let it use: the
 * least quota over the group and all its ancestors, INFINITY where none is set or none can be read.
 * root is put before each path: "" for this machine, the folder of a captured tree for a test. */
double whirl_cpu_quota(const char *root);

#endif
