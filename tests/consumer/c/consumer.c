/* A program outside of whirl: evolves the three reference particles, held in arrays of its own, and
 * fails where one of them does not arrive. It must not know more than an installed tree tells. */
#include <stdio.h>
#include <string.h>

#include <whirl/whirl.h>

enum { N = 3 };
static const double expected_x[N] = {0.210269, -0.099334, 0.191358};
static const double expected_y[N] = {0.543863, -0.490034, -0.365227};

static bool near(double a, double b) {
  return a - b < 1e-5 && b - a < 1e-5;
}

int main(void) {
  char headers[32];
  snprintf(headers, sizeof headers, "%d.%d.%d", WHIRL_VERSION_MAJOR, WHIRL_VERSION_MINOR,
           WHIRL_VERSION_PATCH);
  if (strcmp(headers, whirl_version()) != 0) {
    fprintf(stderr, "the headers are of %s, the library is of %s\n", headers, whirl_version());
    return 1;
  }

  double x[N] = {0.3, 0.0, -0.1};
  double y[N] = {0.5, -0.5, -0.4};
  double ang_vel[N] = {1, -1, 3};
  whirl_dispatcher *dispatcher;
  whirl_status status = whirl_dispatcher_create(&dispatcher, NULL);
  if (status == WHIRL_OK) {
    const whirl_particles particles = {N, x, y, ang_vel};
    status = whirl_evolve(dispatcher, particles, 0.1);
    whirl_dispatcher_destroy(dispatcher);
  }
  if (status != WHIRL_OK) {
    fprintf(stderr, "%s\n", whirl_status_string(status));
    return 1;
  }

  int failures = 0;
  for (size_t i = 0; i < N; i++) {
    printf("(%.9f, %.9f)\n", x[i], y[i]);
    failures += !near(x[i], expected_x[i]) || !near(y[i], expected_y[i]);
  }
  return failures > 0;
}
