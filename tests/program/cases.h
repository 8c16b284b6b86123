/* The cases of what the programs share, one list for each subject. */
#ifndef WHIRL_TESTS_PROGRAM_CASES_H
#define WHIRL_TESTS_PROGRAM_CASES_H

#include "../support/suite.h"

void add_parse_cases(test_suite *suite);
void add_progress_cases(test_suite *suite);
void add_utf8_cases(test_suite *suite);

#endif
