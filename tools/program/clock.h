/* The time that measurements are taken with. */
#ifndef WHIRL_PROGRAM_CLOCK_H
#define WHIRL_PROGRAM_CLOCK_H

/* Seconds since some moment; never set back. */
double clock_seconds(void);

#endif
