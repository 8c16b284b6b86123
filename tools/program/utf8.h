/* Text for formats that take nothing but UTF-8. */
#ifndef WHIRL_PROGRAM_UTF8_H
#define WHIRL_PROGRAM_UTF8_H

/* A copy, to be freed, with U+FFFD in the place of each byte that belongs to no character: names of
 * files may be any bytes, and a sentence may have been cut within a character. */
char *utf8_copy(const char *text);

#endif
