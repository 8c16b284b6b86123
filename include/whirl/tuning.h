/* Measured costs. A file of them, made by whirl-tune for one very machine, takes the place of the
 * costs that are built in: dispatchers read it when they are created. The format and its places are
 * told in docs/dispatch.md. */
#ifndef WHIRL_TUNING_H
#define WHIRL_TUNING_H

#include <stddef.h>
#include <stdint.h>

#include <whirl/dispatcher.h>
#include <whirl/export.h>
#include <whirl/kernel.h>
#include <whirl/status.h>

WHIRL_BEGIN_DECLARATIONS

/* The grid at which a kernel is measured on one thread, for data in cache; between its points times
 * are interpolated, beyond the last they grow in proportion. From 16 on its numbers of particles
 * are multiples of 8 but for 30, which tells what a tail costs. */
enum { WHIRL_TUNING_PARTICLE_COUNTS = 25, WHIRL_TUNING_STEP_COUNTS = 6 };

/* The numbers of particles and of steps of the grid, growing; 0 for an index that is not below
 * the count. Thread-safe. */
WHIRL_API size_t whirl_tuning_particles(size_t index);
WHIRL_API uint64_t whirl_tuning_steps(size_t index);

/* What was measured of one kernel. */
typedef struct whirl_measured_kernel {
  const whirl_kernel *kernel;                                        /* not a threaded one */
  double ns[WHIRL_TUNING_PARTICLE_COUNTS][WHIRL_TUNING_STEP_COUNTS]; /* of a call; > 0 */
  double smt_gain; /* the speed of all hardware threads over that of one on each core; 1: no gain */
} whirl_measured_kernel;

/* What was measured of a machine. All numbers are finite and > 0, and below 2^50. */
typedef struct whirl_measurement {
  double team_ns;             /* starting a team of threads and waiting for it, and */
  double thread_ns;           /* for each thread of it */
  double bytes_per_ns_alone;  /* between one thread and memory, */
  double bytes_per_ns_in_all; /* and between all threads and memory. The longer of the time that
                                 this gives and of the arithmetic's counts whole, and a sixteenth
                                 of the shorter */
  double cache_bytes;         /* particles that take up more lie in memory */
  size_t kernel_count;        /* the kernels that may be chosen; those left out will not be */
  const whirl_measured_kernel *kernels;
} whirl_measurement;

/* The longest text of a tuning file. */
enum { WHIRL_TUNING_TEXT_SIZE = 1 << 16 };

/* Writes the text of a tuning file for d's machine, terminated by a 0, into text, which has room
 * for WHIRL_TUNING_TEXT_SIZE bytes. Errors: NULL_POINTER; BAD_OPTIONS: a number is out of range, or
 * there is no kernel. Thread-safe. */
WHIRL_API whirl_status whirl_tuning_format(const whirl_dispatcher *d,
                                           const whirl_measurement *measurement, char *text);

/* The file that whirl-tune writes, and that dispatchers look at first: the one that WHIRL_TUNING
 * names, or whirl/tuning in $XDG_CONFIG_HOME or ~/.config. Fills path, which has room for size
 * bytes. Errors: NULL_POINTER; BAD_ENVIRONMENT: WHIRL_TUNING is "none", or there is neither of the
 * variables XDG_CONFIG_HOME and HOME, or the path is longer than size. Thread-safe as getenv is. */
WHIRL_API whirl_status whirl_tuning_path(char *path, size_t size);

typedef enum whirl_tuning_use {
  WHIRL_TUNING_ABSENT,  /* there is no file, or none is wanted */
  WHIRL_TUNING_IGNORED, /* there is one, and it is damaged or for another machine */
  WHIRL_TUNING_IN_FORCE
} whirl_tuning_use;

typedef struct whirl_tuning_report {
  whirl_tuning_use use;
  char path[1024];    /* of the file; "" where there is none */
  char sentence[512]; /* what was found, and why it is not in force */
} whirl_tuning_report;

/* What d found when it was created; lives as long as d. d must not be NULL. Thread-safe. */
WHIRL_API const whirl_tuning_report *whirl_dispatcher_tuning(const whirl_dispatcher *d);

WHIRL_END_DECLARATIONS

#endif
