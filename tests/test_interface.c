/* The public interface as a program sees it that links the shared library: what each call gives,
 * and every way in which it can fail. */
#include "interface/properties.h"

int main(int argc, char **argv) {
  test_suite suite = {.name = "interface"};
  suite_add_properties(&suite, "constants", constant_properties, NULL);
  suite_add_properties(&suite, "options", option_properties, NULL);
  suite_add_properties(&suite, "environment", environment_properties, NULL);
  suite_add_properties(&suite, "storage", storage_properties, NULL);
  suite_add_properties(&suite, "random", random_properties, NULL);
  suite_add_properties(&suite, "close", close_properties, NULL);
  suite_add_properties(&suite, "close_pairs", close_pairs_properties, NULL);
  suite_add_properties(&suite, "trajectory", trajectory_properties, NULL);
  suite_add_properties(&suite, "evolve", evolve_properties, NULL);
  suite_add_properties(&suite, "choice", choice_properties, NULL);
  suite_add_properties(&suite, "machine", machine_properties, NULL);
  suite_add_properties(&suite, "lookups", lookup_properties, NULL);
  suite_add_properties(&suite, "concurrency", concurrency_properties, NULL);
  return suite_run(&suite, argc, argv);
}
