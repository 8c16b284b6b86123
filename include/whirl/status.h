/* What a call of whirl returns: WHIRL_OK, or a negative code and the sentence that goes with it. */
#ifndef WHIRL_STATUS_H
#define WHIRL_STATUS_H

#include <whirl/export.h>

WHIRL_BEGIN_DECLARATIONS

/* A call that does not return WHIRL_OK has changed nothing: neither the particles nor *out. */
typedef enum whirl_status {
  WHIRL_OK = 0,
  WHIRL_ERROR_NULL_POINTER = -1,        /* a pointer that must not be NULL is */
  WHIRL_ERROR_OUT_OF_MEMORY = -2,       /* the system has no memory left for this */
  WHIRL_ERROR_TOO_MANY_PARTICLES = -3,  /* n particles do not fit into the address space */
  WHIRL_ERROR_BAD_DURATION = -4,        /* dt is NaN, infinite or negative */
  WHIRL_ERROR_TOO_MANY_STEPS = -5,      /* more than WHIRL_MAX_STEPS steps */
  WHIRL_ERROR_BAD_INDEX = -6,           /* a particle's index is not below n */
  WHIRL_ERROR_BAD_TOLERANCE = -7,       /* a tolerance is NaN or negative */
  WHIRL_ERROR_BAD_OPTIONS = -8,         /* not set by whirl_options_init, or out of range */
  WHIRL_ERROR_BAD_TIMESTEP = -9,        /* timestep is NaN, infinite, zero or negative */
  WHIRL_ERROR_BAD_ENVIRONMENT = -10,    /* a WHIRL_* variable has a value that means nothing */
  WHIRL_ERROR_UNKNOWN_KERNEL = -11,     /* no kernel has this name */
  WHIRL_ERROR_UNSUPPORTED_KERNEL = -12, /* this CPU or its operating system lacks a feature */
  WHIRL_ERROR_WRONG_KERNEL = -13        /* the kernel gives another answer than was asked for */
} whirl_status;

/* One sentence, without a full stop, for a status; for a number that is no status, a sentence that
 * says so. Never NULL. A static string; thread-safe. Where a sentence with names and numbers in it
 * exists (which feature is missing, say), the log callback of whirl_options has it. */
WHIRL_API const char *whirl_status_string(whirl_status status);

WHIRL_END_DECLARATIONS

#endif
