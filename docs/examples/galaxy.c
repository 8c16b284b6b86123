/* A simulation that was not written for whirl and uses it: a disc galaxy with a flat rotation
 * curve, whose stars whirl moves along their circles, while this program's own loops add the forces
 * of a rotating bar. docs/embedding.md walks through it; it reads from top to bottom. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <whirl/whirl.h>

/* Lengths are in lengths of the bar, speeds in the speed of the flat rotation curve, which is 1. */
static const double inner_radius = 1, outer_radius = 5;
static const double bar_strength = 0.1, bar_angular_rate = 0.55, bar_growth_time = 2;

/* One step of this program is 20 of whirl's. Euler's steps leave the circle along its tangent, so
 * that r grows by timestep / (2 r) in a unit of time; WHIRL_METHOD_EXACT would not have this. */
static const double timestep = 0.0005;
enum { SUBSTEPS = 20, REPORT_EVERY = 100 };

/* Sums are made of blocks of so many stars, added in order: they do not depend on the threads. */
enum { BLOCK = 4096 };

enum { BAD_USAGE = 2 };

typedef struct parameters {
  uint64_t stars, steps, seed;
  bool bar;
} parameters;

typedef struct galaxy {
  whirl_particles stars; /* x, y, and the speed along the circle: what whirl works on */
  double *radial_speed;  /* what whirl knows nothing of */
  double *start_squared; /* the square of the distance from the origin at the start */
} galaxy;

/* A library must not print; a program may, and decides what. */
static void print_warnings(void *context, whirl_log_level level, const char *message) {
  const char *program = context;
  if (level == WHIRL_LOG_INFO) return;
  fprintf(stderr, "%s: %s: %s\n", program, level == WHIRL_LOG_ERROR ? "error" : "warning", message);
}

static void fail(const char *what, const char *why) {
  fprintf(stderr, "galaxy: %s: %s\n", what, why);
  exit(EXIT_FAILURE);
}

static void check(whirl_status status, const char *what) {
  if (status != WHIRL_OK) fail(what, whirl_status_string(status));
}

static whirl_dispatcher *create_dispatcher(void) {
  static char program[] = "galaxy";
  whirl_options options;
  whirl_options_init(&options);
  options.timestep = timestep;
  /* Without this whirl may choose another kernel for another number of threads, and the last digits
   * would differ. */
  options.bitwise = true;
  options.log = print_warnings;
  options.log_context = program;
  whirl_dispatcher *dispatcher;
  check(whirl_dispatcher_create(&dispatcher, &options), "no dispatcher");
  return dispatcher;
}

/* Whole cache lines, so that no two threads write into the same one. */
static double *allocate(size_t n) {
  double *array = aligned_alloc(64, (n * sizeof *array + 63) / 64 * 64);
  if (!array) fail("no room for the stars", "the system has no memory left for them");
  return array;
}

/* A Mestel disc, the one whose own gravity makes the rotation curve flat: the mass within r is
 * proportional to r, so r is uniform. L. Mestel, MNRAS 126 (1963) 553. */
static galaxy create_galaxy(const whirl_dispatcher *dispatcher, size_t n, uint64_t seed) {
  galaxy g = {.stars = {.n = n, .x = allocate(n), .y = allocate(n), .ang_vel = allocate(n)},
              .radial_speed = allocate(n),
              .start_squared = allocate(n)};
  /* Star i depends on the seed and on i alone. The memory is fresh, so this also puts each page
   * near the thread that will work on it. */
  check(whirl_particles_random(dispatcher, g.stars, seed, 0), "no random numbers");
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++) {
    const double fraction = (g.stars.x[i] + 1) / 2, angle = M_PI * g.stars.y[i];
    const double r = inner_radius + (outer_radius - inner_radius) * fraction;
    const double x = r * cos(angle), y = r * sin(angle);
    g.stars.x[i] = x;
    g.stars.y[i] = y;
    g.stars.ang_vel[i] = 1;
    g.radial_speed[i] = 0;
    g.start_squared[i] = x * x + y * y;
  }
  return g;
}

static void free_galaxy(galaxy *g) {
  free(g->stars.x); /* its own arrays, so not whirl_particles_free */
  free(g->stars.y);
  free(g->stars.ang_vel);
  free(g->radial_speed);
  free(g->start_squared);
}

/* Everything but the motion along the circle: the galaxy's gravity against the centrifugal force, a
 * bar with the potential -strength * r^2 / (1 + r^2)^(5/2) * cos(2 (phi - bar_angle)), and the
 * radial motion, which keeps the angular momentum. */
static void push(galaxy *g, double strength, double bar_angle, double dt) {
  const double bar_cos = cos(2 * bar_angle), bar_sin = sin(2 * bar_angle);
  double *x = g->stars.x, *y = g->stars.y, *speed = g->stars.ang_vel, *radial = g->radial_speed;
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < g->stars.n; i++) {
    const double rr = x[i] * x[i] + y[i] * y[i], r = sqrt(rr), s = 1 + rr;
    const double cos_2phi = (x[i] * x[i] - y[i] * y[i]) / rr, sin_2phi = 2 * x[i] * y[i] / rr;
    const double along = cos_2phi * bar_cos + sin_2phi * bar_sin; /* cos(2 (phi - bar_angle)) */
    const double across = sin_2phi * bar_cos - cos_2phi * bar_sin;
    const double force = strength * r / (s * s * sqrt(s));
    radial[i] += dt * ((speed[i] * speed[i] - 1) / r + force * (2 - 5 * rr / s) * along);
    speed[i] -= dt * 2 * force * across;
    const double stretch = (r + dt * radial[i]) / r;
    x[i] *= stretch;
    y[i] *= stretch;
    speed[i] /= stretch;
  }
}

enum { RADIUS, RADIUS_SQUARED, ANGULAR_MOMENTUM, RADIAL_SPEED_SQUARED, SUMS };

static void report(const galaxy *g, uint64_t step) {
  const size_t n = g->stars.n, blocks = (n + BLOCK - 1) / BLOCK;
  double(*sums)[SUMS] = calloc(blocks, sizeof *sums);
  if (!sums) fail("no diagnostics", "the system has no memory left for them");
#pragma omp parallel for schedule(static)
  for (size_t block = 0; block < blocks; block++) {
    const size_t end = block + 1 < blocks ? (block + 1) * BLOCK : n;
    for (size_t i = block * BLOCK; i < end; i++) {
      const double r = sqrt(g->stars.x[i] * g->stars.x[i] + g->stars.y[i] * g->stars.y[i]);
      sums[block][RADIUS] += r;
      sums[block][RADIUS_SQUARED] += r * r;
      sums[block][ANGULAR_MOMENTUM] += r * g->stars.ang_vel[i];
      sums[block][RADIAL_SPEED_SQUARED] += g->radial_speed[i] * g->radial_speed[i];
    }
  }
  double mean[SUMS] = {0};
  for (size_t block = 0; block < blocks; block++) {
    for (int k = 0; k < SUMS; k++) mean[k] += sums[block][k] / (double)n;
  }
  free(sums);
  /* A single star has no spread, and rounding may leave less than that. */
  const double variance = fmax(0, mean[RADIUS_SQUARED] - mean[RADIUS] * mean[RADIUS]);
  printf("%" PRIu64 " %.4g %.17g %.17g %.17g %.17g\n", step, (double)step * SUBSTEPS * timestep,
         mean[RADIUS], sqrt(variance), mean[ANGULAR_MOMENTUM], sqrt(mean[RADIAL_SPEED_SQUARED]));
}

/* How far the squares of the stars' distances are from r^2 + N h^2, which is what N Euler steps
 * along the circle make of r^2 in exact arithmetic, relative to that. Only without a bar. */
static double largest_deviation(const galaxy *g, uint64_t steps) {
  double largest = 0; /* a maximum is the same in any order */
#pragma omp parallel for schedule(static) reduction(max : largest)
  for (size_t i = 0; i < g->stars.n; i++) {
    const double x = g->stars.x[i], y = g->stars.y[i], h = timestep * g->stars.ang_vel[i];
    const double expected = g->start_squared[i] + (double)steps * SUBSTEPS * h * h;
    largest = fmax(largest, fabs(x * x + y * y - expected) / expected);
  }
  return largest;
}

static void run(const parameters *p) {
  whirl_dispatcher *dispatcher = create_dispatcher();
  whirl_choice choice;
  check(whirl_choose(dispatcher, p->stars, SUBSTEPS, &choice), "no choice");
  fprintf(stderr, "galaxy: whirl takes %s on %u thread%s: %s\n", choice.kernel->name,
          choice.threads, choice.threads == 1 ? "" : "s", choice.reason);

  galaxy g = create_galaxy(dispatcher, p->stars, p->seed);
  puts("# step time mean_radius radius_spread angular_momentum_per_star radial_speed_spread");
  report(&g, 0);
  const double dt = SUBSTEPS * timestep;
  for (uint64_t step = 1; step <= p->steps; step++) {
    const double time = (double)(step - 1) * dt;
    const double strength = p->bar ? bar_strength * fmin(1, time / bar_growth_time) : 0;
    push(&g, strength, bar_angular_rate * time, dt);
    check(whirl_evolve_steps(dispatcher, g.stars, SUBSTEPS), "the stars did not move");
    if (step % REPORT_EVERY == 0 || step == p->steps) report(&g, step);
  }
  if (!p->bar)
    printf("# largest relative deviation from r^2 + N h^2: %.3g\n",
           largest_deviation(&g, p->steps));
  free_galaxy(&g);
  whirl_dispatcher_destroy(dispatcher);
}

static uint64_t read_number(const char *option, const char *text, uint64_t least, uint64_t most) {
  errno = 0;
  const uint64_t number = strtoull(text, NULL, 10);
  /* strtoull would take blanks and signs as well. */
  const bool digits = *text && text[strspn(text, "0123456789")] == '\0' && errno == 0;
  if (digits && number >= least && number <= most) return number;
  fprintf(stderr, "galaxy: --%s %s: give a whole number from %" PRIu64 " to %" PRIu64 "\n", option,
          text, least, most);
  exit(BAD_USAGE);
}

static const char help[] =
    "Usage: galaxy [OPTION]...\n"
    "Moves the stars of a disc galaxy with a rotating bar, and prints how the disc does.\n"
    "\n"
    "  --stars N   number of stars (default: 1000000)\n"
    "  --steps N   number of steps of 0.01 (default: 1000)\n"
    "  --seed N    seed of the stars' places (default: 1)\n"
    "  --no-bar    leave the bar away, and check that each star keeps to its way\n"
    "  --help      show this help\n"
    "  --version   show the version\n"
    "\n"
    "Exit status: 0; 1 when something failed; 2 for bad usage.\n"
    "The variables OMP_NUM_THREADS and WHIRL_NUM_THREADS change the speed, and no digit.\n";

static parameters read_options(int argc, char **argv) {
  enum { STARS = 1, STEPS, SEED, NO_BAR, HELP, VERSION };
  static const struct option options[] = {{"stars", required_argument, NULL, STARS},
                                          {"steps", required_argument, NULL, STEPS},
                                          {"seed", required_argument, NULL, SEED},
                                          {"no-bar", no_argument, NULL, NO_BAR},
                                          {"help", no_argument, NULL, HELP},
                                          {"version", no_argument, NULL, VERSION},
                                          {NULL, 0, NULL, 0}};
  const uint64_t most = UINT64_C(1000000000000);
  parameters p = {.stars = 1000000, .steps = 1000, .seed = 1, .bar = true};
  for (int id; (id = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    const char *name = id == '?' ? "" : options[id - 1].name;
    if (id == STARS) p.stars = read_number(name, optarg, 1, most);
    if (id == STEPS) p.steps = read_number(name, optarg, 0, most);
    if (id == SEED) p.seed = read_number(name, optarg, 0, UINT64_MAX);
    if (id == NO_BAR) p.bar = false;
    if (id == HELP) fputs(help, stdout);
    if (id == VERSION) printf("galaxy (whirl) %s\n", whirl_version());
    if (id == HELP || id == VERSION) exit(fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    if (id == '?') exit(BAD_USAGE); /* getopt_long has said what is wrong */
  }
  if (optind == argc) return p;
  fprintf(stderr, "galaxy: '%s': every argument is an option; --help lists them\n", argv[optind]);
  exit(BAD_USAGE);
}

int main(int argc, char **argv) {
  const parameters p = read_options(argc, argv);
  run(&p);
  if (fflush(stdout) != 0 || ferror(stdout)) fail("standard output", "it can't be written");
  return EXIT_SUCCESS;
}
