/* The cases of what the library decides without touching the machine, one list for each subject. */
#ifndef WHIRL_TESTS_CASES_H
#define WHIRL_TESTS_CASES_H

#include "../support/suite.h"

void add_choice_cases(test_suite *suite);
void add_cpu_cases(test_suite *suite);
void add_machine_cases(test_suite *suite);
void add_process_cases(test_suite *suite);
void add_quota_cases(test_suite *suite);
void add_scenarios_cases(test_suite *suite);
void add_settings_cases(test_suite *suite);
void add_steps_cases(test_suite *suite);
void add_threads_cases(test_suite *suite);
void add_topology_cases(test_suite *suite);
void add_tuning_cases(test_suite *suite);

#endif
