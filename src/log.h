/* Sentences for the caller's log callback. */
#ifndef WHIRL_SRC_LOG_H
#define WHIRL_SRC_LOG_H

#include <whirl/dispatcher.h>

typedef struct whirl_logger {
  whirl_log_function *function; /* NULL: silent */
  void *context;
} whirl_logger;

/* Formats one line, cut at 511 characters, and hands it to the callback. */
__attribute__((format(printf, 3, 4))) void
whirl_log(const whirl_logger *logger, whirl_log_level level, const char *format, ...);

#endif
