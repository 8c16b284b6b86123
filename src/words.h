/* Lists in words, for sentences. */
#ifndef WHIRL_SRC_WORDS_H
#define WHIRL_SRC_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Adds text to the end of the string in list, which has room for size characters, after the
 * separator unless it is the first. What has no room is cut. */
void whirl_append(char *list, size_t size, const char *separator, const char *text);

/* What comes from a file or the environment might steer a terminal: control characters become '?'.
 */
void whirl_make_printable(char *text);

/* Writes the names of whirl_feature bits into list: "avx2 and fma". */
void whirl_list_features(uint64_t features, char *list, size_t size);

#endif
