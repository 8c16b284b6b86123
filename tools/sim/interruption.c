#include "interruption.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

/* A handler can be given nothing. Written before it is installed. */
static char explanation[4096];
static size_t explanation_length;

static void explain(int number) {
  if (write(STDERR_FILENO, explanation, explanation_length) < 0) _exit(128 + number);
  /* The default action follows once this handler returns and the signal is no longer blocked. It is
     put back here and not by SA_RESETHAND, which does so before the signal is blocked: a second one
     in between, such as timeout sends, would end the program without a word. */
  signal(number, SIG_DFL);
  raise(number);
}

void interruption_explain(const char *partial) {
  const int length = snprintf(explanation, sizeof explanation,
                              "%swhirl-sim: stopped; --resume goes on with what is in %s\n",
                              isatty(STDERR_FILENO) ? "\r\033[K" : "", partial);
  explanation_length =
      (size_t)length < sizeof explanation ? (size_t)length : sizeof explanation - 1;
  for (size_t i = 0; i < SIGNALS; i++) {
    struct sigaction action = {.sa_handler = explain}, before;
    sigemptyset(&action.sa_mask);
    /* One that is ignored, as by nohup, stays so. */
    if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(signals[i], &action, NULL);
  }
}

void interruption_forget(void) {
  for (size_t i = 0; i < SIGNALS; i++) {
    struct sigaction now;
    if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == explain)
      signal(signals[i], SIG_DFL);
  }
}
