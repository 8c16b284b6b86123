/* What a library must leave as it found it: the floating-point environment of the calling thread,
 * the affinity of every thread of the OpenMP team, OpenMP's settings. */
#ifndef WHIRL_TESTS_SURROUNDINGS_H
#define WHIRL_TESTS_SURROUNDINGS_H

/* A floating-point environment that is not the default in any of its control bits that matter:
 * rounding upwards, and on x86-64 flush-to-zero and denormals-are-zero. */
void surroundings_disturb(void);
void surroundings_restore(void);

typedef struct surroundings surroundings;

surroundings *surroundings_take(void);

/* Fails the test case where something differs from what was taken, which it frees. */
#define assert_same_surroundings(before) surroundings_compare(before, __FILE__, __LINE__)
void surroundings_compare(surroundings *before, const char *file, int line);

#endif
