/* What a program has printed. */
#ifndef WHIRL_PROGRAM_STANDARD_OUTPUT_H
#define WHIRL_PROGRAM_STANDARD_OUTPUT_H

#include <stdbool.h>

/* Whether all that was printed has arrived, now and before; otherwise tells that it hasn't. */
bool standard_output_finish(void);

#endif
