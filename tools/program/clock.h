/* The time that measurements are taken with. */
#ifndef WHIRL_PROGRAM_CLOCK_H
#define WHIRL_PROGRAM_CLOCK_H

/* Seconds since some moment; never set back. */
double clock_seconds(void);

/* A core's clock follows the widest vectors of late: a Skylake server's is lower with 256 bits, and
 * lower still with 512, and stays so for 0.67 ms after the last of them. Who measures something for
 * less than that runs it for so many seconds before, or the clock is that of what ran before. */
static const double clock_settling_seconds = 1e-3;

/* The cycles a second that this core runs at just now, from a chain of multiplications that wait
 * for each other: each takes three cycles on x86-64 CPUs (Nehalem, Zen and later). NAN for other
 * processors. Takes a fifth of a millisecond, in which the clock is still that of what ran just
 * before. */
double clock_core_hertz(void);

#endif
