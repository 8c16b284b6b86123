/* The sentences of the status codes. */
#include <whirl/status.h>

const char *whirl_status_string(whirl_status status) {
  switch (status) {
  case WHIRL_OK:
    return "success";
  case WHIRL_ERROR_NULL_POINTER:
    return "a pointer that must not be NULL is NULL";
  case WHIRL_ERROR_OUT_OF_MEMORY:
    return "there is not enough memory";
  case WHIRL_ERROR_TOO_MANY_PARTICLES:
    return "the number of particles is more than the address space can hold";
  case WHIRL_ERROR_BAD_DURATION:
    return "the time to advance by is not finite and >= 0";
  case WHIRL_ERROR_TOO_MANY_STEPS:
    return "the number of steps is more than 2^53";
  case WHIRL_ERROR_BAD_INDEX:
    return "a particle's index is not below the number of particles";
  case WHIRL_ERROR_BAD_TOLERANCE:
    return "the tolerance is NaN or negative";
  case WHIRL_ERROR_BAD_OPTIONS:
    return "the options were not set by whirl_options_init, or one is out of range";
  case WHIRL_ERROR_BAD_TIMESTEP:
    return "the timestep is not finite and > 0";
  case WHIRL_ERROR_BAD_ENVIRONMENT:
    return "a WHIRL_ environment variable has a value that means nothing";
  case WHIRL_ERROR_UNKNOWN_KERNEL:
    return "no kernel has this name";
  case WHIRL_ERROR_UNSUPPORTED_KERNEL:
    return "this CPU, or its operating system, lacks a feature that the kernel needs";
  case WHIRL_ERROR_WRONG_KERNEL:
    return "the kernel does not give the answer that the options ask for";
  }
  return "this number is no status of whirl";
}
