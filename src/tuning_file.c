/* Where tuning files are, and reading the one that is for this machine. */
#define _POSIX_C_SOURCE 200809L
#include "tuning_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings.h"
#include "words.h"

whirl_tuning_places whirl_tuning_places_read(void) {
  return (whirl_tuning_places){.file = whirl_variable("WHIRL_TUNING"),
                               .home = whirl_variable("HOME"),
                               .config_home = whirl_variable("XDG_CONFIG_HOME"),
                               .config_dirs = whirl_variable("XDG_CONFIG_DIRS")};
}

/* folder/below/whirl/tuning; "" where the folder is not absolute, which XDG says to pass over. */
static void join(char *path, size_t size, const char *folder, int length, const char *below) {
  const int total = snprintf(path, size, "%.*s%s/whirl/tuning", length, folder, below);
  if (length == 0 || folder[0] != '/' || total < 0 || (size_t)total >= size) path[0] = '\0';
}

static void own_place(const whirl_tuning_places *places, char *path, size_t size) {
  path[0] = '\0';
  const char *home = places->home, *config = places->config_home;
  if (config && config[0] == '/')
    join(path, size, config, (int)strlen(config), "");
  else if (home)
    join(path, size, home, (int)strlen(home), "/.config");
}

bool whirl_tuning_place(const whirl_tuning_places *places, size_t index, char *path, size_t size) {
  if (places->file) {
    if (index > 0 || strcmp(places->file, "none") == 0) return false;
    const int length = snprintf(path, size, "%s", places->file);
    if (length < 0 || (size_t)length >= size) path[0] = '\0';
    return true;
  }
  if (index == 0) {
    own_place(places, path, size);
    return true;
  }
  const char *folder = places->config_dirs ? places->config_dirs : "/etc/xdg";
  for (; index > 1; index--) {
    folder = strchr(folder, ':');
    if (!folder) return false;
    folder++;
  }
  join(path, size, folder, (int)strcspn(folder, ":"), "");
  return true;
}

whirl_status whirl_tuning_path(char *path, size_t size) {
  if (!path || size == 0) return WHIRL_ERROR_NULL_POINTER;
  const whirl_tuning_places places = whirl_tuning_places_read();
  if (!whirl_tuning_place(&places, 0, path, size) || !*path) {
    path[0] = '\0';
    return WHIRL_ERROR_BAD_ENVIRONMENT;
  }
  return WHIRL_OK;
}

__attribute__((format(printf, 5, 6))) static void
conclude(whirl_tuning_report *report, whirl_tuning_use use, const whirl_logger *logger,
         whirl_log_level level, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(report->sentence, sizeof report->sentence, format, arguments);
  va_end(arguments);
  whirl_make_printable(report->sentence);
  report->use = use;
  whirl_log(logger, level, "%s", report->sentence);
}

/* Opens a file to read. NULL, with errno, also where it is no regular file: a pipe would keep the
 * program waiting. */
static FILE *open_regular(const char *path) {
  struct stat status;
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return NULL;
  FILE *file = NULL;
  if (fstat(descriptor, &status) == 0) {
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    if (S_ISREG(status.st_mode)) file = fdopen(descriptor, "r");
  }
  const int error = errno;
  if (!file) close(descriptor);
  errno = error;
  return file;
}

/* The whole text of a file that is no longer than a tuning file can be; NULL, with errno. */
static char *read_text(const char *path) {
  FILE *file = open_regular(path);
  if (!file) return NULL;
  char *text = malloc(WHIRL_TUNING_TEXT_SIZE);
  const size_t length = text ? fread(text, 1, WHIRL_TUNING_TEXT_SIZE, file) : 0;
  const int error = !text ? ENOMEM : ferror(file) ? errno : 0;
  fclose(file);
  if (error) {
    free(text);
    errno = error;
    return NULL;
  }
  /* A longer one is damaged, and so will be what is left of it. */
  text[length < WHIRL_TUNING_TEXT_SIZE ? length : 0] = '\0';
  return text;
}

static const char how_to_mend[] =
    "so the built-in costs are used; whirl-tune measures this machine";

/* A file that is there and can't be read. */
typedef struct unreadable {
  char path[320];
  char why[100]; /* empty: there is none */
} unreadable;

static void remember(unreadable *u, const char *path, int error) {
  snprintf(u->path, sizeof u->path, "%.300s", path);
  /* strerror is not for threads. */
  if (strerror_r(error, u->why, sizeof u->why) != 0)
    snprintf(u->why, sizeof u->why, "error %d", error);
}

/* The text of the first file that can be read, with its path in the report; NULL: there is none. */
static char *first_text(const whirl_tuning_places *places, whirl_tuning_report *report,
                        unreadable *u) {
  for (size_t i = 0; whirl_tuning_place(places, i, report->path, sizeof report->path); i++) {
    if (!*report->path && !places->file) continue;
    errno = ENAMETOOLONG;
    char *text = *report->path ? read_text(report->path) : NULL;
    if (text) return text;
    if (places->file || (errno != ENOENT && errno != ENOTDIR))
      remember(u, places->file ? places->file : report->path, errno);
  }
  return NULL;
}

static void conclude_without(const whirl_tuning_places *places, const unreadable *u,
                             const whirl_logger *logger, whirl_tuning_report *report) {
  snprintf(report->path, sizeof report->path, "%s", u->path);
  if (*u->why)
    conclude(report, WHIRL_TUNING_IGNORED, logger, WHIRL_LOG_WARNING,
             "the tuning file %s can't be read (%s), %s", u->path, u->why, how_to_mend);
  else if (places->file)
    conclude(report, WHIRL_TUNING_ABSENT, logger, WHIRL_LOG_INFO,
             "WHIRL_TUNING is \"none\", so the built-in costs are used");
  else
    conclude(report, WHIRL_TUNING_ABSENT, logger, WHIRL_LOG_INFO, "there is no tuning file, %s",
             how_to_mend);
}

void whirl_tuning_find(const whirl_tuning_places *places, const whirl_machine *machine,
                       const whirl_logger *logger, whirl_tuning *tuning,
                       whirl_tuning_report *report) {
  *report = (whirl_tuning_report){0};
  unreadable u = {0};
  char *text = first_text(places, report, &u);
  if (!text) {
    conclude_without(places, &u, logger, report);
    return;
  }
  if (*u.why)
    whirl_log(logger, WHIRL_LOG_WARNING,
              "the tuning file %s can't be read (%s), so the next one is looked at; make it "
              "readable, or name another with WHIRL_TUNING",
              u.path, u.why);
  char why[300];
  if (whirl_tuning_read(text, machine, tuning, why, sizeof why))
    conclude(report, WHIRL_TUNING_IN_FORCE, logger, WHIRL_LOG_INFO,
             "the costs in %.300s, measured on this machine, are used", report->path);
  else
    conclude(report, WHIRL_TUNING_IGNORED, logger, WHIRL_LOG_WARNING,
             "the tuning file %.120s is ignored: %s; %s", report->path, why, how_to_mend);
  free(text);
}
