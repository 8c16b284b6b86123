/* The tables that kernels/CMakeLists.txt writes: every kernel of this build, and every instruction
 * set, from the least to the most demanding. */
#ifndef WHIRL_KERNELS_TABLE_H
#define WHIRL_KERNELS_TABLE_H

#include <whirl/kernel.h>

extern const whirl_kernel *const whirl_kernel_table[];
extern const size_t whirl_kernel_table_count;

extern const char *const whirl_isa_table[];
extern const size_t whirl_isa_table_count;

#endif
