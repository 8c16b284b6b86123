/* What whirl-info tells: gathered once, then shown as tables or as JSON. */
#ifndef WHIRL_INFO_REPORT_H
#define WHIRL_INFO_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/whirl.h>

/* What the library said when a dispatcher for each question was created, each sentence once. */
enum { REPORT_MESSAGES = 32 };
typedef struct message {
  whirl_log_level level;
  char text[512];
} message;

/* What is asked of the dispatcher. */
typedef struct question {
  const char *name; /* "euler", "bitwise", "exact" */
  whirl_method method;
  bool bitwise;
} question;

/* What it would do with an amount of work. */
typedef struct answer {
  const question *asked;
  size_t n;
  uint64_t steps;
  whirl_choice choice;
} answer;

typedef struct report {
  whirl_dispatcher *dispatcher; /* the first question's */
  message messages[REPORT_MESSAGES];
  size_t message_count;
  answer *answers;
  size_t answer_count;
} report;

/* The answers are for every pair of n and steps, to each question. False, and told, where a
 * dispatcher can't be had; report_clear is due in any event. */
bool report_create(report *r, const uint64_t *n, size_t n_count, const uint64_t *steps,
                   size_t steps_count);
void report_clear(report *r);

/* Print on standard output. False, and told, where that fails. */
bool report_print_tables(const report *r);
bool report_print_json(const report *r);

#endif
