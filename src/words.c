/* Lists in words, for sentences. */
#include "words.h"

#include <stdio.h>
#include <string.h>

#include <whirl/kernel.h>

void whirl_append(char *list, size_t size, const char *separator, const char *text) {
  const size_t length = strlen(list);
  snprintf(list + length, size - length, "%s%s", length ? separator : "", text);
}

void whirl_make_printable(char *text) {
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f) *c = '?';
}

void whirl_list_features(uint64_t features, char *list, size_t size) {
  list[0] = '\0';
  for (uint64_t bit = 1; bit != 0; bit <<= 1) {
    const char *name = features & bit ? whirl_feature_name((whirl_feature)bit) : NULL;
    if (name) whirl_append(list, size, " and ", name);
  }
}
