/* The peers in Python: that they compute what the textbook loop does, and that a Python which is
 * not there, ends or answers too late is told of and keeps nobody waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../bench/peers/coprocess.h"
#include "../../bench/peers/python.h"
#include "../support/particles.h"
#include "cases.h"

enum { THREADS = 3 };

static bool never(void) {
  return false;
}

static bool at_once(void) {
  return true;
}

/* One call's result against the kernel `naive`; some calls before it must not matter. */
static void compare_with_naive(python *p, python_call call, whirl_particles start, size_t calls) {
  const whirl_kernel *naive = whirl_kernel_find("naive");
  whirl_particles expected = particles_clone(start), result = particles_clone(start);
  particles_evolve(naive, expected, call.timestep, call.steps);
  if (call.last > 0) particles_evolve(naive, expected, call.last, 1);
  for (size_t i = 0; i < calls; i++) {
    double seconds = 0;
    if (!python_evolve(p, &call, &seconds)) fail_msg("%s", python_problem(p));
    assert_true(seconds > 0);
  }
  if (!python_result(p, result)) fail_msg("%s", python_problem(p));
  assert_particles_equal(result, expected, "%s, n = %zu, %llu steps and one of %g, %u threads",
                         call.peer->name, start.n, (unsigned long long)call.steps, call.last,
                         call.threads);
  particles_delete(result);
  particles_delete(expected);
}

/* If this fails, bench compares whirl with something else than the textbook loop, or says WRONG of
 * what is right. What is missing is what tools/setup installs. */
static void bits_of_naive(const test_case *test) {
  static const population kinds[] = {POPULATION_UNIFORM, POPULATION_NEAR_ORIGIN, POPULATION_SLOW,
                                     POPULATION_SCALED};
  random_numbers random = random_start(test);
  python *p = python_start(THREADS, never);
  for (size_t i = 0; i < PYTHON_PEERS; i++) {
    const char *missing = python_missing(p, &python_peers[i]);
    if (missing) fail_msg("%s can't be had: %s", python_peers[i].name, missing);
  }
  for (size_t n = 1; n < 3000; n = 1 + 5 * n / 2) {
    whirl_particles start = particles_new(n);
    population_fill(kinds[n % 4], start, 1e-5, &random);
    assert_true(python_take(p, start));
    for (size_t i = 0; i < PYTHON_PEERS; i++) {
      const python_call call = {.peer = &python_peers[i],
                                .threads = python_peers[i].threaded ? 1 + n % THREADS : 1,
                                .timestep = 1e-5,
                                .steps = random_below(&random, 50),
                                .last = n % 3 ? 0 : 4e-6};
      compare_with_naive(p, call, start, 1 + random_below(&random, 40));
    }
    particles_delete(start);
  }
  python_stop(p);
}

/* If this fails, Ctrl-C or the end of --quick's time waits until Python has started. */
static void not_waited_for(const test_case *test) {
  (void)test;
  python *p = python_start(1, at_once);
  for (size_t i = 0; i < PYTHON_PEERS; i++)
    assert_string_equal(python_missing(p, &python_peers[i]), "Python was not waited for");
  python_stop(p);
}

/* If this fails, what is sent or received is cut or changed. */
static void both_ways(const test_case *test) {
  (void)test;
  enum { MANY = 100000 };
  static char sent[MANY], received[MANY];
  for (size_t i = 0; i < MANY; i++) sent[i] = (char)(i * i % 127);
  const char *const back[] = {"sh", "-c", "head -c 100000 >&0", NULL};
  coprocess *c = coprocess_start(back, never);
  assert_true(coprocess_send(c, sent, MANY));
  assert_true(coprocess_receive(c, received, MANY));
  assert_memory_equal(received, sent, MANY);
  assert_false(coprocess_receive(c, received, 1));
  assert_string_equal(coprocess_problem(c), "ended with status 0");
  coprocess_stop(c);
}

static void compare_end(const char *program, const char *script, const char *problem) {
  const char *const arguments[] = {program, "-c", script, NULL};
  char byte = 0;
  coprocess *c = coprocess_start(arguments, never);
  assert_false(coprocess_receive(c, &byte, 1));
  assert_false(coprocess_send(c, &byte, 1));
  if (problem) assert_string_equal(coprocess_problem(c), problem);
  assert_int_equal(coprocess_not_found(c), !problem);
  coprocess_stop(c);
}

/* If this fails, nobody learns why Python ended, or bench waits for ever for one that has. */
static void ends(const test_case *test) {
  (void)test;
  compare_end("sh", "echo first >&2; echo what is wrong >&2; exit 3",
              "ended with status 3: what is wrong");
  compare_end("sh", "kill -9 $$", "was ended by signal 9");
  compare_end("sh", "exec <&-; exec sleep 1000", "was ended by signal 9");
  compare_end("whirl-has-no-such-program", "", NULL);
}

void add_python_cases(test_suite *suite) {
  suite_add(suite, "python", "bits_of_naive", bits_of_naive, NULL, NULL);
  suite_add(suite, "python", "not_waited_for", not_waited_for, NULL, NULL);
  suite_add(suite, "coprocess", "both_ways", both_ways, NULL, NULL);
  suite_add(suite, "coprocess", "ends", ends, NULL, NULL);
}
