/* The dispatcher: advances particles with the kernel and the threads that suit the machine and the
 * amount of work, and tells why. Create one, use it from anywhere, destroy it. */
#ifndef WHIRL_DISPATCHER_H
#define WHIRL_DISPATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/export.h>
#include <whirl/kernel.h>
#include <whirl/machine.h>
#include <whirl/particles.h>
#include <whirl/status.h>

WHIRL_BEGIN_DECLARATIONS

typedef enum whirl_log_level {
  WHIRL_LOG_ERROR,   /* why a call failed */
  WHIRL_LOG_WARNING, /* something costs speed; what, and how to mend it */
  WHIRL_LOG_INFO     /* what was found and decided */
} whirl_log_level;

/* Takes one line, without a newline, that is valid during the call. Called only from within
 * whirl_dispatcher_create, in its thread. */
typedef void whirl_log_function(void *context, whirl_log_level level, const char *message);

/* What a dispatcher shall do. Set every field to its default with whirl_options_init, then change
 * what is to differ: fields may be added at the end, and are then at their defaults. */
typedef struct whirl_options {
  size_t size;         /* set by whirl_options_init; leave it */
  whirl_method method; /* WHIRL_METHOD_EULER */
  bool bitwise;        /* false. With EULER: only kernels that equal `naive` in every bit */
  double timestep;     /* 1e-5; finite and > 0. In the unit of time of dt and of ang_vel */
  const char *kernel;  /* NULL or "auto": choose. NAME-omp runs the kernel NAME over threads */
  int threads; /* 0: choose. Otherwise the number of threads, up to machine's thread_limit */
  bool pin;    /* false. Bind each thread to a core while it works, inside of what it is bound to
                  already, and undo it afterwards */
  whirl_log_function *log; /* NULL: silent */
  void *log_context;       /* handed to log as it is */
} whirl_options;

WHIRL_API void whirl_options_init_sized(whirl_options *options, size_t size);

/* Sets *options to the defaults. options must not be NULL. Thread-safe. */
static inline void whirl_options_init(whirl_options *options) {
  whirl_options_init_sized(options, sizeof *options);
}

/* What the dispatcher does with n particles and so many steps, and why. */
typedef struct whirl_choice {
  const whirl_kernel *kernel;
  unsigned threads;
  size_t grain;            /* particles that a thread takes at once; n for one thread */
  char reason[256];        /* one sentence */
  double expected_seconds; /* by the costs that were measured here or are built in */
} whirl_choice;

/* Looks at the machine (CPU features, cores, affinity of the calling thread, CPU quota), at the
 * environment (WHIRL_KERNEL, WHIRL_NUM_THREADS, WHIRL_ISA_MAX), at the options, NULL being the
 * defaults, and at costs that whirl-tune has measured (tuning.h), and makes a dispatcher. What the
 * options set comes before what the environment says, and that before the library's own choice. A
 * kernel that WHIRL_KERNEL names and that gives another answer than the options ask for is left
 * aside, with a warning. What can't be found out of the machine is no error: the library goes by
 * the affinity mask, and warns. Milliseconds: create one and keep it. Errors: NULL_POINTER,
 * OUT_OF_MEMORY; BAD_OPTIONS, BAD_TIMESTEP, BAD_ENVIRONMENT, UNKNOWN_KERNEL, UNSUPPORTED_KERNEL,
 * WRONG_KERNEL, each told in words to options->log, unless options->size itself is what is wrong.
 * Thread-safe. */
WHIRL_API whirl_status whirl_dispatcher_create(whirl_dispatcher **out,
                                               const whirl_options *options);

/* Destroys d, which no thread may be using. Does nothing for NULL. */
WHIRL_API void whirl_dispatcher_destroy(whirl_dispatcher *d);

/* Advances the particles by the time dt, finite and >= 0. EULER takes the steps that
 * whirl_count_steps tells. EXACT turns by ang_vel * dt / r.
 * A particle at the origin, or with ang_vel = 0, keeps its bits. A NaN or an infinity in a particle
 * makes that particle NaN where the model gives no value, and touches no other.
 * Errors: NULL_POINTER, BAD_DURATION, TOO_MANY_STEPS (EULER: more than WHIRL_MAX_STEPS).
 * A dispatcher never changes: any number of threads may evolve disjoint particles through one at
 * the same time. Within an OpenMP parallel region it runs serially. So it does in a child process
 * of fork() for a dispatcher that the parent created; one that such a child creates may use
 * threads, which in the child's first thread are started for each call, as those of the parent do
 * not survive the fork. The caller's rounding mode, flushing of subnormals, affinity and OpenMP
 * settings stay as they are, and hold in every thread. Floating-point exceptions may be raised, and
 * their flags stay; a program that traps invalid operations or divisions by 0 must have no particle
 * at the origin, infinite or NaN. */
WHIRL_API whirl_status whirl_evolve(const whirl_dispatcher *d, whirl_particles p, double dt);

/* Advances the particles by a number of whole steps (EXACT: by the time steps * timestep).
 * Otherwise as whirl_evolve. Errors: NULL_POINTER, TOO_MANY_STEPS. */
WHIRL_API whirl_status whirl_evolve_steps(const whirl_dispatcher *d, whirl_particles p,
                                          uint64_t steps);

/* The steps that whirl_evolve takes for the time dt: *whole steps of length timestep, and where
 * *rest is not 0 one more of that length. A quotient dt / timestep that differs from a whole number
 * by no more than 2^-50 of itself is that number: 0.3 / 1e-5 is 30000. Errors: NULL_POINTER,
 * BAD_DURATION, BAD_TIMESTEP, TOO_MANY_STEPS. Thread-safe. */
WHIRL_API whirl_status whirl_count_steps(double dt, double timestep, uint64_t *whole, double *rest);

/* What whirl_evolve_steps would do with n particles and so many steps, outside a parallel region,
 * and why. Errors: NULL_POINTER, TOO_MANY_STEPS. Thread-safe. */
WHIRL_API whirl_status whirl_choose(const whirl_dispatcher *d, size_t n, uint64_t steps,
                                    whirl_choice *out);

/* The machine as d found it when it was created; lives as long as d. d must not be NULL.
 * Thread-safe. */
WHIRL_API const whirl_machine *whirl_dispatcher_machine(const whirl_dispatcher *d);

WHIRL_END_DECLARATIONS

#endif
