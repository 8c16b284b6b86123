#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/allocate.h"
#include "program/complaint.h"

static const question questions[] = {{"euler", WHIRL_METHOD_EULER, false},
                                     {"bitwise", WHIRL_METHOD_EULER, true},
                                     {"exact", WHIRL_METHOD_EXACT, false}};
enum { QUESTIONS = sizeof questions / sizeof *questions };

static void listen(void *context, whirl_log_level level, const char *text) {
  report *r = context;
  for (size_t i = 0; i < r->message_count; i++) /* from a dispatcher for another question */
    if (strcmp(r->messages[i].text, text) == 0) return;
  if (r->message_count == REPORT_MESSAGES) return;
  message *m = &r->messages[r->message_count++];
  m->level = level;
  snprintf(m->text, sizeof m->text, "%s", text);
}

static whirl_dispatcher *create(const question *asked, report *r) {
  whirl_options options;
  whirl_options_init(&options);
  options.method = asked->method;
  options.bitwise = asked->bitwise;
  options.log = listen;
  options.log_context = r;
  whirl_dispatcher *d = NULL;
  const size_t before = r->message_count;
  const whirl_status status = whirl_dispatcher_create(&d, &options);
  if (!status) return d;
  bool told = false;
  for (size_t i = before; i < r->message_count; i++) {
    if (r->messages[i].level != WHIRL_LOG_ERROR) continue;
    complain("%s", r->messages[i].text);
    told = true;
  }
  if (!told) complain("%s", whirl_status_string(status));
  return NULL;
}

bool report_create(report *r, const uint64_t *n, size_t n_count, const uint64_t *steps,
                   size_t steps_count) {
  *r = (report){.answers = allocate(QUESTIONS * n_count * steps_count, sizeof *r->answers)};
  for (size_t q = 0; q < QUESTIONS; q++) {
    whirl_dispatcher *d = create(&questions[q], r);
    if (!d) return false;
    for (size_t i = 0; i < n_count; i++) {
      for (size_t j = 0; j < steps_count; j++) {
        answer *a = &r->answers[(q * n_count + i) * steps_count + j];
        *a = (answer){.asked = &questions[q], .n = n[i], .steps = steps[j]};
        whirl_choose(d, a->n, a->steps, &a->choice);
      }
    }
    if (q == 0)
      r->dispatcher = d;
    else
      whirl_dispatcher_destroy(d);
  }
  r->answer_count = QUESTIONS * n_count * steps_count;
  return true;
}

void report_clear(report *r) {
  whirl_dispatcher_destroy(r->dispatcher);
  free(r->answers);
}
