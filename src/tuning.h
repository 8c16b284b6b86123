/* The text of a tuning file: what was measured of a machine, and of which machine. Pure. */
#ifndef WHIRL_SRC_TUNING_H
#define WHIRL_SRC_TUNING_H

#include <stdbool.h>
#include <stddef.h>

#include <whirl/machine.h>
#include <whirl/tuning.h>

typedef struct whirl_tuning {
  whirl_measurement measurement;  /* its kernels are those below */
  whirl_measured_kernel *kernels; /* owned: whirl_tuning_clear frees them */
} whirl_tuning;

/* The text for a machine, as whirl_tuning_format has it. */
whirl_status whirl_tuning_write(const whirl_machine *machine, const whirl_measurement *measurement,
                                char *text);

/* Reads a text of a tuning file. False, with a sentence in why, where it is damaged, or is not of
 * this machine and this version of the library; there is nothing to clear then. */
bool whirl_tuning_read(const char *text, const whirl_machine *machine, whirl_tuning *tuning,
                       char *why, size_t size);
void whirl_tuning_clear(whirl_tuning *tuning);

#endif
