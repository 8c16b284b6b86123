/* The decision: which kernel, how many threads and how many particles at once for n particles and
 * so many steps. Pure: it rests on what it is given and never looks at the machine. */
#ifndef WHIRL_SRC_CHOICE_H
#define WHIRL_SRC_CHOICE_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/dispatcher.h>

#include "cost.h"
#include "settings.h"
#include "tuning.h"

/* One kernel as the table has it twice: for one thread and for several. */
typedef struct whirl_candidate {
  const whirl_kernel *serial;
  const whirl_kernel *threaded;
  whirl_kernel_cost cost;
} whirl_candidate;

/* The best kernels for some number of particles on one thread, by the number of steps: the first
 * one up to and including last_step, then the next. Made in advance, as for few particles a look at
 * every kernel's cost takes longer than the work. */
enum { WHIRL_PLAN_PARTS = 4 };
typedef struct whirl_plan {
  struct {
    uint64_t last_step;
    const whirl_candidate *candidate; /* NULL: not planned any further */
  } parts[WHIRL_PLAN_PARTS];
} whirl_plan;

/* What a choice rests on. */
typedef struct whirl_chooser {
  whirl_settings settings;
  unsigned max_threads; /* of its own choice, one for each core */
  unsigned smt_threads; /* where hardware threads that share a core help; otherwise max_threads */
  unsigned openmp_threads; /* that OpenMP is set to */
  unsigned thread_limit;   /* whatever is asked for */
  unsigned fast_cores;     /* more threads than this run on slower cores too; UINT_MAX: none does */
  whirl_machine_cost machine;
  bool measured;               /* the costs are, rather than built in */
  bool unmeasured;             /* there is a measurement, and it has no kernel that may serve */
  size_t candidates_count;     /* at least 1 */
  whirl_candidate *candidates; /* owned, as plans: whirl_chooser_clear frees them */
  whirl_plan *plans;           /* NULL: there is nothing to plan */
} whirl_chooser;

typedef struct whirl_decision {
  const whirl_candidate *candidate;
  unsigned threads;
  size_t grain; /* the particles that a thread takes at once */
  bool forked;  /* the dispatcher is of a process that this one was forked from: one thread */
} whirl_decision;

/* Gathers the kernels that may serve on a machine. tuning, NULL for none, must outlive the chooser;
 * a kernel that it leaves out does not serve, unless it has none that may. Errors: OUT_OF_MEMORY.
 */
whirl_status whirl_chooser_init(whirl_chooser *chooser, const whirl_settings *settings,
                                const whirl_machine *machine, const whirl_tuning *tuning);
void whirl_chooser_clear(whirl_chooser *chooser);

whirl_decision whirl_decide(const whirl_chooser *chooser, size_t n, uint64_t steps);

/* So many threads for work on n particles that takes so long on one and is easily shared. */
unsigned whirl_decide_threads(const whirl_chooser *chooser, size_t n, double serial_ns);

/* The closed form for so many frames of n particles; candidate is NULL where only kernels that step
 * may serve. Which one it is does not depend on n and frames, so that their bits don't. */
whirl_decision whirl_decide_frames(const whirl_chooser *chooser, size_t n, size_t frames);

/* The decision with its cost, and its reason in words. */
void whirl_explain(const whirl_chooser *chooser, const whirl_decision *decision, size_t n,
                   uint64_t steps, whirl_choice *choice);

#endif
