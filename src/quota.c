/* What the process's cgroup grants it, from /proc/self/cgroup, /proc/self/mountinfo and the control
 * files. Formats: cgroups(7), proc(5), and the kernel's
 * Documentation/admin-guide/cgroup-v2. */
#include "quota.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4 * PATH_MAX, PATH = 2 * PATH_MAX };

typedef enum version { VERSION_1, VERSION_2 } version;

/* What is read, from where, and who is told of trouble. */
typedef struct reading {
  const char *root;
  const struct resource *of;
  const whirl_logger *logger;
} reading;

/* A number of a resource that one directory of a hierarchy grants; INFINITY where it sets no limit.
 */
typedef double read_limit(const reading *r, version v, const char *directory);

/* A resource: its controller's name, how its limit is read, and what a warning says of it. */
typedef struct resource {
  const char *controller;
  read_limit *read;
  const char *limit; /* what a warning calls it */
  const char *cost;  /* what happens under one that isn't known, and how to mend that */
} resource;

/* Tells that a file is of no use, and why. */
static void warn(const reading *r, const char *path, const char *why) {
  whirl_log(r->logger, WHIRL_LOG_WARNING, "%.200s %s, so that %s in it is not known; %s",
            path + strlen(r->root), why, r->of->limit, r->of->cost);
}

/* Likewise, where the system told why. */
static void warn_unreadable(const reading *r, const char *path, int error) {
  char why[96], text[64];
  if (strerror_r(error, text, sizeof text) != 0) snprintf(text, sizeof text, "error %d", error);
  snprintf(why, sizeof why, "can't be read (%s)", text);
  warn(r, path, why);
}

static bool is_absent(int error) {
  return error == ENOENT || error == ENOTDIR;
}

/* Opens root/name to be read; NULL, and a warning unless it is absent, where it can't be. */
static FILE *open_file(const reading *r, const char *name, char path[PATH]) {
  const int length = snprintf(path, PATH, "%s%s", r->root, name);
  if (length < 0 || length >= PATH) return NULL;
  FILE *stream = fopen(path, "re");
  if (!stream && !is_absent(errno)) warn_unreadable(r, path, errno);
  return stream;
}

static void skip_rest(FILE *stream) {
  int c;
  do c = getc(stream);
  while (c != '\n' && c != EOF);
}

/* Reads the next line, without its end and cut at size - 1; false after the last, and a warning
 * where there should have been one and the system could not give it. */
static bool next_line(const reading *r, FILE *stream, const char *path, char *line, size_t size) {
  errno = 0;
  if (fgets(line, (int)size, stream)) {
    char *end = strchr(line, '\n');
    if (end)
      *end = '\0';
    else
      skip_rest(stream);
    return true;
  }
  if (ferror(stream)) warn_unreadable(r, path, errno);
  return false;
}

/* The file's line into line; false where it is absent, or was found unreadable and told so. */
static bool read_file(const reading *r, const char *directory, const char *file, char path[PATH],
                      char *line, size_t size) {
  char name[PATH];
  const int length = snprintf(name, sizeof name, "%s/%s", directory, file);
  if (length < 0 || (size_t)length >= sizeof name) return false;
  FILE *stream = open_file(r, name, path);
  if (!stream) return false;
  line[0] = '\0';
  const bool read = next_line(r, stream, path, line, size) || !ferror(stream);
  fclose(stream);
  return read;
}

/* Takes a whole number that is not negative from the text. */
static bool take_number(const char **text, double *number) {
  char *end;
  if (**text < '0' || **text > '9') return false;
  *number = (double)strtoull(*text, &end, 10);
  *text = end;
  return true;
}

/* Whether the text is such a number. */
static bool is_number(const char *text, double *number) {
  return take_number(&text, number) && *text == '\0';
}

static const char not_understood[] = "holds what no kernel writes there";

static double read_cpus_1(const reading *r, const char *directory) {
  char path[PATH], line[128];
  double quota, period;
  if (!read_file(r, directory, "cpu.cfs_quota_us", path, line, sizeof line)) return INFINITY;
  if (strcmp(line, "-1") == 0) return INFINITY; /* no limit */
  if (!is_number(line, &quota) || quota == 0) {
    warn(r, path, not_understood);
    return INFINITY;
  }
  if (!read_file(r, directory, "cpu.cfs_period_us", path, line, sizeof line)) return INFINITY;
  if (!is_number(line, &period) || period == 0) {
    warn(r, path, not_understood);
    return INFINITY;
  }
  return quota / period;
}

static double read_cpus_2(const reading *r, const char *directory) {
  char path[PATH], line[128];
  double quota = INFINITY, period;
  if (!read_file(r, directory, "cpu.max", path, line, sizeof line)) return INFINITY;
  /* "150000 100000", or "max 100000" for no limit */
  const char *text = line;
  const bool is_max = strncmp(text, "max ", 4) == 0;
  if (is_max)
    text += 4;
  else if (!take_number(&text, &quota) || quota == 0 || *text++ != ' ')
    text = "";
  if (!is_number(text, &period) || period == 0) {
    warn(r, path, not_understood);
    return INFINITY;
  }
  return quota / period;
}

static double read_cpus(const reading *r, version v, const char *directory) {
  return v == VERSION_2 ? read_cpus_2(r, directory) : read_cpus_1(r, directory);
}

static double read_bytes(const reading *r, version v, const char *directory) {
  const char *file = v == VERSION_2 ? "memory.max" : "memory.limit_in_bytes";
  char path[PATH], line[128];
  double bytes;
  if (!read_file(r, directory, file, path, line, sizeof line)) return INFINITY;
  if (v == VERSION_2 && strcmp(line, "max") == 0) return INFINITY;
  if (!is_number(line, &bytes)) {
    warn(r, path, not_understood);
    return INFINITY;
  }
  /* Version 1 says nearly 2^63 for "no limit". */
  return bytes < 0x1p62 ? bytes : INFINITY;
}

/* The least limit over mount_point/group and its ancestors up to mount_point. */
static double hierarchy_limit(const reading *r, version v, const char *mount_point,
                              const char *group) {
  char directory[PATH];
  const int length = snprintf(directory, sizeof directory, "%s%s", mount_point, group);
  if (length < 0 || (size_t)length >= sizeof directory) return INFINITY;
  const size_t top = strlen(mount_point);
  double least = INFINITY;
  for (;;) {
    least = fmin(least, r->of->read(r, v, directory));
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

/* This process's group in the hierarchy of each version, "" for its root. */
typedef struct groups {
  bool found[2];
  char path[2][PATH_MAX];
} groups;

static void find_groups(const reading *r, groups *of) {
  char path[PATH], line[LINE];
  of->found[VERSION_1] = of->found[VERSION_2] = false;
  FILE *stream = open_file(r, "/proc/self/cgroup", path);
  if (!stream) return;
  bool damaged = false;
  while (next_line(r, stream, path, line, sizeof line)) {
    char *controllers = strchr(line, ':'); /* hierarchy:controllers:path */
    char *name = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!name || name[1] != '/') {
      damaged = true;
      continue;
    }
    *name++ = '\0';
    controllers++;
    const version v = *controllers == '\0' ? VERSION_2 : VERSION_1;
    if (v == VERSION_1 && !has_word(controllers, r->of->controller)) continue;
    of->found[v] = true;
    snprintf(of->path[v], sizeof of->path[v], "%s", strcmp(name, "/") == 0 ? "" : name);
  }
  if (damaged) warn(r, path, not_understood);
  fclose(stream);
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

/* Where something is mounted, and which part of it. */
typedef struct mount {
  char root[PATH_MAX], point[PATH_MAX], type[64], options[1024];
} mount;

/* Reads "id parent major:minor root mount-point options [tags] - type source super-options". */
static bool parse_mount(const char *line, mount *m) {
  const char *separator = strstr(line, " - ");
  m->options[0] = '\0';
  if (!separator || sscanf(line, "%*s %*s %*s %4095s %4095s", m->root, m->point) != 2 ||
      sscanf(separator, " - %63s %*s %1023s", m->type, m->options) < 1)
    return false;
  unescape(m->root);
  unescape(m->point);
  return true;
}

/* Whether a hierarchy with the resource is mounted there, and of which version it is. */
static bool is_ours(const reading *r, const mount *m, version *v) {
  *v = strcmp(m->type, "cgroup2") == 0 ? VERSION_2 : VERSION_1;
  return *v == VERSION_2 ||
         (strcmp(m->type, "cgroup") == 0 && has_word(m->options, r->of->controller));
}

/* The least limit in the hierarchies of both versions, at each place where they are mounted. */
static double least_limit(const reading *r) {
  char path[PATH], line[LINE];
  groups own;
  find_groups(r, &own);
  if (!own.found[VERSION_1] && !own.found[VERSION_2]) return INFINITY;
  FILE *stream = open_file(r, "/proc/self/mountinfo", path);
  if (!stream) return INFINITY;
  double least = INFINITY;
  bool damaged = false;
  while (next_line(r, stream, path, line, sizeof line)) {
    mount m;
    version v;
    if (!parse_mount(line, &m)) {
      damaged = true;
      continue;
    }
    if (!is_ours(r, &m, &v) || !own.found[v]) continue;
    /* In a container the mount may begin below the hierarchy's root, at this group or above it. */
    const char *group = own.path[v];
    const size_t above = strcmp(m.root, "/") == 0 ? 0 : strlen(m.root);
    const bool inside =
        strncmp(group, m.root, above) == 0 && (group[above] == '/' || group[above] == '\0');
    least = fmin(least, hierarchy_limit(r, v, m.point, inside ? group + above : ""));
  }
  if (damaged) warn(r, path, not_understood);
  fclose(stream);
  return least;
}

double whirl_cpu_quota(const char *root, const whirl_logger *logger) {
  const resource cpus = {.controller = "cpu",
                         .read = read_cpus,
                         .limit = "a CPU quota",
                         .cost = "under one, more threads start than it keeps running; make the "
                                 "file readable, or set OMP_NUM_THREADS to the quota"};
  return least_limit(&(reading){.root = root, .of = &cpus, .logger = logger});
}

double whirl_memory_limit(const char *root, const whirl_logger *logger) {
  const resource memory = {.controller = "memory",
                           .read = read_bytes,
                           .limit = "a memory limit",
                           .cost = "under one, a program that takes more is ended; make the file "
                                   "readable, or keep to the limit yourself"};
  return least_limit(&(reading){.root = root, .of = &memory, .logger = logger});
}
