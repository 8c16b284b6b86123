#include "features.h"

#include <stdio.h>

#include <whirl/kernel.h>

void features_text(char *text, size_t size, uint64_t features) {
  size_t length = 0;
  text[0] = '\0';
  for (unsigned bit = 0; bit < 64; bit++) {
    if (!(features >> bit & 1)) continue;
    const char *name = whirl_feature_name((whirl_feature)(UINT64_C(1) << bit));
    const int added =
        snprintf(text + length, size - length, "%s%s", length ? ", " : "", name ? name : "?");
    if (added > 0 && (size_t)added < size - length) length += (size_t)added;
  }
}
