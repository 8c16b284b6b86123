#include "utf8.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "allocate.h"

/* The bytes of the character that text begins with; 0: it begins with none (Unicode 15, table 3-7).
 */
static size_t character_length(const unsigned char *text) {
  const unsigned char first = text[0];
  if (first < 0x80) return 1;
  const size_t length = first < 0xc2   ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  for (size_t i = 1; i < length; i++)
    if ((text[i] & 0xc0) != 0x80) return 0;
  const unsigned char second = length > 2 ? text[1] : 0x80;
  const int too_long = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const int surrogate = first == 0xed && second >= 0xa0,
            too_large = first == 0xf4 && second >= 0x90;
  return too_long || surrogate || too_large ? 0 : length;
}

char *utf8_copy(const char *text) {
  static const char replacement[] = "\xef\xbf\xbd";
  enum { WIDEST = sizeof replacement - 1 };
  char *copy = allocate(WIDEST * strlen(text) + 1, 1), *to = copy;
  while (*text) {
    const size_t length = character_length((const unsigned char *)text);
    const char *from = length > 0 ? text : replacement;
    const size_t bytes = length > 0 ? length : WIDEST;
    memcpy(to, from, bytes);
    to += bytes;
    text += length > 0 ? length : 1;
  }
  *to = '\0';
  return copy;
}
