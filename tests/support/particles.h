/* Particles of a test: storage, copies, populations that are worth trying, and comparison bit by
 * bit with a report that names the case. */
#ifndef WHIRL_TESTS_PARTICLES_H
#define WHIRL_TESTS_PARTICLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/kernel.h>
#include <whirl/particles.h>

#include "random.h"

typedef struct particle {
  double x, y, ang_vel;
} particle;

/* Storage of n particles, to be given back with particles_delete. Ends the program where there is
 * none. */
whirl_particles particles_new(size_t n);
whirl_particles particles_clone(whirl_particles source);
void particles_delete(whirl_particles p);

void particles_copy(whirl_particles target, whirl_particles source);
void particles_set(whirl_particles p, size_t i, particle value);
particle particles_get(whirl_particles p, size_t i);

/* The particles [first, first + n) of p. */
whirl_particles particles_range(whirl_particles p, size_t first, size_t n);

/* By the kernel's evolve; for one without, by a frame of its make_frames. */
void particles_evolve(const whirl_kernel *kernel, whirl_particles p, double timestep,
                      uint64_t steps);

/* Each particle in a call of its own: what a particle's result must be whatever its neighbours, its
 * lane and its address are. */
void particles_evolve_alone(const whirl_kernel *kernel, whirl_particles p, double timestep,
                            uint64_t steps);

/* Kinds of particles within the range of the contract on accuracy. s = h / r. */
typedef enum population {
  POPULATION_UNIFORM,     /* x, y, ang_vel uniform in [-1, 1) */
  POPULATION_NEAR_ORIGIN, /* s from 1e-3 to 1e3 */
  POPULATION_SLOW,        /* s from 1e-20 to 1e-3 */
  POPULATION_SCALED,      /* r from 1e-139 to 1e139, s from 1e-6 to 10 */
  POPULATION_EDGES,       /* on the axes and diagonals; mantissas of all zeros or all ones */
  POPULATION_COUNT
} population;

const char *population_name(population kind);
void population_fill(population kind, whirl_particles p, double timestep, random_numbers *random);

/* A mixture of all kinds, with particles at the origin and at rest among them. */
void population_mix(whirl_particles p, double timestep, random_numbers *random);

bool same_bits(double a, double b);         /* -0.0 and 0.0 differ; a NaN equals any NaN */
bool same_bits_exactly(double a, double b); /* NaNs too are compared by their bits */

/* Fails the test case, and says in which particle and by how many ulps, where positions or ang_vel
 * differ in any bit. The format and its arguments tell the circumstances. */
#define assert_particles_equal(actual, expected, ...)                                              \
  particles_compare(actual, expected, __FILE__, __LINE__, __VA_ARGS__)
void particles_compare(whirl_particles actual, whirl_particles expected, const char *file, int line,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Fails unless |actual - expected| <= tolerance. */
#define assert_double_near(actual, expected, tolerance, ...)                                       \
  double_compare(actual, expected, tolerance, __FILE__, __LINE__, __VA_ARGS__)
void double_compare(double actual, double expected, double tolerance, const char *file, int line,
                    const char *format, ...) __attribute__((format(printf, 6, 7)));

#endif
