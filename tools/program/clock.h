/* The time that measurements are taken with. */
#ifndef WHIRL_PROGRAM_CLOCK_H
#define WHIRL_PROGRAM_CLOCK_H

/* Seconds since some moment; never set back. */
double clock_seconds(void);

/* The cycles a second that this core runs at just now, from a chain of multiplications that wait
 * for each other: each takes three cycles on x86-64 CPUs (Nehalem, Zen and later). NAN for other
 * processors. Takes about a millisecond. */
double clock_core_hertz(void);

#endif
