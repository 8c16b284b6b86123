/* White-box tests of the library's pure functions: what it makes of CPU registers, cgroup files,
 * options, the environment and an amount of work, on machines that the tests make up. */
#include "decisions/cases.h"

int main(int argc, char **argv) {
  test_suite suite = {.name = "decisions"};
  add_choice_cases(&suite);
  add_cpu_cases(&suite);
  add_machine_cases(&suite);
  add_process_cases(&suite);
  add_quota_cases(&suite);
  add_scenarios_cases(&suite);
  add_settings_cases(&suite);
  add_steps_cases(&suite);
  add_threads_cases(&suite);
  add_topology_cases(&suite);
  add_tuning_cases(&suite);
  return suite_run(&suite, argc, argv);
}
