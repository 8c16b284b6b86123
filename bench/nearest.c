#include "nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/features.h"

static const uint64_t avx512 =
    WHIRL_FEATURE_AVX512F | WHIRL_FEATURE_AVX512DQ | WHIRL_FEATURE_AVX512VL;

/* valgrind loads a library of its own into what it runs. Its CPU knows no AVX-512, whatever the
 * machine's does. */
static bool is_under_valgrind(void) {
  const char *loaded = getenv("LD_PRELOAD");
  return loaded && strstr(loaded, "vgpreload_");
}

void nearest_reason(char *text, size_t size, const whirl_kernel *kernel, uint64_t features) {
  const uint64_t lacks = kernel->features & ~features;
  char names[128];
  text[0] = '\0';
  if (!lacks) return;
  if (lacks & avx512 && is_under_valgrind()) {
    snprintf(text, size, "valgrind has no AVX-512");
    return;
  }
  features_text(names, sizeof names, lacks);
  snprintf(text, size, "this machine lacks %s", names);
}

const whirl_kernel *nearest_kernel(const whirl_kernel *kernel, uint64_t features) {
  const whirl_kernel *found = NULL;
  for (size_t i = 0; i < whirl_kernel_count(); i++) {
    const whirl_kernel *other = whirl_kernel_at(i);
    if (other->features & ~features || other->method != kernel->method ||
        other->numeric_class != kernel->numeric_class || other->threaded != kernel->threaded)
      continue;
    if (!found || other->lanes > found->lanes) found = other;
  }
  return found;
}
