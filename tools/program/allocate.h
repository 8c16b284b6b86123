/* Memory for the driver's own small things; without it the program can only end. */
#ifndef WHIRL_PROGRAM_ALLOCATE_H
#define WHIRL_PROGRAM_ALLOCATE_H

#include <stddef.h>

/* Zeroed memory for count elements and one more, as an end. Ends the program where there is none.
 */
void *allocate(size_t count, size_t size);

#endif
