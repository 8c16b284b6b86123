/* The cases of the benchmark driver, one list for each subject. */
#ifndef WHIRL_TESTS_BENCH_CASES_H
#define WHIRL_TESTS_BENCH_CASES_H

#include "../support/suite.h"

void add_compare_cases(test_suite *suite);
void add_disturbance_cases(test_suite *suite);
void add_limits_cases(test_suite *suite);
void add_python_cases(test_suite *suite);
void add_reference_cases(test_suite *suite);
void add_rounds_cases(test_suite *suite);
void add_statistics_cases(test_suite *suite);

#endif
