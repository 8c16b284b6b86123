/* Measures what dispatchers' choices rest on: each kernel's time on one thread, what a team of
 * threads costs, and how fast memory is. */
#ifndef WHIRL_TUNE_MEASURE_H
#define WHIRL_TUNE_MEASURE_H

#include <stddef.h>

#include <whirl/whirl.h>

#include "program/progress.h"

/* How often measure_run shows progress. */
size_t measure_parts(size_t kernel_count);

/* Fills in the measurement of the machine of base, and the times of the kernels that the first
 * kernel_count of kernels name; *spread becomes the median of how far the middle half of the
 * repetitions is apart, relative to their median. Ends the program, and tells why, where memory is
 * out or a thread can't be had. */
void measure_run(const whirl_dispatcher *base, whirl_measured_kernel *kernels, size_t kernel_count,
                 whirl_measurement *measurement, double *spread, progress *p);

#endif
