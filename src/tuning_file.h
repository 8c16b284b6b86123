/* Where tuning files are, and reading the one that is for this machine. */
#ifndef WHIRL_SRC_TUNING_FILE_H
#define WHIRL_SRC_TUNING_FILE_H

#include "log.h"
#include "tuning.h"

/* The variables that say where: NULL where one is not set. */
typedef struct whirl_tuning_places {
  const char *file;        /* WHIRL_TUNING: a file, or "none" */
  const char *home;        /* HOME */
  const char *config_home; /* XDG_CONFIG_HOME */
  const char *config_dirs; /* XDG_CONFIG_DIRS */
} whirl_tuning_places;

whirl_tuning_places whirl_tuning_places_read(void);

/* The place number `index`, 0 being the one that is written to. False where there is no such place;
 * those that are longer than size are "". Source: XDG Base Directory Specification 0.8. */
bool whirl_tuning_place(const whirl_tuning_places *places, size_t index, char *path, size_t size);

/* Reads the first file that is there, and tells the log what it made of it. Where the report says
 * that it is in force, whirl_tuning_clear is due. */
void whirl_tuning_find(const whirl_tuning_places *places, const whirl_machine *machine,
                       const whirl_logger *logger, whirl_tuning *tuning,
                       whirl_tuning_report *report);

#endif
