/* Kernels as a user sees them: what each is called, what it promises, what it needs, what it costs.
 * The descriptors are constant data; whatever walks over kernels walks over this one table. */
#ifndef WHIRL_KERNEL_H
#define WHIRL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <whirl/export.h>

WHIRL_BEGIN_DECLARATIONS

/* The most steps that one call takes: every count up to here is a double of its own. */
#define WHIRL_MAX_STEPS (UINT64_C(1) << 53)

/* What is asked: two kinds of answer. */
typedef enum whirl_method {
  WHIRL_METHOD_EULER, /* the explicit Euler trajectory with a given timestep */
  WHIRL_METHOD_EXACT  /* the true circular motion, which Euler approximates */
} whirl_method;

/* How a kernel gets there: three ways. */
typedef enum whirl_kernel_method {
  WHIRL_KERNEL_EULER,   /* one Euler step after another: cost grows with particles * steps */
  WHIRL_KERNEL_SPIRAL,  /* the same Euler trajectory in closed form: cost grows with particles alone
                         */
  WHIRL_KERNEL_ANALYTIC /* the true circular motion: cost grows with particles alone */
} whirl_kernel_method;

typedef enum whirl_numeric_class {
  WHIRL_BITWISE, /* equal to the kernel `naive` in every bit; a NaN equals any NaN */
  WHIRL_BOUNDED  /* within error_bound of the result in exact arithmetic */
} whirl_numeric_class;

/* What a CPU must have, and its operating system must let programs use, as bits of a uint64_t. */
typedef enum whirl_feature {
  WHIRL_FEATURE_AVX2 = 1 << 0,
  WHIRL_FEATURE_FMA = 1 << 1,
  WHIRL_FEATURE_AVX512F = 1 << 2,
  WHIRL_FEATURE_AVX512DQ = 1 << 3,
  WHIRL_FEATURE_AVX512VL = 1 << 4,
  WHIRL_FEATURE_NEON = 1 << 5,
  WHIRL_FEATURE_SVE = 1 << 6
} whirl_feature;

/* The distance of a result from the one in exact arithmetic (same inputs, same method) is at most
 *     (constant + per_radian * a + per_step * steps * (1 + a / 2)) * 2^-53 * r
 * with r the exact result's distance from the origin and a the angle that the particle turns by,
 * in radians, for 1e-140 <= r <= 1e140 and |h| <= 1e140. The last factor is there because what one
 * step does to the distance from the origin, all later steps feel in their angle. Where a is so
 * large that this promises no direction any more, the closed forms still promise the distance: it
 * is within constant * 2^-53 * r of r, whatever a is. */
typedef struct whirl_error_bound {
  double constant;
  double per_radian;
  double per_step;
} whirl_error_bound;

/* A quantity that grows with the particles and with the particle-steps. */
typedef struct whirl_work {
  double per_particle;
  double per_particle_step;
} whirl_work;

/* What a kernel asks of the units that may bind its speed, in operations on one number: at least so
 * many. What is rarely done is not counted, nor what libm's functions do. */
typedef struct whirl_demand {
  whirl_work multiplies; /* fused with an addition or not */
  whirl_work additions;  /* and subtractions, of those that aren't fused */
  whirl_work divides;
  whirl_work square_roots;
  /* Textbook steps of which each waits for the one before, and none overlaps with another
     particle's: what is negative per particle is the overlap of one particle with the next. */
  whirl_work chained_steps;
} whirl_demand;

/* The time that a kernel takes on one core of a current CPU, in nanoseconds: a fixed part, and
 * parts that grow with the particles and with the particle-steps, the particles rounded up to a
 * multiple of particles_at_once. For data in cache. A prior for the choice, not a promise. */
typedef struct whirl_cost {
  double fixed;
  double per_particle;
  double per_particle_step;
  double particles_at_once; /* at least 1 */
} whirl_cost;

/* Advances the n particles (x[i], y[i], ang_vel[i]) in place by `steps` steps of length `timestep`
 * (for an analytic kernel: by the time steps * timestep). Serial; touches nothing but x[0..n) and
 * y[0..n). The arrays need the alignment of a double only and must not overlap. n and steps may be
 * 0; steps <= WHIRL_MAX_STEPS; timestep > 0 and finite. */
typedef void whirl_kernel_function(double *x, double *y, const double *ang_vel, size_t n,
                                   double timestep, uint64_t steps);

/* Frames to be made of n particles: frame k, their positions after steps[k] steps, goes to
 * x[k * stride + i] and y[k * stride + i]. */
typedef struct whirl_frames {
  size_t count;
  const uint64_t *steps; /* count of them, each 1 to WHIRL_MAX_STEPS */
  double *x, *y;
  size_t stride;
  bool past_caches; /* the frames are more than caches hold: don't displace what is in them */
} whirl_frames;

/* Makes frames of the n particles (x[i], y[i], ang_vel[i]), which stay as they are, each from there
 * and not from the frame before. Serial; otherwise as a whirl_kernel_function. */
typedef void whirl_frames_function(const double *x, const double *y, const double *ang_vel,
                                   size_t n, double timestep, const whirl_frames *frames);

typedef struct whirl_kernel {
  const char *name;    /* as in options.kernel */
  const char *alias;   /* a second name that whirl_kernel_find knows, or NULL */
  const char *summary; /* one line */
  const char *isa;     /* the instruction set that it is compiled for; "baseline" is any CPU's */
  uint64_t features;   /* the whirl_feature bits that it needs */
  bool threaded;       /* the dispatcher runs it over threads; `evolve` itself is always serial */
  whirl_kernel_method method;
  whirl_numeric_class numeric_class;
  whirl_error_bound error_bound;
  unsigned lanes;   /* particles in one vector; 1 for a scalar kernel */
  whirl_work flops; /* floating-point operations; a fused multiply-add is two */
  whirl_work bytes; /* moved to and from the arrays */
  whirl_demand demand;
  whirl_cost cost;
  /* The instructions for each particle-step that the compiler makes of it on x86-64, at most, where
   * the particles fill whole blocks of vectors. 0 for a closed form. */
  double instructions;
  /* Calling it directly is for tests and measurements: the caller must have seen to it that the
   * machine has `features`. Programs use whirl_evolve. */
  whirl_kernel_function *evolve;
  /* Many frames at once, each within error_bound and bit for bit the same whatever the others are;
   * NULL for a kernel that steps. For tests and measurements too: programs use whirl_trajectory. */
  whirl_frames_function *make_frames;
} whirl_kernel;

/* The kernels that this library was built with, whether or not they run on this machine; a fixed
 * order that begins with `naive`. whirl_kernel_at gives NULL for an index that is not below the
 * count. Thread-safe. */
WHIRL_API size_t whirl_kernel_count(void);
WHIRL_API const whirl_kernel *whirl_kernel_at(size_t index);

/* The kernel with this name or alias, or NULL where there is none or name is NULL. Thread-safe. */
WHIRL_API const whirl_kernel *whirl_kernel_find(const char *name);

/* The answer that a kernel gives: WHIRL_METHOD_EXACT for analytic kernels, WHIRL_METHOD_EULER for
 * the others. kernel must not be NULL. Thread-safe. */
WHIRL_API whirl_method whirl_kernel_answers(const whirl_kernel *kernel);

/* Words for the constants above ("euler", "bitwise", "avx512f"), or NULL for a value that is none
 * of them; whirl_feature_name takes a single bit. Static strings; thread-safe. */
WHIRL_API const char *whirl_kernel_method_name(whirl_kernel_method method);
WHIRL_API const char *whirl_numeric_class_name(whirl_numeric_class numeric_class);
WHIRL_API const char *whirl_feature_name(whirl_feature feature);

WHIRL_END_DECLARATIONS

#endif
