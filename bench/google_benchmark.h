/* Google Benchmark as far as the driver needs it, from C. It decides how often each function is
 * called, in which order, and hands back what each repetition took. */
#ifndef WHIRL_BENCH_GOOGLE_BENCHMARK_H
#define WHIRL_BENCH_GOOGLE_BENCHMARK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Something to measure. */
typedef struct google_benchmark_subject {
  /* Does it once, and sets *seconds to what that took. False where it failed. */
  bool (*iterate)(void *context, double *seconds);
  /* Called after a batch of iterations. Some batches are only there to find how many iterations a
   * repetition needs. */
  void (*pause)(void *context);
  /* Takes the seconds of one iteration, the mean over one repetition, when that is complete. */
  void (*report)(void *context, double seconds);
  void *context;
} google_benchmark_subject;

/* Takes Google Benchmark's options out of the arguments, and leaves the others. */
void google_benchmark_initialize(int *argc, char **argv);

/* The subject is copied. */
void google_benchmark_register(const char *name, const google_benchmark_subject *subject);

/* Measures all that is registered, and forgets it: in each round one repetition of everything, in
 * random order. Before each round begins(context) is asked: where it is false there are no more
 * rounds. writes_file: --benchmark_out was given. Returns how many subjects the options select. */
size_t google_benchmark_run(size_t rounds, bool writes_file, bool (*begins)(void *context),
                            void *context);

#ifdef __cplusplus
}
#endif

#endif
