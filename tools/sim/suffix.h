/* The suffix of a file's name, which says its format. */
#ifndef WHIRL_SIM_SUFFIX_H
#define WHIRL_SIM_SUFFIX_H

#include <stdbool.h>

/* Whether the name ends so, in small letters or capitals. */
bool has_suffix(const char *path, const char *suffix);

#endif
