/* Particles that a user gives in a file. Everything that is read is checked; what is wrong is told
 * with its place. Knows nothing of what is done with the particles. */
#ifndef WHIRL_SIM_INPUT_H
#define WHIRL_SIM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Particles whose number is not known before they are read. */
typedef struct particle_list {
  size_t n;
  size_t capacity;
  double *x, *y, *ang_vel;
} particle_list;

/* One sentence, which begins with the place: file, line and column, or what a binary file has. */
enum { INPUT_ERROR_SIZE = 512 };
typedef struct input_error {
  char text[INPUT_ERROR_SIZE];
} input_error;

/* Reads the particles of a file, "-" being standard input, into the empty list: .npy where the name
 * or the first byte says so, otherwise CSV. False where anything is wrong; the list is to be
 * cleared all the same. */
bool input_read(const char *path, particle_list *list, input_error *error);

/* CSV: a header that names the columns x, y and ang_vel, or omega for a true angular rate, in any
 * order, and a line for each particle. A particle with omega gets ang_vel = omega * r. name is the
 * file's, for messages. */
bool csv_read(FILE *file, const char *name, particle_list *list, input_error *error);

/* NumPy's format, 1.0 to 3.0: float64 of shape (n, 3), the columns x, y and ang_vel, in either byte
 * order, row by row or column by column. */
bool npy_read(FILE *file, const char *name, particle_list *list, input_error *error);

/* Room for n particles. False, and told, where memory is out. */
bool particle_list_reserve(particle_list *list, size_t n, const char *name, input_error *error);
void particle_list_clear(particle_list *list);

/* Sets the error's text and returns false, for `return input_fail(...)`. */
__attribute__((format(printf, 2, 3))) bool input_fail(input_error *error, const char *format, ...);

/* The error of a file that can't be opened or read, after errno. */
bool input_fail_to_read(input_error *error, const char *name);

#endif
