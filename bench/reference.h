/* What the right results are: the same particles advanced in long double, by the same methods, on a
 * sample that is small enough to take no time that anyone would notice. */
#ifndef WHIRL_BENCH_REFERENCE_H
#define WHIRL_BENCH_REFERENCE_H

#include <stdbool.h>

#include <whirl/whirl.h>

#include "cases.h"
#include "workload.h"

typedef struct reference reference;

/* Advances the sample. naive is a dispatcher for the kernel `naive`, whose bits the bitwise kernels
 * must have. NULL, and told, where that fails. */
reference *reference_create(const workload *w, const whirl_dispatcher *naive);
void reference_destroy(reference *r);

/* Holds the working particles to the reference, for a case whose kernel has just advanced them:
 * sets checked, largest_error and wrong, keeping the worst of all calls. */
void reference_check(const reference *r, const workload *w, bench_case *row);

#endif
