/* Euler's error, the timestep that keeps it small, and trajectories against exact arithmetic. */
#include "exact/properties.h"

int main(int argc, char **argv) {
  test_suite suite = {.name = "exact"};
  suite_add_properties(&suite, "euler_error", euler_error_properties, NULL);
  suite_add_properties(&suite, "largest_timestep", largest_timestep_properties, NULL);
  suite_add_properties(&suite, "film", film_properties, NULL);
  return suite_run(&suite, argc, argv);
}
