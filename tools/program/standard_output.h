/* What a program has printed, and the streams that it was given. */
#ifndef WHIRL_PROGRAM_STANDARD_OUTPUT_H
#define WHIRL_PROGRAM_STANDARD_OUTPUT_H

#include <stdbool.h>

/* Keeps the place of standard streams that the caller has closed, so that no file which the program
 * opens gets what is printed. To read or write them fails as before. The first thing to do. */
void standard_streams_hold(void);

/* Whether all that was printed has arrived, now and before; otherwise tells that it hasn't. */
bool standard_output_finish(void);

#endif
