#include "interruption.h"

#include <math.h>
#include <signal.h>
#include <stddef.h>

#include "program/clock.h"

/* A signal handler can't be told where to leave its mark. */
static volatile sig_atomic_t interrupted;
static double deadline = INFINITY;

static void note(int signal_number) {
  (void)signal_number;
  interrupted = 1;
}

void interruption_watch(void) {
  struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

void interruption_after(double seconds) {
  deadline = clock_seconds() + seconds;
}

double interruption_seconds_left(void) {
  return fmax(0, deadline - clock_seconds());
}

bool interruption_is_due(void) {
  return interrupted || clock_seconds() >= deadline;
}

bool interruption_by_user(void) {
  return interrupted;
}
