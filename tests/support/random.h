/* Random numbers of a test case: the same for the same (seed, name), so that a failure comes back
 * when its case runs alone. */
#ifndef WHIRL_TESTS_RANDOM_H
#define WHIRL_TESTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "suite.h"

typedef struct random_numbers {
  uint64_t key[2];
  uint64_t next;
} random_numbers;

random_numbers random_start(const test_case *test);

uint64_t random_bits(random_numbers *random);
size_t random_below(random_numbers *random, size_t bound); /* 0 <= result < bound */
double random_between(random_numbers *random, double low, double high);
double random_power(random_numbers *random, double low, double high); /* 10^u, low <= u < high */
double random_sign(random_numbers *random);                           /* -1 or 1 */
double random_double(random_numbers *random);                         /* of random bits */

#endif
