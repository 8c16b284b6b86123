/* The decision: which kernel and how many threads for n particles and so many steps. Pure: it rests
 * on what it is given and never looks at the machine. */
#ifndef WHIRL_SRC_CHOICE_H
#define WHIRL_SRC_CHOICE_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/dispatcher.h>

#include "cost.h"
#include "settings.h"

/* One kernel as the table has it twice: for one thread and for several. */
typedef struct whirl_candidate {
  const whirl_kernel *serial;
  const whirl_kernel *threaded;
  whirl_cost cost;
} whirl_candidate;

/* What a choice rests on. */
typedef struct whirl_chooser {
  whirl_settings settings;
  unsigned max_threads;  /* of its own choice */
  unsigned thread_limit; /* whatever is asked for */
  whirl_machine_cost machine;
  size_t candidates_count;     /* at least 1 */
  whirl_candidate *candidates; /* owned: whirl_chooser_clear frees it */
} whirl_chooser;

typedef struct whirl_decision {
  const whirl_candidate *candidate;
  unsigned threads;
  double serial_ns; /* what the cost model expects of one thread, and of these threads */
  double ns;
} whirl_decision;

/* Gathers the kernels that may serve on a machine. Errors: OUT_OF_MEMORY. */
whirl_status whirl_chooser_init(whirl_chooser *chooser, const whirl_settings *settings,
                                const whirl_machine *machine);
void whirl_chooser_clear(whirl_chooser *chooser);

whirl_decision whirl_decide(const whirl_chooser *chooser, size_t n, uint64_t steps);

/* The decision with its reason in words. */
void whirl_explain(const whirl_chooser *chooser, const whirl_decision *decision,
                   whirl_choice *choice);

#endif
