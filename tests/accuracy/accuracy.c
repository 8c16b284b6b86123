/* Measures how far each kernel's results are from the exact ones, over classes of particles that
 * look for its weak places, and holds every single result to the bound in the kernel's descriptor.
 * It knows kernels through the public table alone: one that is added there is measured here. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <Random123/philox.h>
#include <whirl/whirl.h>

#include "reference.h"

enum {
  MAX_PARTICLES = 61,     /* of one batch: no multiple of a vector's lanes, so that tails are run */
  MAX_STEPPING = 1 << 20, /* stepping kernels take part up to so many steps */
  DIRECTED_ANGLE = 1 << 20, /* beyond it the largest errors say nothing but how large angles get */
  DEFAULT_SEED = 1
};

/* Where a kernel carries the angle with more than a double, so that its bound has next to nothing
 * for each radian, it is within so many units in the last place of r, for angles up to
 * DIRECTED_ANGLE. */
static const double closed_form_ulps = 4;

/* The domain of the contract: 1e-140 <= r, and r and |h| up to 1e140. */
static const double smallest_radius = 1e-140, largest_radius = 1e140, largest_h = 1e140;
static const double pi = 3.14159265358979323846;

/* Random numbers, each stream for itself: what one class draws does not depend on another. */

typedef struct random_stream {
  philox4x64_key_t key;
  philox4x64_ctr_t counter, numbers;
  unsigned left;
} random_stream;

static random_stream random_stream_make(uint64_t seed, uint64_t stream, uint64_t part) {
  return (random_stream){.key = {{seed, stream}}, .counter = {{0, part, 0, 0}}};
}

static uint64_t random_bits(random_stream *random) {
  if (random->left == 0) {
    random->numbers = philox4x64(random->counter, random->key);
    random->counter.v[0]++;
    random->left = 4;
  }
  return random->numbers.v[--random->left];
}

/* Uniform in [low, high). */
static double uniform(random_stream *random, double low, double high) {
  return low + (high - low) * ((double)(random_bits(random) >> 11) * 0x1p-53);
}

static int64_t uniform_integer(random_stream *random, int64_t low, int64_t high) {
  return low + (int64_t)(random_bits(random) % (uint64_t)(high - low + 1));
}

/* The logarithm is uniform: every order of magnitude between low and high is as likely. */
static double any_magnitude(random_stream *random, double low, double high) {
  return exp2(uniform(random, log2(low), log2(high)));
}

static uint64_t any_steps(random_stream *random, double most) {
  return (uint64_t)fmin(most, round(any_magnitude(random, 1, most)));
}

static double any_sign(random_stream *random, double a) {
  return random_bits(random) & 1 ? -a : a;
}

/* Particles that a kernel takes in one call, and where they end. */

typedef struct particle_batch {
  size_t n;
  double x[MAX_PARTICLES], y[MAX_PARTICLES], ang_vel[MAX_PARTICLES];
  double timestep;
  uint64_t steps;
  reference_motion motion[2][MAX_PARTICLES]; /* by whirl_method */
} particle_batch;

/* At the distance r in a random direction, every eighth particle on an axis. */
static void place(particle_batch *batch, size_t i, random_stream *random, double r) {
  const double angle = uniform(random, -pi, pi);
  batch->x[i] = r * cos(angle);
  batch->y[i] = r * sin(angle);
  if (i % 8 == 7) {
    const bool on_x = random_bits(random) & 1;
    batch->x[i] = any_sign(random, on_x ? r : 0);
    batch->y[i] = any_sign(random, on_x ? 0 : r);
  }
}

/* The ang_vel with which particle i has a given h, to rounding. */
static void set_h(particle_batch *batch, size_t i, random_stream *random, double h) {
  batch->ang_vel[i] = any_sign(random, h) / batch->timestep;
}

static double h_of(const particle_batch *batch, size_t i) {
  return batch->timestep * batch->ang_vel[i];
}

/* Classes of particles. Each fills a batch whose steps and timestep it draws as well; index counts
 * the batches of a class. */

static void fill_uniform(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = 1e-5;
  batch->steps = index == 0 ? 10000 : any_steps(random, 1e4);
  for (size_t i = 0; i < batch->n; i++) {
    batch->x[i] = uniform(random, -1, 1);
    batch->y[i] = uniform(random, -1, 1);
    batch->ang_vel[i] = uniform(random, -1, 1);
  }
}

static void fill_many_steps(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = any_magnitude(random, 1e-6, 1e-2);
  batch->steps = index == 0 ? 1000000 : any_steps(random, 1e6);
  batch->n = 13;
  for (size_t i = 0; i < batch->n; i++) {
    batch->x[i] = uniform(random, -1, 1);
    batch->y[i] = uniform(random, -1, 1);
    batch->ang_vel[i] = uniform(random, -1, 1);
  }
}

/* Half of the batches have few steps, so that the stepping kernels take part. */
static void draw_steps(particle_batch *batch, random_stream *random, size_t index) {
  batch->steps = any_steps(random, index % 2 == 0 ? 1e4 : (double)WHIRL_MAX_STEPS);
}

/* s from 1/8 to 10^9: a step as long as the distance from the origin, or much longer. */
static void fill_near_origin(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = 1e-5;
  draw_steps(batch, random, index);
  if (index % 4 == 0) batch->steps = (uint64_t)uniform_integer(random, 1, 20);
  for (size_t i = 0; i < batch->n; i++) {
    batch->ang_vel[i] = uniform(random, -1, 1);
    place(batch, i, random, fabs(h_of(batch, i)) / any_magnitude(random, 0.125, 1e9));
  }
}

/* s close to a power of two, or one of the first steps away from it: 1/s^2 grows by 1 a step. */
static void fill_thresholds(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = any_magnitude(random, 1e-6, 1e-1);
  draw_steps(batch, random, index / 12);
  if (index % 3 == 0) batch->steps = (uint64_t)uniform_integer(random, 1, 20);
  const double inverse = exp2((double)(index % 12) + 1);
  for (size_t i = 0; i < batch->n; i++) {
    set_h(batch, i, random, any_magnitude(random, 1e-6, 1));
    double r = fabs(h_of(batch, i));
    if (i % 3 == 0) {
      r *= sqrt(fmax(inverse * inverse - (double)uniform_integer(random, 0, 20), 0.5));
    } else {
      r *= inverse;
    }
    const double away = any_sign(random, any_magnitude(random, 0x1p-53, 0x1p-2));
    place(batch, i, random, i % 4 == 0 ? r : r * (1 + away));
  }
}

/* The s_0 from which N steps turn by angle, as near as double has it: where Theta = P + T(s_N) -
 * T(s_0), P is what 1/s_N - 1/s_0 gives, and s_0 = P / (N - P^2 / 4). */
static double s_for_angle(double angle, double steps) {
  double s = 0, p = angle;
  for (int iteration = 0; iteration < 8; iteration++) {
    s = p / (steps - p * p / 4);
    const double s_end = s / sqrt(1 + steps * s * s);
    p = angle - (s_end / 6 - pow(s_end, 3) / 120) + (s / 6 - pow(s, 3) / 120);
  }
  return s;
}

/* Puts particle i where its motion turns it by angle: the Euler trajectory's motion, or the true
 * one. */
static void place_for_angle(particle_batch *batch, size_t i, random_stream *random, double angle,
                            bool euler) {
  const double steps = (double)batch->steps;
  const double s = euler ? s_for_angle(angle, steps) : angle / steps;
  place(batch, i, random, fabs(h_of(batch, i)) / s);
}

/* Turned by, and ending at, a multiple of pi / 4: where a reduced angle is 0, and where it jumps.
 */
static void fill_quarter_turns(particle_batch *batch, random_stream *random, size_t index) {
  const bool euler = index % 2 == 0;
  batch->timestep = any_magnitude(random, 1e-6, 1e-2);
  batch->steps = index % 4 < 2 ? 10000 : UINT64_C(1) << uniform_integer(random, 40, 53);
  const double most = batch->steps > 10000 ? 0x1p20 : 40;
  for (size_t i = 0; i < batch->n; i++) {
    batch->ang_vel[i] = any_sign(random, any_magnitude(random, 1e-3, 1));
    const double eighths = round(any_magnitude(random, 1, most / (pi / 4)));
    place_for_angle(batch, i, random, eighths * (pi / 4), euler);
  }
}

/* Angles about powers of two, where a reduction may change its way: 2^10 to 2^26 for the Euler
 * trajectory, which turns by less than 2 sqrt(N) in N steps; up to 2^900 for the true motion. */
static void fill_large_angles(particle_batch *batch, random_stream *random, size_t index) {
  const bool euler = index % 2 == 0;
  batch->timestep = 1e-5;
  batch->steps = euler ? UINT64_C(1) << uniform_integer(random, 51, 53)
                       : (uint64_t)uniform_integer(random, 1, 1000);
  for (size_t i = 0; i < batch->n; i++) {
    const bool huge = !euler && index % 4 == 1 && i % 4 == 0;
    const int64_t exponent =
        huge ? uniform_integer(random, 53, 900) : uniform_integer(random, 10, euler ? 24 : 53);
    const double away = any_sign(random, any_magnitude(random, 0x1p-50, 0.5));
    const double angle = exp2((double)exponent) * (1 + away);
    if (huge) {
      const double r = any_magnitude(random, 1e-139, 1e-131);
      set_h(batch, i, random, fmin(angle * r / (double)batch->steps, 1e130));
      place(batch, i, random, r);
    } else {
      batch->ang_vel[i] = any_sign(random, any_magnitude(random, 1e-3, 1));
      place_for_angle(batch, i, random, angle, euler);
    }
  }
}

/* Any s, any number of steps. */
static void fill_any_steps(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = any_magnitude(random, 1e-8, 1);
  batch->steps = index == 0   ? WHIRL_MAX_STEPS
                 : index == 1 ? WHIRL_MAX_STEPS - 1
                              : any_steps(random, (double)WHIRL_MAX_STEPS);
  for (size_t i = 0; i < batch->n; i++) {
    batch->ang_vel[i] = any_sign(random, any_magnitude(random, 1e-3, 1e3));
    place(batch, i, random, fabs(h_of(batch, i)) / any_magnitude(random, 0x1p-60, 4));
  }
}

/* h from the least subnormal to where a step begins to move the particle at all. */
static void fill_tiny_h(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = index % 3 == 0 ? any_magnitude(random, 1e-300, 1e-100) : 1e-5;
  draw_steps(batch, random, index);
  for (size_t i = 0; i < batch->n; i++) {
    set_h(batch, i, random,
          i % 2 == 0 ? any_magnitude(random, 0x1p-60, 0x1p-48) : any_magnitude(random, 1e-322, 1));
    place(batch, i, random, any_magnitude(random, 0.5, 2));
  }
}

/* h up to 1e140, from any r that the contract covers. */
static void fill_huge_h(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = index % 3 == 0 ? any_magnitude(random, 1e100, 1e300) : 1e-5;
  draw_steps(batch, random, index);
  for (size_t i = 0; i < batch->n; i++) {
    const double most = largest_h / (2 * sqrt((double)batch->steps));
    set_h(batch, i, random, any_magnitude(random, i % 2 == 0 ? most / 16 : 1, most));
    place(batch, i, random, any_magnitude(random, smallest_radius, largest_radius / 2));
  }
}

/* Every r that the contract covers, with s that a simulation may have. */
static void fill_scales(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = 1e-5;
  draw_steps(batch, random, index);
  const double most_s = 1;
  for (size_t i = 0; i < batch->n; i++) {
    const double growth = 1 + most_s * sqrt((double)batch->steps);
    const double r = i == 0   ? smallest_radius * (1 + 0x1p-40)
                     : i == 1 ? largest_radius / growth
                              : any_magnitude(random, smallest_radius, largest_radius / growth);
    place(batch, i, random, r);
    set_h(batch, i, random, fmin(r, largest_radius) * any_magnitude(random, 1e-8, most_s));
  }
}

/* Mantissas of all ones and just above a power of two, coordinates of very different size, zeros of
 * either sign, equal coordinates. */
static void fill_awkward(particle_batch *batch, random_stream *random, size_t index) {
  batch->timestep = index % 2 == 0 ? 0x1p-10 : 1e-5;
  draw_steps(batch, random, index / 2);
  if (index % 4 == 0) batch->steps = 1;
  for (size_t i = 0; i < batch->n; i++) {
    double coordinate[2];
    for (int c = 0; c < 2; c++) {
      const int64_t ulps = uniform_integer(random, -3, 3);
      coordinate[c] = any_sign(random, 1 + (double)ulps * (ulps < 0 ? 0x1p-53 : 0x1p-52));
    }
    const int64_t kind = uniform_integer(random, 0, 4);
    if (kind == 0) coordinate[random_bits(random) & 1] *= any_magnitude(random, 0x1p-60, 1);
    if (kind == 1) coordinate[random_bits(random) & 1] *= any_magnitude(random, 1e-320, 0x1p-60);
    if (kind == 2) coordinate[random_bits(random) & 1] *= 0;
    if (kind == 3) coordinate[1] = any_sign(random, coordinate[0]);
    batch->x[i] = coordinate[0];
    batch->y[i] = coordinate[1];
    const int64_t ulps = uniform_integer(random, -3, 3);
    set_h(batch, i, random,
          (1 + (double)ulps * 0x1p-52) * exp2((double)uniform_integer(random, -30, 4)));
  }
}

/* What climbing from random particles to larger and larger errors found of the closed forms, and
 * their mirror images. */
static void fill_climbed(particle_batch *batch, random_stream *random, size_t index) {
  static const struct {
    double x, y, h;
    uint64_t steps;
  } found[] = {
      {0x1.1030335355bc3p-11, 0x1.e49fc7dd319eep-17, 0x1.b2e2c69987b0bp-3, 22},
      {0x1.b80f3f41db3fap-7, 0x1.8bdd14ccb58eap-6, 0x1.c9b79bd7b1108p-3, 20},
      {0x1.5de64eefce57fp-13, -0x1.0d2eff0c249d9p-11, 0x1.ab097effc430bp-3, 23},
      {0x1.c73963ebee9b5p-15, -0x1.64fb6ce0196dp-22, 0x1.b6817c7394154p-5, 349},
      {-0x1.67dd0d113452bp-7, -0x1.9a6da2c59937fp-10, 0x1.f730509aaaa71p-5, 265},
      {-0x1.02f5805880a42p-1, 0x1.ad189e6081e35p-1, 0x1.865a4ef8cee52p-10, 18846},
      {0x1.fffd3d4433d97p-1, 0x1.43a410e6d8e1cp-9, 0x1.8c5dc17bd817cp-6, 230},
      {0x1.ca69d9ef63984p-23, 0x1.f38c58e8b3e5p-26, 0x1.727518f6a91e1p-13, 32046663},
  };
  const size_t which = index % (sizeof found / sizeof *found);
  batch->timestep = 1;
  batch->steps = found[which].steps;
  for (size_t i = 0; i < batch->n; i++) {
    batch->x[i] = any_sign(random, found[which].x);
    batch->y[i] = any_sign(random, found[which].y);
    batch->ang_vel[i] = any_sign(random, found[which].h);
  }
}

typedef struct particle_class {
  const char *name;
  const char *what;
  size_t batches; /* at effort 1 */
  void (*fill)(particle_batch *batch, random_stream *random, size_t index);
} particle_class;

static const particle_class classes[] = {
    {"uniform", "x, y, ang_vel in [-1, 1), timestep 1e-5, up to 10^4 steps", 12, fill_uniform},
    {"many-steps", "x, y, ang_vel in [-1, 1), timestep 1e-6 to 1e-2, up to 10^6 steps", 8,
     fill_many_steps},
    {"near-origin", "s from 1/8 to 10^9", 24, fill_near_origin},
    {"thresholds", "s at and about 2^-1 to 2^-12", 36, fill_thresholds},
    {"quarter-turns", "angles that are multiples of pi/4, up to 2^20", 24, fill_quarter_turns},
    {"large-angles", "angles about powers of two, to 2^24 (Euler) and 2^900 (true motion)", 24,
     fill_large_angles},
    {"any-steps", "1 to 2^53 steps, s from 2^-60 to 4", 48, fill_any_steps},
    {"tiny-h", "h from 1e-322, r about 1", 12, fill_tiny_h},
    {"huge-h", "h up to 1e140, any r", 12, fill_huge_h},
    {"scales", "r from 1e-140 to 1e140", 24, fill_scales},
    {"climbed", "what a search for large errors found", 8, fill_climbed},
    {"awkward", "extreme mantissas, coordinates of unlike size, signed zeros", 24, fill_awkward},
};
enum { CLASSES = sizeof classes / sizeof *classes };

/* What was found of one kernel in one class. */
typedef struct class_finding {
  size_t particles;
  /* in units of 2^-53 r, like all errors here; of particles that turn by DIRECTED_ANGLE at most */
  double largest_error;
  double bound;        /* of that particle */
  double largest_ulps; /* the same in units in the last place of r: half as much to as much */
  double largest_radius_error;
  double largest_share; /* of its own bound; above 1 is a failure */
  /* the particle that has it */
  double x, y, ang_vel, timestep, result_x, result_y, error, error_bound;
  uint64_t steps;
} class_finding;

static double error_bound(const whirl_kernel *kernel, double angle, uint64_t steps) {
  const whirl_error_bound bound = kernel->error_bound;
  return bound.constant + bound.per_radian * angle +
         bound.per_step * (double)steps * (1 + angle / 2);
}

/* The bound of the distance from the origin alone: in closed forms no angle enters it, and when
 * stepping an error in it, though it feeds the angle, does not grow. */
static double radius_bound(const whirl_kernel *kernel, double angle, uint64_t steps) {
  const whirl_error_bound bound = kernel->error_bound;
  if (kernel->method != WHIRL_KERNEL_EULER) return bound.constant;
  return bound.constant + bound.per_radian * angle + bound.per_step * (double)steps;
}

static bool carries_angle(const whirl_kernel *kernel) {
  return kernel->method != WHIRL_KERNEL_EULER &&
         kernel->error_bound.per_radian * DIRECTED_ANGLE < 1;
}

static bool in_domain(const particle_batch *batch, const reference_motion *motion, size_t i) {
  return fabs(h_of(batch, i)) <= largest_h && hypot(batch->x[i], batch->y[i]) >= smallest_radius &&
         mpfr_cmp_d(motion->r, largest_radius) <= 0;
}

/* What is measured: a kernel's evolve, or its make_frames. */
typedef struct subject {
  const whirl_kernel *kernel;
  bool frames;
} subject;

static void move(subject of, const particle_batch *batch, double *x, double *y) {
  const whirl_kernel *kernel = of.kernel;
  if (of.frames) {
    const whirl_frames one = {.count = 1, .steps = &batch->steps, .x = x, .y = y};
    kernel->make_frames(batch->x, batch->y, batch->ang_vel, batch->n, batch->timestep, &one);
  } else {
    memcpy(x, batch->x, batch->n * sizeof *x);
    memcpy(y, batch->y, batch->n * sizeof *y);
    kernel->evolve(x, y, batch->ang_vel, batch->n, batch->timestep, batch->steps);
  }
}

static void measure(class_finding *finding, subject of, const particle_batch *batch,
                    reference_workspace *workspace) {
  const whirl_kernel *kernel = of.kernel;
  double x[MAX_PARTICLES], y[MAX_PARTICLES];
  move(of, batch, x, y);
  for (size_t i = 0; i < batch->n; i++) {
    const reference_motion *motion = &batch->motion[whirl_kernel_answers(kernel)][i];
    if (!in_domain(batch, motion, i)) continue;
    const double error = reference_error(workspace, motion, x[i], y[i]);
    const double radius_error = reference_radius_error(workspace, motion, x[i], y[i]);
    const double bound = error_bound(kernel, motion->angle, batch->steps);
    const double radius_share = radius_error / radius_bound(kernel, motion->angle, batch->steps);
    finding->particles++;
    double share = fmax(error / bound, radius_share);
    if (motion->angle <= DIRECTED_ANGLE) {
      const double ulps = error * reference_mantissa(motion);
      finding->largest_ulps = fmax(finding->largest_ulps, ulps);
      if (carries_angle(kernel)) share = fmax(share, ulps / closed_form_ulps);
      if (error >= finding->largest_error) {
        finding->largest_error = error;
        finding->bound = bound;
      }
    }
    finding->largest_radius_error = fmax(finding->largest_radius_error, radius_error);
    if (share >= finding->largest_share) {
      finding->largest_share = share;
      finding->x = batch->x[i];
      finding->y = batch->y[i];
      finding->ang_vel = batch->ang_vel[i];
      finding->timestep = batch->timestep;
      finding->steps = batch->steps;
      finding->result_x = x[i];
      finding->result_y = y[i];
      finding->error = error;
      finding->error_bound = bound;
    }
  }
}

typedef struct subject_list {
  subject *subjects;
  size_t count;
} subject_list;

typedef struct accuracy_settings {
  uint64_t seed;
  double effort;
  const char *kernel;         /* NULL: all */
  const char *particle_class; /* NULL: all */
  bool markdown;
} accuracy_settings;

static size_t scaled(size_t count, double effort) {
  return (size_t)fmax(1, round((double)count * effort));
}

/* Holds the closed form, which all else is compared with, to the stepped sum. */
static bool check_reference(reference_workspace *workspace, const accuracy_settings *settings) {
  random_stream random = random_stream_make(settings->seed, CLASSES, 0);
  reference_motion stepped, closed;
  reference_motion_init(&stepped);
  reference_motion_init(&closed);
  const size_t particles = scaled(60, settings->effort);
  double worst = -INFINITY, worst_angle = 0;
  for (size_t i = 0; i < particles; i++) {
    const uint64_t steps = i == 0 ? 1000000 : any_steps(&random, i % 10 == 0 ? 1e6 : 1e4);
    const double timestep = any_magnitude(&random, 1e-6, 1e-2);
    const double ang_vel = uniform(&random, -1, 1);
    const double r = fabs(timestep * ang_vel) / any_magnitude(&random, 1e-6, 1e6);
    const double angle = uniform(&random, -pi, pi);
    const double x = r * cos(angle), y = r * sin(angle);
    reference_euler_stepped(workspace, &stepped, x, y, ang_vel, timestep, steps);
    reference_euler_closed(workspace, &closed, x, y, ang_vel, timestep, steps);
    worst = fmax(worst, reference_log2_distance(workspace, &stepped, &closed));
    worst_angle = fmax(worst_angle, fabs(stepped.angle - closed.angle) / stepped.angle);
  }
  reference_motion_clear(&stepped);
  reference_motion_clear(&closed);
  printf("Reference: closed form against one step after another, %zu particles: "
         "at most 2^%.1f r apart.\n\n",
         particles, worst);
  return worst < -100 && worst_angle < 1e-9;
}

static void run_class(class_finding *findings, size_t class_index, reference_workspace *workspace,
                      const subject_list *subjects, const accuracy_settings *settings) {
  const particle_class *class = &classes[class_index];
  static const whirl_method methods[] = {WHIRL_METHOD_EULER, WHIRL_METHOD_EXACT};
  bool wanted[2] = {false, false};
  for (size_t k = 0; k < subjects->count; k++)
    wanted[whirl_kernel_answers(subjects->subjects[k].kernel)] = true;
  particle_batch batch;
  for (int m = 0; m < 2; m++) {
    for (size_t i = 0; i < MAX_PARTICLES; i++) reference_motion_init(&batch.motion[m][i]);
  }
  const size_t batches = scaled(class->batches, settings->effort);
  for (size_t index = 0; index < batches; index++) {
    random_stream random = random_stream_make(settings->seed, class_index, index);
    batch.n = MAX_PARTICLES;
    class->fill(&batch, &random, index);
    for (int m = 0; m < 2; m++) {
      for (size_t i = 0; wanted[m] && i < batch.n; i++) {
        (methods[m] == WHIRL_METHOD_EXACT ? reference_exact : reference_euler_closed)(
            workspace, &batch.motion[methods[m]][i], batch.x[i], batch.y[i], batch.ang_vel[i],
            batch.timestep, batch.steps);
      }
    }
    for (size_t k = 0; k < subjects->count; k++) {
      const subject of = subjects->subjects[k];
      if (of.kernel->method == WHIRL_KERNEL_EULER && batch.steps > MAX_STEPPING) continue;
      measure(&findings[k * CLASSES + class_index], of, &batch, workspace);
    }
  }
  for (int m = 0; m < 2; m++) {
    for (size_t i = 0; i < MAX_PARTICLES; i++) reference_motion_clear(&batch.motion[m][i]);
  }
}

static void print_finding(subject of, const particle_class *class, const class_finding *finding,
                          bool markdown) {
  const char *format = markdown ? "| `%s`%s | %s | %zu | %.3g | %.3g | %.3g | %.3g | %.3g %% |\n"
                                : "%15s%-7s %-14s %9zu %13.3g %9.3g %13.3g %13.3g %9.3g %%\n";
  printf(format, of.kernel->name, of.frames ? " frames" : "", class->name, finding->particles,
         finding->largest_error, finding->largest_ulps, finding->bound,
         finding->largest_radius_error, 100 * finding->largest_share);
}

static void print_table(const class_finding *findings, const subject_list *subjects,
                        bool markdown) {
  if (markdown) {
    printf("| kernel | class | particles | largest error | in ULP of r | bound there | "
           "largest error of r | largest share |\n|---|---|---:|---:|---:|---:|---:|---:|\n");
  } else {
    printf(
        "Errors in units of 2^-53 r, the largest for angles up to 2^20; share: for all.\n%15s%-7s "
        "%-14s %9s %13s %9s %13s %13s %11s\n",
        "kernel", "", "class", "particles", "largest error", "in ULP", "bound there", "error of r",
        "share");
  }
  for (size_t k = 0; k < subjects->count; k++) {
    for (size_t c = 0; c < CLASSES; c++) {
      const class_finding *finding = &findings[k * CLASSES + c];
      if (finding->particles == 0) continue;
      print_finding(subjects->subjects[k], &classes[c], finding, markdown);
    }
  }
}

/* Returns the number of kernels and classes with a result outside its bound, and tells each one's
 * worst particle. */
static size_t print_failures(const class_finding *findings, const subject_list *subjects) {
  size_t failures = 0;
  for (size_t k = 0; k < subjects->count; k++) {
    for (size_t c = 0; c < CLASSES; c++) {
      const class_finding *finding = &findings[k * CLASSES + c];
      if (finding->particles == 0 || finding->largest_share <= 1) continue;
      failures++;
      printf("\nFAILED: %s%s, %s: error %.6g, bound %.6g (share of it, of r's own or of 4 ULP: "
             "%.4g)\n"
             "  x = %a, y = %a, ang_vel = %a, timestep = %a, steps = %llu\n"
             "  gave x = %a, y = %a\n",
             subjects->subjects[k].kernel->name, subjects->subjects[k].frames ? " frames" : "",
             classes[c].name, finding->error, finding->error_bound, finding->largest_share,
             finding->x, finding->y, finding->ang_vel, finding->timestep,
             (unsigned long long)finding->steps, finding->result_x, finding->result_y);
    }
  }
  return failures;
}

static void log_line(void *context, whirl_log_level level, const char *message) {
  (void)context;
  if (level == WHIRL_LOG_ERROR) fprintf(stderr, "accuracy: %s\n", message);
}

/* Finds the features that kernels may use on this machine. */
static bool find_features(uint64_t *features) {
  whirl_options options;
  whirl_options_init(&options);
  options.log = log_line;
  whirl_dispatcher *dispatcher = NULL;
  if (whirl_dispatcher_create(&dispatcher, &options) != WHIRL_OK) return false;
  *features = whirl_dispatcher_machine(dispatcher)->features;
  whirl_dispatcher_destroy(dispatcher);
  return true;
}

/* Lists what is to be measured; names the kernels that this machine can't run, and why. */
static void select_subjects(subject_list *list, uint64_t features,
                            const accuracy_settings *settings) {
  for (size_t k = 0; k < whirl_kernel_count(); k++) {
    const whirl_kernel *kernel = whirl_kernel_at(k);
    if (kernel->threaded) continue; /* the same function as its serial self */
    if (settings->kernel && strcmp(settings->kernel, kernel->name) != 0) continue;
    const uint64_t missing = kernel->features & ~features;
    if (!missing) {
      list->subjects[list->count++] = (subject){kernel, false};
      if (kernel->make_frames) list->subjects[list->count++] = (subject){kernel, true};
      continue;
    }
    printf("skipped: %s, this machine lacks", kernel->name);
    for (uint64_t bit = 1; bit && bit <= missing; bit <<= 1) {
      if (missing & bit) printf(" %s", whirl_feature_name((whirl_feature)bit));
    }
    printf("\n");
  }
}

static int run(const accuracy_settings *settings) {
  uint64_t features = 0;
  if (!find_features(&features)) return 1;
  const size_t most = 2 * whirl_kernel_count();
  subject_list subjects = {.subjects = calloc(most, sizeof *subjects.subjects)};
  class_finding *findings = calloc(most * CLASSES, sizeof *findings);
  if (!subjects.subjects || !findings) {
    fprintf(stderr, "accuracy: out of memory\n");
    free(subjects.subjects);
    free(findings);
    return 1;
  }
  printf("seed %llu, effort %g\n", (unsigned long long)settings->seed, settings->effort);
  int status = 0;
  reference_workspace *workspace = reference_create();
  select_subjects(&subjects, features, settings);
  if (subjects.count > 0) {
    const bool reference_holds = check_reference(workspace, settings);
    const bool progress = isatty(STDERR_FILENO);
    for (size_t c = 0; c < CLASSES; c++) {
      if (settings->particle_class && strcmp(settings->particle_class, classes[c].name) != 0) {
        continue;
      }
      if (progress) fprintf(stderr, "\r\033[K%s", classes[c].name);
      run_class(findings, c, workspace, &subjects, settings);
    }
    if (progress) fprintf(stderr, "\r\033[K");
    print_table(findings, &subjects, settings->markdown);
    const size_t failures = print_failures(findings, &subjects);
    if (!reference_holds) printf("\nFAILED: the closed form of the reference\n");
    if (failures > 0 || !reference_holds) status = 1;
  }
  reference_destroy(workspace);
  free(subjects.subjects);
  free(findings);
  return status;
}

static void print_help(void) {
  printf("Usage: accuracy [OPTION]...\n"
         "Measure the kernels' errors against exact arithmetic and hold them to their bounds.\n\n"
         "  --seed=N         of the random particles (default %d)\n"
         "  --kernel=NAME    this kernel alone\n"
         "  --class=NAME     this class of particles alone\n"
         "  --effort=E       E times as many particles (default 1: some seconds)\n"
         "  --quick          the same as --effort=0.1\n"
         "  --format=FORMAT  text (default) or markdown\n"
         "  --help           print this and exit\n"
         "  --version        print the version and exit\n\nClasses of particles:\n",
         DEFAULT_SEED);
  for (size_t c = 0; c < CLASSES; c++) printf("  %-15s  %s\n", classes[c].name, classes[c].what);
  printf("\nExit status: 0 if every result is within its bound, 1 if not, 2 for bad usage.\n");
}

static int bad_usage(const char *what, const char *value) {
  fprintf(stderr, "accuracy: %s: %s\nTry 'accuracy --help'.\n", what, value);
  return 2;
}

static bool is_class(const char *name) {
  for (size_t c = 0; c < CLASSES; c++) {
    if (strcmp(name, classes[c].name) == 0) return true;
  }
  return false;
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"seed", required_argument, NULL, 's'},
      {"kernel", required_argument, NULL, 'k'},
      {"class", required_argument, NULL, 'c'},
      {"effort", required_argument, NULL, 'e'},
      {"quick", no_argument, NULL, 'q'},
      {"format", required_argument, NULL, 'f'},
      {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'v'},
      {NULL, 0, NULL, 0},
  };
  accuracy_settings settings = {.seed = DEFAULT_SEED, .effort = 1};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    char *end = NULL;
    errno = 0;
    switch (option) {
    case 's':
      settings.seed = strtoull(optarg, &end, 0);
      if (*end || end == optarg || errno) return bad_usage("not a seed", optarg);
      break;
    case 'k':
      settings.kernel = optarg;
      if (!whirl_kernel_find(optarg)) return bad_usage("no such kernel", optarg);
      settings.kernel = whirl_kernel_find(optarg)->name;
      if (whirl_kernel_find(optarg)->threaded) {
        return bad_usage("only serial kernels are measured", optarg);
      }
      break;
    case 'c':
      settings.particle_class = optarg;
      if (!is_class(optarg)) return bad_usage("no such class", optarg);
      break;
    case 'e':
      settings.effort = strtod(optarg, &end);
      if (*end || end == optarg || !(settings.effort > 0 && settings.effort <= 1e6)) {
        return bad_usage("not an effort", optarg);
      }
      break;
    case 'q':
      settings.effort = 0.1;
      break;
    case 'f':
      settings.markdown = strcmp(optarg, "markdown") == 0;
      if (!settings.markdown && strcmp(optarg, "text") != 0) {
        return bad_usage("no such format", optarg);
      }
      break;
    case 'h':
      print_help();
      return 0;
    case 'v':
      printf("accuracy (whirl) %s\n", whirl_version());
      return 0;
    default:
      fprintf(stderr, "Try 'accuracy --help'.\n");
      return 2;
    }
  }
  if (optind < argc) return bad_usage("unexpected argument", argv[optind]);
  return run(&settings);
}
