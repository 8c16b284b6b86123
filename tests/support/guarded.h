/* Particles whose arrays lie against pages that may not be touched, with canaries in what is left
 * of their own pages, and with ang_vel read-only: a kernel that reads or writes past its range on
 * that side faults, one that writes past the other changes a canary. Where the environment has
 * WHIRL_TEST_READABLE_GUARDS, those pages may be read: qemu-x86_64 reads all lanes of a masked load
 * of AVX, those outside the mask too, which no CPU that the suite has met does. */
#ifndef WHIRL_TESTS_GUARDED_H
#define WHIRL_TESTS_GUARDED_H

#include <stddef.h>

#include <whirl/particles.h>

typedef enum guard_side { GUARD_BEFORE, GUARD_AFTER } guard_side;

typedef struct guarded_array {
  unsigned char *mapping;
  size_t mapping_bytes;
  double *pages; /* what lies between the two guard pages */
  size_t length; /* in doubles */
  double *values;
} guarded_array;

typedef struct guarded_particles {
  guarded_array x, y, ang_vel;
  size_t capacity;
  whirl_particles p; /* as the last guarded_place put them */
} guarded_particles;

/* Room for `capacity` particles and offsets. */
guarded_particles guarded_new(size_t capacity);
void guarded_delete(guarded_particles *g);

/* Puts copies of the particles so that x begins offset_x doubles after the guard page before it, or
 * ends that many doubles before the guard page after it; likewise y and ang_vel. */
void guarded_place(guarded_particles *g, whirl_particles particles, guard_side side,
                   size_t offset_x, size_t offset_y, size_t offset_ang_vel);

/* Fails the test case where a double outside the arrays has changed, and says how far from the
 * first particle. The format and its arguments tell the circumstances. */
#define assert_undamaged(g, ...) guarded_check(g, __FILE__, __LINE__, __VA_ARGS__)
void guarded_check(const guarded_particles *g, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
