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

/* Adds what is true of a function that moves particles: evolve, or for a kernel without, a frame of
 * make_frames. first is the first of its family, or NULL. */
static void add_mover(test_suite *suite, const whirl_kernel *mover, const whirl_kernel *first) {
  suite_add_properties(suite, mover->name, result_properties, mover);
  suite_add_properties(suite, mover->name, range_properties, mover);
  suite_add_properties(suite, mover->name, particle_properties, mover);
  if (!first || first == mover) return;
  char name[64];
  snprintf(name, sizeof name, "bits_of_%s", first->name);
  suite_add(suite, mover->name, name, family_same_bits, mover, first);
}

/* A closed form as one that makes frames and nothing else. They live as long as the program. */
static const whirl_kernel *frames_of(const whirl_kernel *kernel) {
  enum { MOST = 64 };
  static whirl_kernel makers[MOST];
  static char names[MOST][64];
  static size_t count;
  if (!kernel) return NULL;
  for (size_t i = 0; i < count; i++)
    if (makers[i].make_frames == kernel->make_frames) return &makers[i];
  if (count == MOST) return NULL;
  snprintf(names[count], sizeof *names, "%s-frames", kernel->name);
  makers[count] = *kernel;
  makers[count].name = names[count];
  makers[count].evolve = NULL;
  return &makers[count++];
}

int main(int argc, char **argv) {
  test_suite suite = {.name = "kernels"};
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *kernel = whirl_kernel_at(i);
    suite_add_properties(&suite, kernel->name, dispatcher_properties, kernel);
    if (kernel->threaded) continue;
    add_mover(&suite, kernel, first_of_family(kernel));
    if (!kernel->make_frames) continue;
    const whirl_kernel *maker = frames_of(kernel);
    add_mover(&suite, maker, frames_of(first_of_family(kernel)));
    suite_add_properties(&suite, maker->name, frame_properties, maker);
  }
  return suite_run(&suite, argc, argv);
}
