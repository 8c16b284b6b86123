#include "coprocess.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program/allocate.h"

/* Between two questions whether to wait on. */
enum { WAIT_MILLISECONDS = 100 };

/* What a shell gives where it finds no program. */
enum { EXIT_NOT_FOUND = 127 };

struct coprocess {
  pid_t process;
  int socket;    /* -1: there is nobody at the other end */
  FILE *printed; /* on standard output and standard error */
  bool (*give_up)(void);
  bool not_found;
  char problem[200];
};

/* In the child of fork(): becomes the program. Only what a signal handler may call is called. */
static void become(const char *const arguments[], int socket, int printed, pid_t parent) {
  signal(SIGINT, SIG_IGN); /* what asks for an end is for bench, which then ends this */
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  dup2(socket, STDIN_FILENO);
  dup2(printed, STDOUT_FILENO);
  dup2(printed, STDERR_FILENO);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() == parent) execvp(arguments[0], (char *const *)arguments);
  _exit(EXIT_NOT_FOUND);
}

static bool fail(coprocess *c, const char *problem) {
  if (!c->problem[0]) snprintf(c->problem, sizeof c->problem, "%s", problem);
  return false;
}

coprocess *coprocess_start(const char *const arguments[], bool (*give_up)(void)) {
  coprocess *c = allocate(1, sizeof *c);
  *c = (coprocess){.process = -1, .socket = -1, .printed = tmpfile(), .give_up = give_up};
  int ends[2];
  if (!c->printed || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    fail(c, strerror(errno));
    return c;
  }
  const pid_t own = getpid();
  c->process = fork();
  if (c->process == 0) become(arguments, ends[1], fileno(c->printed), own);
  if (c->process < 0) fail(c, strerror(errno));
  close(ends[1]);
  c->socket = ends[0];
  return c;
}

/* The last line that the program has printed. */
static void last_words(coprocess *c, char *line, int size) {
  line[0] = '\0';
  rewind(c->printed);
  while (fgets(line, size, c->printed)) line[strcspn(line, "\n")] = '\0';
}

/* Finds out how the program ended. */
static bool fail_by_end(coprocess *c) {
  char words[128], problem[sizeof c->problem];
  int status = 0;
  if (c->process < 0 || c->problem[0]) return false;
  kill(c->process, SIGKILL); /* for one that has only closed its end; others keep their status */
  waitpid(c->process, &status, 0);
  c->process = -1;
  c->not_found = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOT_FOUND;
  last_words(c, words, sizeof words);
  if (WIFSIGNALED(status))
    snprintf(problem, sizeof problem, "was ended by signal %d", WTERMSIG(status));
  else
    snprintf(problem, sizeof problem, "ended with status %d%s%s", WEXITSTATUS(status),
             words[0] ? ": " : "", words);
  return fail(c, problem);
}

bool coprocess_send(coprocess *c, const void *bytes, size_t size) {
  const char *next = bytes;
  if (c->problem[0]) return false;
  while (size > 0) {
    const ssize_t sent = send(c->socket, next, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail_by_end(c);
    next += sent;
    size -= (size_t)sent;
  }
  return true;
}

bool coprocess_receive(coprocess *c, void *bytes, size_t size) {
  char *next = bytes;
  if (c->problem[0]) return false;
  while (size > 0) {
    if (c->give_up()) return fail(c, "was not waited for");
    struct pollfd ready = {.fd = c->socket, .events = POLLIN};
    if (poll(&ready, 1, WAIT_MILLISECONDS) <= 0) continue;
    const ssize_t received = recv(c->socket, next, size, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return fail_by_end(c);
    next += received;
    size -= (size_t)received;
  }
  return true;
}

const char *coprocess_problem(const coprocess *c) {
  return c->problem;
}

bool coprocess_not_found(const coprocess *c) {
  return c->not_found;
}

void coprocess_stop(coprocess *c) {
  if (!c) return;
  if (c->process > 0) {
    kill(c->process, SIGKILL);
    waitpid(c->process, NULL, 0);
  }
  if (c->socket >= 0) close(c->socket);
  if (c->printed) fclose(c->printed);
  free(c);
}
