/* What every kernel is held to: lists of properties, from which test_kernels.c makes its matrix. */
#ifndef WHIRL_TESTS_PROPERTIES_H
#define WHIRL_TESTS_PROPERTIES_H

#include "../support/suite.h"

/* Of the kernel's own function, called directly: its results, its ranges, its particles that keep
 * still or are no numbers. A kernel and its -omp form share that function. */
extern const test_property_list result_properties;
extern const test_property_list range_properties;
extern const test_property_list particle_properties;

/* Of a closed form's make_frames, beside those of a single frame, which are the three above. */
extern const test_property_list frame_properties;

/* Of the kernel run by a dispatcher, over threads where it is of that kind. */
extern const test_property_list dispatcher_properties;

/* That the kernels of one family give the same bits: `other` is the family's first. */
test_function family_same_bits;

#endif
