/* Hunts for a particle for which a kernel of the bitwise class gives other bits than naive: random
 * particles and ones that are made to hit the rounding tests' and the fallbacks' edges. It knows
 * kernels through the public table alone. Prints the first counter-example and exits 1. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <Random123/philox.h>
#include <whirl/whirl.h>

#include "support/features.h"

enum { PARTICLES = 997 }; /* prime: every batch has a tail */

static const double default_steps = 1e9, most_steps = 1e18;

typedef struct random_stream {
  philox4x64_key_t key;
  philox4x64_ctr_t counter, numbers;
  unsigned left;
} random_stream;

static uint64_t random_bits(random_stream *random) {
  if (random->left == 0) {
    random->numbers = philox4x64(random->counter, random->key);
    random->counter.v[0]++;
    random->left = 4;
  }
  return random->numbers.v[--random->left];
}

static double uniform(random_stream *random, double low, double high) {
  return low + (high - low) * ((double)(random_bits(random) >> 11) * 0x1p-53);
}

static int uniform_integer(random_stream *random, int low, int high) {
  return low + (int)(random_bits(random) % (uint64_t)(high - low + 1));
}

static double from_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t to_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static double with_sign(random_stream *random, double value) {
  return random_bits(random) & 1 ? -value : value;
}

/* A number in [2^low, 2^high] or, exponents permitting, next to it, with a mantissa that roundings
 * find hard: few bits, all ones, a half that is nearly or exactly reached, or any. */
static double hard_number(random_stream *random, int low, int high) {
  const uint64_t any = random_bits(random) >> 12;
  const int shift = uniform_integer(random, 0, 51);
  uint64_t mantissa = any;
  switch (uniform_integer(random, 0, 6)) {
  case 0:
    mantissa = 0;
    break;
  case 1:
    mantissa = UINT64_C(0xfffffffffffff);
    break;
  case 2:
    mantissa = UINT64_C(1) << shift;
    break;
  case 3:
    mantissa = UINT64_C(0xfffffffffffff) << shift & UINT64_C(0xfffffffffffff);
    break;
  case 4:
    mantissa = UINT64_C(0xfffffffffffff) >> shift;
    break;
  case 5:
    mantissa = any & 7;
    break;
  }
  const double value = from_bits(UINT64_C(1023) << 52 | mantissa);
  return with_sign(random, ldexp(value, uniform_integer(random, low, high)));
}

/* What double arithmetic has at its edges. */
static double edge_number(random_stream *random) {
  static const double edges[] = {0,        0x1p-1074, 0x1.8p-1060, 0x1p-1022, 0x1p-537,
                                 0x1p-511, 0x1p-465,  0x1p-250,    1,         0x1p465,
                                 0x1p511,  0x1p1023,  INFINITY,    NAN};
  const int count = (int)(sizeof edges / sizeof *edges);
  const double edge = edges[uniform_integer(random, 0, count - 1)];
  const double next = random_bits(random) & 1 ? nextafter(edge, uniform(random, -2, 2)) : edge;
  return with_sign(random, next);
}

/* A point whose x^2 + y^2 is as near as doubles can get to the square of a midpoint. */
static void near_midpoint(random_stream *random, double *x, double *y) {
  const double r = fabs(hard_number(random, -8, 8));
  const double midpoint_excess = r * (nextafter(r, INFINITY) - r); /* (r + ulp/2)^2 - r^2 */
  *x = with_sign(random, r);
  *y = with_sign(random, sqrt(midpoint_excess));
  for (int nudge = uniform_integer(random, 0, 3); nudge > 0; nudge--) *y = nextafter(*y, r);
}

static const char *const class_names[] = {"reference",     "hard mantissas", "on an axis",
                                          "large s",       "threshold of s", "edges",
                                          "any magnitude", "near midpoint",  "mixed"};
enum { MIXED = 8, CLASSES = 9 };

static void make_particle(random_stream *random, int class, double timestep, double *x, double *y,
                          double *ang_vel) {
  double h = 0;
  *x = uniform(random, -1, 1);
  *y = uniform(random, -1, 1);
  switch (class) {
  case 0:
    h = 1e-5 * uniform(random, -1, 1);
    break;
  case 1:
    *x = hard_number(random, -4, 4);
    *y = hard_number(random, -4, 4);
    h = hard_number(random, -30, -17);
    break;
  case 2: /* the coordinate that passes through zero is far smaller than the displacement */
    *y = with_sign(random, 1 - 0.9 * fabs(*y));
    *x *= ldexp(1, -uniform_integer(random, 0, 1100));
    if (random_bits(random) % 8 == 0) *x = with_sign(random, 0);
    h = hard_number(random, -36, -17);
    if (random_bits(random) & 1) {
      const double other = *x;
      *x = *y;
      *y = other;
    }
    break;
  case 3:
    h = hard_number(random, -12, 60);
    break;
  case 4: /* mostly below it, or no block would be on its far side */
    h = with_sign(random, sqrt(*x * *x + *y * *y) * 0x1p-11 *
                              uniform(random, 0.5, random_bits(random) % 128 ? 0.9999 : 1.001));
    break;
  case 5:
    *x = edge_number(random);
    *y = edge_number(random);
    h = edge_number(random);
    break;
  case 6: {
    const int exponent = uniform_integer(random, -470, 470);
    *x = hard_number(random, exponent - 60, exponent);
    *y = hard_number(random, exponent - 2, exponent);
    h = hard_number(random, exponent - 70, exponent - 15);
    break;
  }
  case 7:
    near_midpoint(random, x, y);
    h = hard_number(random, -36, -21);
    break;
  }
  *ang_vel = h / timestep;
}

typedef struct batch {
  double x[PARTICLES], y[PARTICLES], ang_vel[PARTICLES];
} batch;

static bool same(double a, double b) {
  return to_bits(a) == to_bits(b) || (isnan(a) && isnan(b));
}

/* Takes the particle alone, step by step, to the first one that goes wrong. */
static void print_counter_example(const whirl_kernel *kernel, const whirl_kernel *naive,
                                  const batch *start, size_t i, double timestep, uint64_t steps) {
  double x = start->x[i], y = start->y[i];
  const double ang_vel = start->ang_vel[i];
  printf("%s differs from naive at particle %zu\n", kernel->name, i);
  printf("  start (%a, %a), ang_vel %a, timestep %a, %ju steps\n", x, y, ang_vel, timestep,
         (uintmax_t)steps);
  for (uint64_t taken = 1; taken <= steps; taken++) {
    double expected_x = start->x[i], expected_y = start->y[i];
    naive->evolve(&expected_x, &expected_y, &ang_vel, 1, timestep, taken);
    x = start->x[i];
    y = start->y[i];
    kernel->evolve(&x, &y, &ang_vel, 1, timestep, taken);
    if (same(x, expected_x) && same(y, expected_y)) continue;
    printf("  alone, after %ju steps: (%a, %a), and naive (%a, %a)\n", (uintmax_t)taken, x, y,
           expected_x, expected_y);
    return;
  }
  printf("  alone it is right: its neighbours matter\n");
}

/* Whether all kernels agree with naive on one batch. */
static bool try_batch(const batch *start, const whirl_kernel *const *kernels, size_t kernel_count,
                      double timestep, uint64_t steps) {
  static batch expected, found; /* too large for a stack */
  expected = *start;
  kernels[0]->evolve(expected.x, expected.y, expected.ang_vel, PARTICLES, timestep, steps);
  for (size_t k = 1; k < kernel_count; k++) {
    found = *start;
    kernels[k]->evolve(found.x, found.y, found.ang_vel, PARTICLES, timestep, steps);
    for (size_t i = 0; i < PARTICLES; i++) {
      if (same(found.x[i], expected.x[i]) && same(found.y[i], expected.y[i])) continue;
      print_counter_example(kernels[k], kernels[0], start, i, timestep, steps);
      return false;
    }
  }
  return true;
}

static void print_help(FILE *stream) {
  fputs("Usage: hunt_bitwise [OPTION]...\n"
        "Compares each kernel of the bitwise class that this CPU runs with naive.\n\n"
        "  --steps=N  particle-steps to take, 1e9 if not given; may be written as 1e9\n"
        "  --seed=N   seed of the random numbers; the time if not given\n"
        "  --help     print this and exit\n"
        "  --version  print the library's version and exit\n",
        stream);
}

int main(int argc, char **argv) {
  static const struct option known[] = {{"steps", required_argument, NULL, 'n'},
                                        {"seed", required_argument, NULL, 's'},
                                        {"help", no_argument, NULL, 'h'},
                                        {"version", no_argument, NULL, 'v'},
                                        {NULL, 0, NULL, 0}};
  double wanted = default_steps;
  uint64_t seed = (uint64_t)time(NULL);
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    char *end = "";
    errno = 0;
    if (option == 'h') {
      print_help(stdout);
      return 0;
    } else if (option == 'v') {
      printf("hunt_bitwise (whirl) %s\n", whirl_version());
      return 0;
    } else if (option == 'n') {
      wanted = strtod(optarg, &end);
      if (!(wanted > 0 && wanted <= most_steps)) errno = ERANGE;
    } else if (option == 's') {
      seed = strtoull(optarg, &end, 0);
      if (*optarg == '-') errno = ERANGE;
    } else {
      return 2;
    }
    if (errno || end == optarg || *end) {
      fprintf(stderr, "hunt_bitwise: %s is not a number in range\n", optarg);
      return 2;
    }
  }
  if (optind < argc) {
    fprintf(stderr, "hunt_bitwise: %s: no arguments are taken\n", argv[optind]);
    return 2;
  }

  const whirl_kernel *kernels[32];
  size_t kernel_count = 0;
  kernels[kernel_count++] = whirl_kernel_find("naive");
  printf("seed %ju; kernels:", (uintmax_t)seed);
  for (size_t i = 0; i < whirl_kernel_count() && kernel_count < 32; i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    if (kernel->numeric_class != WHIRL_BITWISE || kernel->threaded || kernel == kernels[0] ||
        kernel->lanes == 1 || kernel->features & ~features_here())
      continue;
    kernels[kernel_count++] = kernel;
    printf(" %s", kernel->name);
  }
  printf("\n");
  fflush(stdout);

  random_stream random = {.key = {{seed, 0}}};
  static batch start; /* too large for a stack */
  double taken[CLASSES] = {0}, total = 0;
  for (int class = 0; total < wanted; class = (class + 1) % CLASSES) {
    const double timestep = random_bits(&random) & 1 ? 1e-5 : 0x1p-17;
    for (size_t i = 0; i < PARTICLES; i++) {
      const int of = class == MIXED ? uniform_integer(&random, 0, MIXED - 1) : class;
      make_particle(&random, of, timestep, &start.x[i], &start.y[i], &start.ang_vel[i]);
    }
    const uint64_t steps =
        (uint64_t)uniform_integer(&random, 1, random_bits(&random) & 1 ? 20 : 900);
    if (!try_batch(&start, kernels, kernel_count, timestep, steps)) {
      printf("  class %s, seed %ju\n", class_names[class], (uintmax_t)seed);
      return 1;
    }
    taken[class] += (double)PARTICLES * (double)steps;
    total += (double)PARTICLES * (double)steps;
  }
  for (int class = 0; class < CLASSES; class ++)
    printf("%-16s %.3g particle-steps\n", class_names[class], taken[class]);
  printf("no counter-example in %.4g particle-steps of each kernel\n", total);
  return 0;
}
