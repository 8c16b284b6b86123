#include "random.h"

#include <math.h>
#include <string.h>

#include <Random123/philox.h>

/* FNV-1a, which turns the case's name into the other half of the key. */
static uint64_t hash_name(const char *name) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  for (; *name; name++) hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
  return hash;
}

random_numbers random_start(const test_case *test) {
  return (random_numbers){.key = {test->seed, hash_name(test->name)}};
}

uint64_t random_bits(random_numbers *random) {
  const philox2x64_key_t key = {{random->key[0]}};
  const philox2x64_ctr_t counter = {{random->next++, random->key[1]}};
  return philox2x64(counter, key).v[0];
}

size_t random_below(random_numbers *random, size_t bound) {
  return (size_t)(random_bits(random) % bound);
}

double random_between(random_numbers *random, double low, double high) {
  return low + (high - low) * ((double)(random_bits(random) >> 11) * 0x1p-53);
}

double random_power(random_numbers *random, double low, double high) {
  return pow(10, random_between(random, low, high));
}

double random_sign(random_numbers *random) {
  return random_bits(random) >> 63 ? -1 : 1;
}

double random_double(random_numbers *random) {
  const uint64_t bits = random_bits(random);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
