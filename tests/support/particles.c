#include "particles.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

whirl_particles particles_new(size_t n) {
  /* One array more than none, so that n = 0 has pointers as well. */
  double *values = calloc(3 * n + 1, sizeof *values);
  if (!values) abort();
  return (whirl_particles){.n = n, .x = values, .y = values + n, .ang_vel = values + 2 * n};
}

whirl_particles particles_clone(whirl_particles source) {
  const whirl_particles p = particles_new(source.n);
  particles_copy(p, source);
  return p;
}

void particles_delete(whirl_particles p) {
  free(p.x);
}

void particles_copy(whirl_particles target, whirl_particles source) {
  if (source.n == 0) return;
  memcpy(target.x, source.x, source.n * sizeof *source.x);
  memcpy(target.y, source.y, source.n * sizeof *source.y);
  memcpy(target.ang_vel, source.ang_vel, source.n * sizeof *source.ang_vel);
}

void particles_set(whirl_particles p, size_t i, particle value) {
  p.x[i] = value.x;
  p.y[i] = value.y;
  p.ang_vel[i] = value.ang_vel;
}

particle particles_get(whirl_particles p, size_t i) {
  return (particle){p.x[i], p.y[i], p.ang_vel[i]};
}

whirl_particles particles_range(whirl_particles p, size_t first, size_t n) {
  return (whirl_particles){
      .n = n, .x = p.x + first, .y = p.y + first, .ang_vel = p.ang_vel + first};
}

void particles_evolve(const whirl_kernel *kernel, whirl_particles p, double timestep,
                      uint64_t steps) {
  if (kernel->evolve) {
    kernel->evolve(p.x, p.y, p.ang_vel, p.n, timestep, steps);
  } else if (steps > 0) {
    const whirl_particles moved = particles_new(p.n);
    const whirl_frames frame = {.count = 1, .steps = &steps, .x = moved.x, .y = moved.y};
    kernel->make_frames(p.x, p.y, p.ang_vel, p.n, timestep, &frame);
    if (p.n > 0) memcpy(p.x, moved.x, p.n * sizeof *p.x);
    if (p.n > 0) memcpy(p.y, moved.y, p.n * sizeof *p.y);
    particles_delete(moved);
  }
}

void particles_evolve_alone(const whirl_kernel *kernel, whirl_particles p, double timestep,
                            uint64_t steps) {
  for (size_t i = 0; i < p.n; i++)
    particles_evolve(kernel, particles_range(p, i, 1), timestep, steps);
}

const char *population_name(population kind) {
  switch (kind) {
  case POPULATION_UNIFORM:
    return "uniform";
  case POPULATION_NEAR_ORIGIN:
    return "near the origin";
  case POPULATION_SLOW:
    return "slow";
  case POPULATION_SCALED:
    return "scaled";
  case POPULATION_EDGES:
    return "edges";
  case POPULATION_COUNT:
    break;
  }
  return "no population";
}

/* At distance r in a random direction, turning with s = h / r. */
static particle particle_at(double r, double s, double timestep, random_numbers *random) {
  const double angle = random_between(random, -3.2, 3.2);
  return (particle){.x = r * cos(angle),
                    .y = r * sin(angle),
                    .ang_vel = random_sign(random) * (s * r) / timestep};
}

/* 0, or a power of two times 1, times 1 - 2^-53, or times 1 + 2^-52. */
static double edge_value(random_numbers *random) {
  static const double mantissas[] = {1, 1 - 0x1p-53, 1 + 0x1p-52, 0};
  const double mantissa = mantissas[random_below(random, 4)];
  return random_sign(random) * ldexp(mantissa, (int)random_below(random, 5) - 2);
}

static particle edge_particle(double timestep, random_numbers *random) {
  particle value = {.x = edge_value(random), .y = edge_value(random)};
  if (random_below(random, 2)) value.y = random_sign(random) * value.x;
  if (value.x == 0 && value.y == 0) value.y = random_sign(random);
  value.ang_vel = random_sign(random) * ldexp(1, -(int)random_below(random, 20)) / timestep;
  return value;
}

static particle draw(population kind, double timestep, random_numbers *random) {
  switch (kind) {
  case POPULATION_NEAR_ORIGIN:
    return particle_at(random_power(random, -9, 1), random_power(random, -3, 3), timestep, random);
  case POPULATION_SLOW:
    return particle_at(random_power(random, -3, 3), random_power(random, -20, -3), timestep,
                       random);
  case POPULATION_SCALED:
    return particle_at(random_power(random, -139, 138), random_power(random, -6, 1), timestep,
                       random);
  case POPULATION_EDGES:
    return edge_particle(timestep, random);
  case POPULATION_UNIFORM:
  case POPULATION_COUNT:
    break;
  }
  return (particle){.x = random_between(random, -1, 1),
                    .y = random_between(random, -1, 1),
                    .ang_vel = random_between(random, -1, 1)};
}

void population_fill(population kind, whirl_particles p, double timestep, random_numbers *random) {
  for (size_t i = 0; i < p.n; i++) particles_set(p, i, draw(kind, timestep, random));
}

void population_mix(whirl_particles p, double timestep, random_numbers *random) {
  for (size_t i = 0; i < p.n; i++) {
    particle value = draw((population)random_below(random, POPULATION_COUNT), timestep, random);
    const size_t kind = random_below(random, 16);
    if (kind == 0) value.x = value.y = random_sign(random) * 0.0;
    if (kind == 1) value.ang_vel = random_sign(random) * 0.0;
    particles_set(p, i, value);
  }
}

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

bool same_bits_exactly(double a, double b) {
  return bits_of(a) == bits_of(b);
}

bool same_bits(double a, double b) {
  return same_bits_exactly(a, b) || (isnan(a) && isnan(b));
}

/* The number of doubles from a to b, in words. */
static void describe_distance(double a, double b, char *text, size_t size) {
  if (isnan(a) || isnan(b)) {
    snprintf(text, size, "one of them no number");
    return;
  }
  const uint64_t sign = UINT64_C(1) << 63;
  const uint64_t bits_a = bits_of(a), bits_b = bits_of(b);
  /* Doubles in order, as integers in order, the zeros side by side. */
  const uint64_t order_a = bits_a & sign ? ~bits_a : bits_a | sign;
  const uint64_t order_b = bits_b & sign ? ~bits_b : bits_b | sign;
  snprintf(text, size, "%llu ulps apart",
           (unsigned long long)(order_a > order_b ? order_a - order_b : order_b - order_a));
}

static void describe(const char *what, double actual, double expected, char *text, size_t size) {
  char distance[64];
  describe_distance(actual, expected, distance, sizeof distance);
  snprintf(text, size, "%s is %.17g (%a), expected %.17g (%a), %s", what, actual, actual, expected,
           expected, distance);
}

void particles_compare(whirl_particles actual, whirl_particles expected, const char *file, int line,
                       const char *format, ...) {
  for (size_t i = 0; i < expected.n; i++) {
    const particle a = particles_get(actual, i), e = particles_get(expected, i);
    if (same_bits(a.x, e.x) && same_bits(a.y, e.y) && same_bits(a.ang_vel, e.ang_vel)) continue;
    char circumstances[256], x[160], y[160], ang_vel[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(circumstances, sizeof circumstances, format, arguments);
    va_end(arguments);
    describe("x", a.x, e.x, x, sizeof x);
    describe("y", a.y, e.y, y, sizeof y);
    describe("ang_vel", a.ang_vel, e.ang_vel, ang_vel, sizeof ang_vel);
    print_error("%s: particle %zu of %zu:\n  %s\n  %s\n  %s\n", circumstances, i, expected.n, x, y,
                ang_vel);
    _fail(file, line);
  }
}

void double_compare(double actual, double expected, double tolerance, const char *file, int line,
                    const char *format, ...) {
  if (fabs(actual - expected) <= tolerance) return;
  char circumstances[256], text[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(circumstances, sizeof circumstances, format, arguments);
  va_end(arguments);
  describe("result", actual, expected, text, sizeof text);
  print_error("%s: %s; tolerance %g\n", circumstances, text, tolerance);
  _fail(file, line);
}
