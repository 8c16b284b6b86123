/* The matrix of all kernels of this build and all properties that a kernel has to have. A kernel
 * that is added to the table is in the matrix. */
#include <stdio.h>
#include <string.h>

#include <whirl/kernel.h>

#include "kernels/properties.h"
#include "support/suite.h"

/* The length of FAMILY in the name FAMILY-ISA, or 0 where the name is no such. */
static size_t family_length(const whirl_kernel *kernel) {
  const size_t length = strlen(kernel->name), isa = strlen(kernel->isa);
  if (length < isa + 2 || strcmp(kernel->name + length - isa, kernel->isa) != 0) return 0;
  return kernel->name[length - isa - 1] == '-' ? length - isa - 1 : 0;
}

/* The first SIMD kernel of the family that the kernel belongs to, or NULL where it has no family.
 */
static const whirl_kernel *first_of_family(const whirl_kernel *kernel) {
  const size_t length = family_length(kernel);
  if (length == 0 || kernel->threaded || kernel->numeric_class != WHIRL_BOUNDED) return NULL;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *other = whirl_kernel_at(i);
    if (other->threaded || other->numeric_class != WHIRL_BOUNDED ||
        other->method != kernel->method || family_length(other) != length)
      continue;
    if (strncmp(other->name, kernel->name, length) == 0) return other;
  }
  return NULL;
}

int main(int argc, char **argv) {
  test_suite suite = {.name = "kernels"};
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    if (!kernel->threaded) {
      suite_add_properties(&suite, kernel->name, result_properties, kernel);
      suite_add_properties(&suite, kernel->name, range_properties, kernel);
      suite_add_properties(&suite, kernel->name, particle_properties, kernel);
    }
    suite_add_properties(&suite, kernel->name, dispatcher_properties, kernel);
    const whirl_kernel *first = first_of_family(kernel);
    if (first && first != kernel) {
      char name[64];
      snprintf(name, sizeof name, "bits_of_%s", first->name);
      suite_add(&suite, kernel->name, name, family_same_bits, kernel, first);
    }
  }
  return suite_run(&suite, argc, argv);
}
