/* Sentences for the caller's log callback. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>

#include "words.h"

void whirl_log(const whirl_logger *logger, whirl_log_level level, const char *format, ...) {
  if (!logger->function) return;
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  whirl_make_printable(line);
  logger->function(logger->context, level, line);
}
