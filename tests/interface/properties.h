/* What the public interface is held to, subject by subject. */
#ifndef WHIRL_TESTS_INTERFACE_PROPERTIES_H
#define WHIRL_TESTS_INTERFACE_PROPERTIES_H

#include "../support/suite.h"

extern const test_property_list constant_properties;
extern const test_property_list option_properties;
extern const test_property_list environment_properties;
extern const test_property_list storage_properties;
extern const test_property_list random_properties;
extern const test_property_list close_properties;
extern const test_property_list close_pairs_properties;
extern const test_property_list trajectory_properties;
extern const test_property_list evolve_properties;
extern const test_property_list choice_properties;
extern const test_property_list lookup_properties;
extern const test_property_list machine_properties;
extern const test_property_list concurrency_properties;

#endif
