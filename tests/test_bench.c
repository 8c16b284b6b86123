/* White-box tests of the benchmark driver: that its statistics are what they are called, that a
 * wrong result does not pass, and that it is on speaking terms with Python. */
#include "bench/cases.h"

int main(int argc, char **argv) {
  test_suite suite = {.name = "bench"};
  add_compare_cases(&suite);
  add_statistics_cases(&suite);
  add_reference_cases(&suite);
  add_rounds_cases(&suite);
  add_python_cases(&suite);
  add_disturbance_cases(&suite);
  add_limits_cases(&suite);
  return suite_run(&suite, argc, argv);
}
