/* What a dispatcher holds, for the files of the library that work through one. */
#ifndef WHIRL_SRC_DISPATCHER_H
#define WHIRL_SRC_DISPATCHER_H

#include <stdbool.h>
#include <sys/types.h>

#include <whirl/dispatcher.h>

#include "choice.h"
#include "threads.h"
#include "topology.h"
#include "tuning.h"

/* Constant once it is created. */
struct whirl_dispatcher {
  whirl_machine machine;
  whirl_topology topology;
  whirl_tuning tuning; /* what the chooser's costs are from, where the report says so */
  whirl_tuning_report tuning_report;
  whirl_chooser chooser;
  pid_t process;      /* that created it; in another, a child, it runs serially */
  bool may_be_forked; /* that process is itself a child, as far as is known */
};

/* The threads that work with `count` threads of this dispatcher consists of. */
whirl_threads whirl_dispatcher_threads(const whirl_dispatcher *d, unsigned count);

#endif
