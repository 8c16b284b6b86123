/* The dispatcher: looks at the machine once, then advances particles by choice, threads and kernel.
 */
#define _GNU_SOURCE
#include "dispatcher.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "particles.h"
#include "process.h"
#include "report.h"
#include "tuning_file.h"

static const whirl_options default_options = {
    .size = sizeof(whirl_options), .method = WHIRL_METHOD_EULER, .timestep = 1e-5};

void whirl_options_init_sized(whirl_options *options, size_t size) {
  /* A program built with older headers has a shorter struct, one with newer headers a longer one.
   */
  memset(options, 0, size);
  memcpy(options, &default_options, size < sizeof *options ? size : sizeof *options);
  options->size = size;
}

/* The caller's options, whatever the version of its headers. A field that this library does not
 * know must be at its default, which is 0: what it would ask for can't be given. */
static bool read_options(const whirl_options *given, whirl_options *options) {
  *options = default_options;
  if (!given) return true;
  if (given->size < offsetof(whirl_options, log) || given->size > 4096) return false;
  for (size_t i = sizeof *options; i < given->size; i++) {
    if (((const unsigned char *)given)[i] != 0) return false;
  }
  memcpy(options, given, given->size < sizeof *options ? given->size : sizeof *options);
  return true;
}

static whirl_status initialise(whirl_dispatcher *d, const whirl_options *options,
                               const whirl_logger *logger) {
  whirl_status status = whirl_machine_detect(logger, &d->machine, &d->topology);
  if (status != WHIRL_OK) return status;
  const whirl_environment environment = whirl_environment_read();
  whirl_settings settings;
  status = whirl_settings_resolve(options, &environment, d->machine.features, logger, &settings);
  if (status != WHIRL_OK) return status;
  whirl_report(&d->machine, &d->topology, &settings, logger);
  const whirl_tuning_places places = whirl_tuning_places_read();
  whirl_tuning_find(&places, &d->machine, logger, &d->tuning, &d->tuning_report);
  status = whirl_chooser_init(&d->chooser, &settings, &d->machine,
                              d->tuning_report.use == WHIRL_TUNING_IN_FORCE ? &d->tuning : NULL);
  if (status != WHIRL_OK) return status;
  if (d->chooser.unmeasured) whirl_report_unmeasured(&settings, logger);
  d->process = getpid();
  d->may_be_forked = whirl_process_may_be_forked();
  if (d->may_be_forked) {
    whirl_machine_cost_start_anew(&d->chooser.machine);
    whirl_log(logger, WHIRL_LOG_INFO,
              "this process has come out of a fork(), as far as is known, so that calls from its "
              "first thread start the threads that they use; in another thread these are kept");
  }
  return WHIRL_OK;
}

whirl_status whirl_dispatcher_create(whirl_dispatcher **out, const whirl_options *options) {
  whirl_options known;
  if (!out) return WHIRL_ERROR_NULL_POINTER;
  if (!read_options(options, &known)) return WHIRL_ERROR_BAD_OPTIONS;
  const whirl_logger logger = {.function = known.log, .context = known.log_context};
  whirl_dispatcher *d = calloc(1, sizeof *d);
  if (!d) return WHIRL_ERROR_OUT_OF_MEMORY;
  const whirl_status status = initialise(d, &known, &logger);
  if (status != WHIRL_OK) {
    whirl_dispatcher_destroy(d);
    return status;
  }
  *out = d;
  return WHIRL_OK;
}

void whirl_dispatcher_destroy(whirl_dispatcher *d) {
  if (!d) return;
  whirl_chooser_clear(&d->chooser);
  whirl_tuning_clear(&d->tuning);
  whirl_topology_clear(&d->topology);
  free(d);
}

const whirl_machine *whirl_dispatcher_machine(const whirl_dispatcher *d) {
  return &d->machine;
}

const whirl_tuning_report *whirl_dispatcher_tuning(const whirl_dispatcher *d) {
  return &d->tuning_report;
}

whirl_status whirl_tuning_format(const whirl_dispatcher *d, const whirl_measurement *measurement,
                                 char *text) {
  if (!d || !measurement || !text) return WHIRL_ERROR_NULL_POINTER;
  return whirl_tuning_write(&d->machine, measurement, text);
}

whirl_threads whirl_dispatcher_threads(const whirl_dispatcher *d, unsigned count) {
  bool anew = false;
  if (count > 1) {
    const pid_t process = getpid();
    if (process != d->process) count = 1;
    /* GCC's OpenMP waits for ever in a child of fork() for the threads that it kept for the one
     * that called fork(). In the child that is the first thread; the others have begun there. */
    anew = d->may_be_forked && gettid() == process;
  }
  return (whirl_threads){.count = count,
                         .core_cpus = d->chooser.settings.pin ? d->topology.core_cpus : NULL,
                         .cpus = d->topology.usable_logical_cpus,
                         .anew = anew};
}

whirl_status whirl_choose(const whirl_dispatcher *d, size_t n, uint64_t steps, whirl_choice *out) {
  if (!d || !out) return WHIRL_ERROR_NULL_POINTER;
  if (steps > WHIRL_MAX_STEPS) return WHIRL_ERROR_TOO_MANY_STEPS;
  whirl_decision decision = whirl_decide(&d->chooser, n, steps);
  if (whirl_dispatcher_threads(d, decision.threads).count < decision.threads) {
    decision.forked = true;
    decision.threads = 1;
    decision.grain = n;
  }
  whirl_explain(&d->chooser, &decision, n, steps, out);
  return WHIRL_OK;
}

/* What each thread does with its range: some steps, then one of another length unless that is 0. */
typedef struct motion {
  whirl_kernel_function *evolve;
  whirl_particles p;
  double timestep;
  uint64_t steps;
  double last_step;
} motion;

static void move_range(const void *context, size_t begin, size_t end) {
  const motion *m = context;
  double *x = m->p.x + begin, *y = m->p.y + begin;
  const double *ang_vel = m->p.ang_vel + begin;
  if (m->steps > 0) m->evolve(x, y, ang_vel, end - begin, m->timestep, m->steps);
  if (m->last_step > 0) m->evolve(x, y, ang_vel, end - begin, m->last_step, 1);
}

static void move(const whirl_dispatcher *d, motion *m) {
  const whirl_decision decision = whirl_decide(&d->chooser, m->p.n, m->steps + (m->last_step > 0));
  m->evolve = decision.candidate->serial->evolve;
  whirl_threads threads = whirl_dispatcher_threads(d, decision.threads);
  threads.grain = decision.grain;
  whirl_for_ranges(&threads, m->p.n, move_range, m);
}

whirl_status whirl_evolve(const whirl_dispatcher *d, whirl_particles p, double dt) {
  if (!d || !whirl_particles_have_arrays(p)) return WHIRL_ERROR_NULL_POINTER;
  const whirl_settings *settings = &d->chooser.settings;
  motion m = {.p = p, .timestep = settings->timestep};
  if (settings->method == WHIRL_METHOD_EXACT) {
    if (!(dt >= 0) || isinf(dt)) return WHIRL_ERROR_BAD_DURATION;
    m.timestep = dt;
    m.steps = 1;
  } else {
    const whirl_status status = whirl_count_steps(dt, m.timestep, &m.steps, &m.last_step);
    if (status != WHIRL_OK) return status;
  }
  if (dt > 0) move(d, &m);
  return WHIRL_OK;
}

whirl_status whirl_evolve_steps(const whirl_dispatcher *d, whirl_particles p, uint64_t steps) {
  if (!d || !whirl_particles_have_arrays(p)) return WHIRL_ERROR_NULL_POINTER;
  if (steps > WHIRL_MAX_STEPS) return WHIRL_ERROR_TOO_MANY_STEPS;
  motion m = {.p = p, .timestep = d->chooser.settings.timestep, .steps = steps};
  if (steps > 0) move(d, &m);
  return WHIRL_OK;
}
