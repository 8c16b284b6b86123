/* The public view of the kernel table: count, index, name. */
#include <string.h>

#include <whirl/kernel.h>

#include "../kernels/table.h"

size_t whirl_kernel_count(void) {
  return whirl_kernel_table_count;
}

const whirl_kernel *whirl_kernel_at(size_t index) {
  return index < whirl_kernel_table_count ? whirl_kernel_table[index] : NULL;
}

const whirl_kernel *whirl_kernel_find(const char *name) {
  if (!name) return NULL;
  for (size_t i = 0; i < whirl_kernel_table_count; i++) {
    const whirl_kernel *kernel = whirl_kernel_table[i];
    if (strcmp(name, kernel->name) == 0) return kernel;
    if (kernel->alias && strcmp(name, kernel->alias) == 0) return kernel;
  }
  return NULL;
}

whirl_method whirl_kernel_answers(const whirl_kernel *kernel) {
  return kernel->method == WHIRL_KERNEL_ANALYTIC ? WHIRL_METHOD_EXACT : WHIRL_METHOD_EULER;
}

const char *whirl_kernel_method_name(whirl_kernel_method method) {
  switch (method) {
  case WHIRL_KERNEL_EULER:
    return "euler";
  case WHIRL_KERNEL_SPIRAL:
    return "spiral";
  case WHIRL_KERNEL_ANALYTIC:
    return "analytic";
  }
  return NULL;
}

const char *whirl_numeric_class_name(whirl_numeric_class numeric_class) {
  switch (numeric_class) {
  case WHIRL_BITWISE:
    return "bitwise";
  case WHIRL_BOUNDED:
    return "bounded";
  }
  return NULL;
}

const char *whirl_feature_name(whirl_feature feature) {
  switch (feature) {
  case WHIRL_FEATURE_AVX2:
    return "avx2";
  case WHIRL_FEATURE_FMA:
    return "fma";
  case WHIRL_FEATURE_AVX512F:
    return "avx512f";
  case WHIRL_FEATURE_AVX512DQ:
    return "avx512dq";
  case WHIRL_FEATURE_AVX512VL:
    return "avx512vl";
  case WHIRL_FEATURE_NEON:
    return "neon";
  case WHIRL_FEATURE_SVE:
    return "sve";
  }
  return NULL;
}
