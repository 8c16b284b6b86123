/* NumPy and Numba: the textbook loop in Python, in a process of its own that is kept for the run.
 * It is measured there, so that only the loop counts, and its results are brought back. */
#ifndef WHIRL_BENCH_PEERS_PYTHON_H
#define WHIRL_BENCH_PEERS_PYTHON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/kernel.h>
#include <whirl/particles.h>

/* Their descriptors. `evolve` is NULL: they can't be called here. */
enum { PYTHON_PEERS = 3 };
extern const whirl_kernel python_peers[PYTHON_PEERS];

typedef struct python python;

/* Starts Python, and lets Numba compile. most_threads: what a peer is asked for at most. give_up is
 * asked now and then whether to wait for an answer no longer. */
python *python_start(unsigned most_threads, bool (*give_up)(void));
void python_stop(python *p);

/* Why a peer can't be had, with the package to install; NULL where it can. */
const char *python_missing(const python *p, const whirl_kernel *peer);

/* The functions below are false where Python failed; this is then the reason. */
const char *python_problem(const python *p);

/* Hands Python the particles that all later calls begin with. Does nothing where no peer can be
 * had. */
bool python_take(python *p, whirl_particles start);

/* What a call is to do: steps of length timestep, and then one of length last if that is above 0.
 */
typedef struct python_call {
  const whirl_kernel *peer;
  unsigned threads;
  double timestep;
  uint64_t steps;
  double last;
} python_call;

/* The seconds that a call took. Of short calls Python makes many at a time, and those that follow
 * are answered from there. */
bool python_evolve(python *p, const python_call *call, double *seconds);

/* Brings the result of these calls, all of which have the same, to x and y. No later call is
 * answered from what was measured before. */
bool python_result(python *p, whirl_particles result);

#endif
