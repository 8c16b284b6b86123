#include "dispatchers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void log_into_record(void *context, whirl_log_level level, const char *message) {
  log_record *record = context;
  if (record->count < LOG_LINES) {
    record->levels[record->count] = level;
    snprintf(record->lines[record->count], LOG_LENGTH, "%s", message);
  }
  record->count++;
}

int log_holds(const log_record *record, whirl_log_level level, const char *text) {
  for (int i = 0; i < record->count && i < LOG_LINES; i++)
    if (record->levels[i] == level && strstr(record->lines[i], text)) return 1;
  return 0;
}

whirl_options default_options(void) {
  whirl_options options;
  whirl_options_init(&options);
  return options;
}

whirl_dispatcher *dispatcher_new(const whirl_options *options) {
  log_record record = {0};
  whirl_options logging = options ? *options : default_options();
  if (!logging.log) {
    logging.log = log_into_record;
    logging.log_context = &record;
  }
  whirl_dispatcher *d = NULL;
  const whirl_status status = whirl_dispatcher_create(&d, &logging);
  if (status == WHIRL_OK && d) return d;
  for (int i = 0; i < record.count && i < LOG_LINES; i++) print_error("%s\n", record.lines[i]);
  fail_msg("no dispatcher: %s", whirl_status_string(status));
  return NULL;
}

unsigned thread_limit_here(void) {
  whirl_dispatcher *d = dispatcher_new(NULL);
  const unsigned limit = whirl_dispatcher_machine(d)->thread_limit;
  whirl_dispatcher_destroy(d);
  return limit;
}

whirl_dispatcher *dispatcher_of_kernel(const whirl_kernel *kernel, int threads, double timestep) {
  whirl_options options = default_options();
  options.kernel = kernel->name;
  options.method = whirl_kernel_answers(kernel);
  options.threads = threads;
  options.timestep = timestep;
  return dispatcher_new(&options);
}
