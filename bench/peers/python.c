#include "python.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coprocess.h"
#include "program/allocate.h"

/* What a request to Python lasts at least, so that asking takes little of the time, and how many
 * calls are made for that at most. */
static const double request_seconds = 5e-3;
enum { MOST_CALLS = 1024 };

/* Both choose their instructions at run time. Arrays that the loop makes for itself are not
 * counted: they may stay in a cache. */
#define PYTHON_PEER(peer_name, about, over_threads)                                                \
  {                                                                                                \
    .name = peer_name, .summary = about, .isa = "any", .threaded = over_threads,                   \
    .method = WHIRL_KERNEL_EULER, .numeric_class = WHIRL_BITWISE,                                  \
    .error_bound = {.per_radian = 12, .per_step = 2}, .lanes = 1,                                  \
    .flops = {.per_particle_step = 11}, .bytes = {.per_particle_step = 40},                        \
    .demand = {.multiplies = {.per_particle_step = 5},                                             \
               .additions = {.per_particle_step = 3},                                              \
               .divides = {.per_particle_step = 2},                                                \
               .square_roots = {.per_particle_step = 1}},                                          \
    .cost = {.per_particle_step = 6, .particles_at_once = 1},                                      \
  }

const whirl_kernel python_peers[PYTHON_PEERS] = {
    PYTHON_PEER("python-numpy", "the textbook loop over NumPy's arrays", false),
    PYTHON_PEER("python-numba", "the textbook loop as Numba compiles it", false),
    PYTHON_PEER("python-numba-prange", "the same with a part of the particles for each thread",
                true)};

struct python {
  coprocess *process;
  char missing[PYTHON_PEERS][200]; /* empty where the peer can be had */
  char problem[200];
  double seconds[MOST_CALLS]; /* of calls that were made at once */
  size_t calls;
  size_t told; /* of these seconds */
};

static bool fail(python *p, const char *problem) {
  snprintf(p->problem, sizeof p->problem, "%s", problem);
  return false;
}

static bool fail_by_end(python *p) {
  if (coprocess_not_found(p->process))
    return fail(p, "there is no python3 here, which is in the package python3");
  snprintf(p->problem, sizeof p->problem, "Python %s", coprocess_problem(p->process));
  return false;
}

/* The answer to a request: so many bytes, or a sentence on what is wrong. */
static bool receive(python *p, void *bytes, size_t size) {
  struct {
    int64_t failed, size;
  } head;
  if (!coprocess_receive(p->process, &head, sizeof head)) return fail_by_end(p);
  if (!head.failed)
    return head.size == (int64_t)size ? coprocess_receive(p->process, bytes, size) || fail_by_end(p)
                                      : fail(p, "Python gave an answer of another length");
  char *sentence = allocate((size_t)head.size, 1);
  if (coprocess_receive(p->process, sentence, (size_t)head.size))
    fail(p, sentence);
  else
    fail_by_end(p);
  free(sentence);
  return false;
}

static bool request(python *p, const char *line) {
  return coprocess_send(p->process, line, strlen(line)) || fail_by_end(p);
}

/* With one interpreter. */
static python *start(const char *interpreter, unsigned most_threads, bool (*give_up)(void)) {
  python *p = allocate(1, sizeof *p);
  char threads[16];
  snprintf(threads, sizeof threads, "%u", most_threads);
  const char *arguments[3 + PYTHON_PEERS + 1] = {interpreter, WHIRL_PEERS_SCRIPT, threads};
  for (size_t i = 0; i < PYTHON_PEERS; i++) arguments[3 + i] = python_peers[i].name;
  p->process = coprocess_start(arguments, give_up);
  for (size_t i = 0; i < PYTHON_PEERS; i++) {
    if (!receive(p, NULL, 0)) memcpy(p->missing[i], p->problem, sizeof p->problem);
  }
  p->problem[0] = '\0';
  return p;
}

static size_t missing_count(const python *p) {
  size_t count = 0;
  for (size_t i = 0; i < PYTHON_PEERS; i++) count += p->missing[i][0] != '\0';
  return count;
}

python *python_start(unsigned most_threads, bool (*give_up)(void)) {
  python *first = start("python3", most_threads, give_up);
  if (missing_count(first) == 0 || coprocess_not_found(first->process)) return first;
  /* The system's packages may be another Python's than the first that is found. */
  python *second = start("/usr/bin/python3", most_threads, give_up);
  const bool better = missing_count(second) < missing_count(first);
  python_stop(better ? first : second);
  return better ? second : first;
}

void python_stop(python *p) {
  if (!p) return;
  coprocess_stop(p->process);
  free(p);
}

const char *python_missing(const python *p, const whirl_kernel *peer) {
  const char *why = p->missing[peer - python_peers];
  return why[0] ? why : NULL;
}

const char *python_problem(const python *p) {
  return p->problem;
}

bool python_take(python *p, whirl_particles start) {
  char line[64];
  snprintf(line, sizeof line, "particles %zu\n", start.n);
  const double *const arrays[] = {start.x, start.y, start.ang_vel};
  if (missing_count(p) == PYTHON_PEERS) return true;
  if (!request(p, line)) return false;
  for (size_t i = 0; i < 3; i++) {
    if (!coprocess_send(p->process, arrays[i], start.n * sizeof(double))) return fail_by_end(p);
  }
  return receive(p, NULL, 0);
}

/* How many calls to ask for, by those that were made last. */
static size_t calls_to_make(const python *p) {
  double sum = 0;
  for (size_t i = 0; i < p->calls; i++) sum += p->seconds[i];
  if (p->calls == 0) return 1;
  return sum < request_seconds && p->calls < MOST_CALLS ? 2 * p->calls : p->calls;
}

bool python_evolve(python *p, const python_call *call, double *seconds) {
  if (p->told == p->calls) {
    const size_t calls = calls_to_make(p);
    char line[160];
    snprintf(line, sizeof line, "evolve %s %.17g %" PRIu64 " %.17g %u %zu\n", call->peer->name,
             call->timestep, call->steps, call->last, call->threads, calls);
    p->calls = p->told = 0;
    if (!request(p, line) || !receive(p, p->seconds, calls * sizeof *p->seconds)) return false;
    p->calls = calls;
  }
  *seconds = p->seconds[p->told++];
  return true;
}

bool python_result(python *p, whirl_particles result) {
  p->calls = p->told = 0;
  return request(p, "result\n") && receive(p, result.x, result.n * sizeof(double)) &&
         receive(p, result.y, result.n * sizeof(double));
}
