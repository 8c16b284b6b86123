/* What the process's cgroup grants it, from /proc/self/cgroup, /proc/self/mountinfo and the control
 * files. Formats: cgroups(7), proc(5), and the kernel's
 * Documentation/admin-guide/cgroup-v2. */
#include "quota.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4 * PATH_MAX };

typedef enum version { VERSION_1, VERSION_2 } version;

/* Reads the first line of root/directory/file into line. */
static bool read_line(const char *root, const char *directory, const char *file, char *line,
                      size_t size) {
  char path[LINE];
  const int length = snprintf(path, sizeof path, "%s%s/%s", root, directory, file);
  if (length < 0 || (size_t)length >= sizeof path) return false;
  FILE *stream = fopen(path, "re");
  if (!stream) return false;
  const bool read = fgets(line, (int)size, stream) != NULL;
  fclose(stream);
  return read;
}

/* A number of a resource that one directory of a hierarchy grants; INFINITY where it sets no limit.
 */
typedef double read_limit(const char *root, const char *directory, version v);

static double read_cpus(const char *root, const char *directory, version v) {
  char line[128];
  double quota, period;
  if (v == VERSION_2) {
    if (!read_line(root, directory, "cpu.max", line, sizeof line)) return INFINITY;
    if (sscanf(line, "%lf %lf", &quota, &period) != 2) return INFINITY; /* "max 100000" */
  } else {
    if (!read_line(root, directory, "cpu.cfs_quota_us", line, sizeof line)) return INFINITY;
    if (sscanf(line, "%lf", &quota) != 1) return INFINITY;
    if (!read_line(root, directory, "cpu.cfs_period_us", line, sizeof line)) return INFINITY;
    if (sscanf(line, "%lf", &period) != 1) return INFINITY;
  }
  /* Version 1 says -1 for "no limit". */
  return quota > 0 && period > 0 ? quota / period : INFINITY;
}

static double read_bytes(const char *root, const char *directory, version v) {
  const char *file = v == VERSION_2 ? "memory.max" : "memory.limit_in_bytes";
  char line[128];
  double bytes;
  if (!read_line(root, directory, file, line, sizeof line)) return INFINITY;
  if (sscanf(line, "%lf", &bytes) != 1) return INFINITY; /* "max" */
  /* Version 1 says nearly 2^63 for "no limit". */
  return bytes < 0x1p62 ? bytes : INFINITY;
}

/* A resource: its controller's name, and how its limit is read. */
typedef struct resource {
  const char *controller;
  read_limit *read;
} resource;

/* The least limit over mount_point/group and its ancestors up to mount_point. */
static double hierarchy_limit(const char *root, const char *mount_point, const char *group,
                              version v, const resource *of) {
  char directory[LINE];
  const int length = snprintf(directory, sizeof directory, "%s%s", mount_point, group);
  if (length < 0 || (size_t)length >= sizeof directory) return INFINITY;
  const size_t top = strlen(mount_point);
  double least = INFINITY;
  for (;;) {
    least = fmin(least, of->read(root, directory, v));
    char *slash = strrchr(directory + top, '/');
    if (!slash) return least;
    *slash = '\0';
  }
}

/* Whether the comma-separated list has the word. */
static bool has_word(const char *list, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = list; (at = strstr(at, word)); at += length) {
    const bool begins = at == list || at[-1] == ',';
    const bool ends = at[length] == '\0' || at[length] == ',';
    if (begins && ends) return true;
  }
  return false;
}

/* Finds this process's group in the hierarchy of a version; false where it is in none. */
static bool find_group(const char *root, version v, const resource *of, char *group, size_t size) {
  char path[PATH_MAX], line[LINE];
  snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
  FILE *stream = fopen(path, "re");
  if (!stream) return false;
  bool found = false;
  while (!found && fgets(line, sizeof line, stream)) { /* hierarchy:controllers:path */
    line[strcspn(line, "\n")] = '\0';
    char *controllers = strchr(line, ':');
    char *name = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!name) continue;
    *name++ = '\0';
    controllers++;
    found = v == VERSION_2 ? *controllers == '\0' : has_word(controllers, of->controller);
    if (found) snprintf(group, size, "%s", strcmp(name, "/") == 0 ? "" : name);
  }
  fclose(stream);
  return found;
}

/* Replaces the octal escapes that mountinfo writes for blanks (\040, say) by their characters. */
static void unescape(char *text) {
  char *to = text;
  for (const char *from = text; *from; from++) {
    unsigned code;
    if (*from == '\\' && sscanf(from + 1, "%3o", &code) == 1) {
      *to++ = (char)code;
      from += 3;
    } else {
      *to++ = *from;
    }
  }
  *to = '\0';
}

/* The limit in the hierarchy of a version, at each place where it is mounted. */
static double version_limit(const char *root, version v, const resource *of) {
  char path[PATH_MAX], line[LINE], group[PATH_MAX];
  if (!find_group(root, v, of, group, sizeof group)) return INFINITY;
  snprintf(path, sizeof path, "%s/proc/self/mountinfo", root);
  FILE *stream = fopen(path, "re");
  if (!stream) return INFINITY;
  double least = INFINITY;
  while (fgets(line, sizeof line, stream)) {
    /* id parent major:minor root mount-point options [tags] - type source super-options */
    char mount_root[PATH_MAX], mount_point[PATH_MAX], type[64], options[1024] = "";
    const char *separator = strstr(line, " - ");
    if (!separator) continue;
    if (sscanf(line, "%*s %*s %*s %4095s %4095s", mount_root, mount_point) != 2) continue;
    if (sscanf(separator, " - %63s %*s %1023s", type, options) < 1) continue;
    const bool ours = v == VERSION_2
                          ? strcmp(type, "cgroup2") == 0
                          : strcmp(type, "cgroup") == 0 && has_word(options, of->controller);
    if (!ours) continue;
    unescape(mount_root);
    unescape(mount_point);
    /* In a container the mount may begin below the hierarchy's root, at this group or above it. */
    const size_t above = strcmp(mount_root, "/") == 0 ? 0 : strlen(mount_root);
    const bool inside =
        strncmp(group, mount_root, above) == 0 && (group[above] == '/' || group[above] == '\0');
    least = fmin(least, hierarchy_limit(root, mount_point, inside ? group + above : "", v, of));
  }
  fclose(stream);
  return least;
}

static double limit(const char *root, const resource *of) {
  return fmin(version_limit(root, VERSION_1, of), version_limit(root, VERSION_2, of));
}

double whirl_cpu_quota(const char *root) {
  return limit(root, &(resource){"cpu", read_cpus});
}

double whirl_memory_limit(const char *root) {
  return limit(root, &(resource){"memory", read_bytes});
}
