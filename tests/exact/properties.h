/* What is compared with exact arithmetic, beside the kernels, which the program accuracy measures.
 */
#ifndef WHIRL_TESTS_EXACT_PROPERTIES_H
#define WHIRL_TESTS_EXACT_PROPERTIES_H

#include "../support/suite.h"

extern const test_property_list euler_error_properties;
extern const test_property_list largest_timestep_properties;
extern const test_property_list film_properties;

#endif
