#include "interruption.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "program/clock.h"

/* A signal handler can't be told where to leave its mark. */
static volatile sig_atomic_t interrupted;
static double interrupted_at;
static bool in_terminal; /* standard error; written before the handler is installed */
static double deadline = INFINITY;

/* Signals that come together are one: timeout sends its own to the program and then to the group
 * that the program is in. */
static const double together = 0.25;

/* Who waits in front of a terminal is told that it was heard: an evolve may go on for long. */
static void acknowledge(void) {
  static const char words[] =
      "\r\033[Kbench: ending after this evolve, with what is complete; again, to end at once\n";
  if (in_terminal && write(STDERR_FILENO, words, sizeof words - 1) < 0) return;
}

static void note(int number) {
  const int before = errno;
  const double time = clock_seconds();
  if (!interrupted) {
    interrupted_at = time;
    interrupted = 1;
    acknowledge();
  } else if (time - interrupted_at > together) {
    signal(number, SIG_DFL);
    raise(number);
  }
  errno = before;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };

void interruption_watch(void) {
  struct sigaction action = {.sa_handler = note}, before;
  sigemptyset(&action.sa_mask);
  in_terminal = isatty(STDERR_FILENO);
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
