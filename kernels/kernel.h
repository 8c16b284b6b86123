/* The contract that a kernel's source file meets: one serial function over a contiguous range of
 * particles, and the constant descriptor that tells what it promises, needs and costs. A kernel
 * knows nothing of threads, topology, allocation or options.
 *
 * The line in kernels/CMakeLists.txt that adds a kernel gives its file these macros:
 *   WHIRL_KERNEL_ID        its name as an identifier, with _ for -
 *   WHIRL_KERNEL_NAME      its name as a string
 *   WHIRL_KERNEL_OMP_NAME  the name of the same kernel over threads
 *   WHIRL_KERNEL_ISA       the instruction set that the file is compiled for, as a string
 *   WHIRL_KERNEL_FEATURES  the CPU features that this instruction set demands
 *   WHIRL_SIMD_HEADER      for a SIMD kernel: the header with that instruction set's vectors */
#ifndef WHIRL_KERNELS_KERNEL_H
#define WHIRL_KERNELS_KERNEL_H

#include <whirl/kernel.h>

#define WHIRL_PASTE_(a, b) a##b
#define WHIRL_PASTE(a, b) WHIRL_PASTE_(a, b)

/* The kernel function's name, the one that profilers show: whirl_kernel_avx2, say. */
#define WHIRL_KERNEL_FUNCTION WHIRL_PASTE(whirl_kernel_, WHIRL_KERNEL_ID)

/* A large function of the kernel's own that is not inlined: whirl_kernel_spiral_avx2_NAME. With one
 * name for those of several kernels, profilers would take one kernel's time for another's. */
#define WHIRL_KERNEL_PART(name) WHIRL_PASTE(WHIRL_KERNEL_FUNCTION, _##name)

/* The function of a closed form that makes frames: whirl_frames_spiral_avx2, say. */
#define WHIRL_FRAMES_FUNCTION WHIRL_PASTE(whirl_frames_, WHIRL_KERNEL_ID)

/* What depends on how a compiler compiles: gcc 12 and clang 14 were looked at. */
#ifdef __clang__
#define WHIRL_BY_COMPILER(gcc, clang) (clang)
#else
#define WHIRL_BY_COMPILER(gcc, clang) (gcc)
#endif

/* Defines the descriptor of the kernel in this file, which for a closed form says
 * .make_frames = WHIRL_FRAMES_FUNCTION, and that of the same kernel over threads. The
 * arguments are initialisers of a whirl_kernel's other fields. */
#define WHIRL_DESCRIBE_KERNEL(...)                                                                 \
  WHIRL_DESCRIPTOR_(WHIRL_PASTE(whirl_descriptor_, WHIRL_KERNEL_ID), WHIRL_KERNEL_NAME, NULL,      \
                    false, __VA_ARGS__)                                                            \
  WHIRL_DESCRIPTOR_(WHIRL_PASTE(WHIRL_PASTE(whirl_descriptor_, WHIRL_KERNEL_ID), _omp),            \
                    WHIRL_KERNEL_OMP_NAME, WHIRL_KERNEL_NAME "-omp", true, __VA_ARGS__)

#define WHIRL_DESCRIPTOR_(identifier, kernel_name, kernel_alias, is_threaded, ...)                 \
  extern const whirl_kernel identifier;                                                            \
  const whirl_kernel identifier = {                                                                \
      .name = kernel_name,                                                                         \
      .alias = kernel_alias,                                                                       \
      .isa = WHIRL_KERNEL_ISA,                                                                     \
      .features = WHIRL_KERNEL_FEATURES,                                                           \
      .threaded = is_threaded,                                                                     \
      .evolve = WHIRL_KERNEL_FUNCTION,                                                             \
      __VA_ARGS__,                                                                                 \
  };

whirl_kernel_function WHIRL_KERNEL_FUNCTION;
whirl_frames_function WHIRL_FRAMES_FUNCTION;

#endif
