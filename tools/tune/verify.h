/* Whether a kernel gives what it promises on this machine. */
#ifndef WHIRL_TUNE_VERIFY_H
#define WHIRL_TUNE_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include <whirl/whirl.h>

/* Holds the kernel's results to the reference of bench, for several numbers of particles and steps.
 * False, with a sentence in wrong, where one is wrong. naive is a dispatcher for `naive`. */
bool verify_kernel(const whirl_dispatcher *naive, const whirl_kernel *kernel, char *wrong,
                   size_t size);

#endif
