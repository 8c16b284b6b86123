#include "interruption.h"

#include <math.h>
#include <signal.h>
#include <stddef.h>

#include "program/clock.h"

/* A signal handler can't be told where to leave its mark. */
static volatile sig_atomic_t interrupted;
static double interrupted_at;
static double deadline = INFINITY;

/* Signals that come together are one: timeout sends its own to the program and then to the group
 * that the program is in. */
static const double together = 0.25;

static void note(int number) {
  const double time = clock_seconds();
  if (!interrupted) {
    interrupted_at = time;
    interrupted = 1;
  } else if (time - interrupted_at > together) {
    signal(number, SIG_DFL);
    raise(number);
  }
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

void interruption_watch(void) {
  struct sigaction action = {.sa_handler = note}, before;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < SIGNALS; i++) {
    const bool nohup = signals[i] == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 &&
                       before.sa_handler == SIG_IGN;
    if (!nohup) sigaction(signals[i], &action, NULL);
  }
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
