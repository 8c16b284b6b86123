/* The version of whirl: of these headers, as macros, and of the library that is linked, as a
 * function. */
#ifndef WHIRL_VERSION_H
#define WHIRL_VERSION_H

#include <whirl/export.h>

#define WHIRL_VERSION_MAJOR 0
#define WHIRL_VERSION_MINOR 1
#define WHIRL_VERSION_PATCH 0

WHIRL_BEGIN_DECLARATIONS

/* The version of the library as "MAJOR.MINOR.PATCH". A static string; thread-safe. */
WHIRL_API const char *whirl_version(void);

WHIRL_END_DECLARATIONS

#endif
