#include "suffix.h"

#include <string.h>
#include <strings.h>

bool has_suffix(const char *path, const char *suffix) {
  const size_t length = strlen(path), suffix_length = strlen(suffix);
  return length >= suffix_length && strcasecmp(path + length - suffix_length, suffix) == 0;
}
