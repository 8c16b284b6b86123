/* Dispatchers for tests: made from options or not at all, and the log that they wrote. */
#ifndef WHIRL_TESTS_DISPATCHERS_H
#define WHIRL_TESTS_DISPATCHERS_H

#include <whirl/dispatcher.h>

enum { LOG_LINES = 16, LOG_LENGTH = 512 };

/* What a log callback was told. */
typedef struct log_record {
  int count; /* may be more than fit into lines */
  whirl_log_level levels[LOG_LINES];
  char lines[LOG_LINES][LOG_LENGTH];
} log_record;

/* The log callback that writes into the log_record that is its context. */
void log_into_record(void *context, whirl_log_level level, const char *message);

/* Whether a line of this level holds the text. */
int log_holds(const log_record *record, whirl_log_level level, const char *text);

/* The default options. */
whirl_options default_options(void);

/* A dispatcher with these options (NULL: the defaults); fails the test case where there is none,
 * and prints what the log said. */
whirl_dispatcher *dispatcher_new(const whirl_options *options);

/* The most threads that this process may use, whatever is asked for. */
unsigned thread_limit_here(void);

/* A dispatcher that runs one kernel on so many threads (0: its own choice). */
whirl_dispatcher *dispatcher_of_kernel(const whirl_kernel *kernel, int threads, double timestep);

#endif
