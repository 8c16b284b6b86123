/* The version that the library was built as. */
#include <whirl/version.h>

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

const char *whirl_version(void) {
  return TEXT(WHIRL_VERSION_MAJOR) "." TEXT(WHIRL_VERSION_MINOR) "." TEXT(WHIRL_VERSION_PATCH);
}
