/* Sentences for the caller's log callback. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>

void whirl_log(const whirl_logger *logger, whirl_log_level level, const char *format, ...) {
  if (!logger->function) return;
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  /* What came from a file or the environment might steer a terminal. */
  for (char *c = line; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
  logger->function(logger->context, level, line);
}
