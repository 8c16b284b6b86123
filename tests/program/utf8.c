/* Text that is to be UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cases.h"
#include "program/utf8.h"

/* If this fails, a reader of whirl-info --json stops at the name of a file. */
static void copies(const test_case *test) {
  (void)test;
  static const struct {
    const char *text, *copy;
  } pairs[] = {
      {"", ""},
      {"a", "a"},
      {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"caf\xe9", "caf\xef\xbf\xbd"},                           /* Latin-1 */
      {"\xc3", "\xef\xbf\xbd"},                                 /* cut */
      {"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* cut */
      {"\x80x", "\xef\xbf\xbdx"},                               /* the middle of one */
      {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* longer than need be */
      {"\xe0\x9f\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* likewise */
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
      {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* above 10ffff */
      {"\xff", "\xef\xbf\xbd"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    char *copy = utf8_copy(pairs[i].text);
    assert_string_equal(copy, pairs[i].copy);
    free(copy);
  }
}

void add_utf8_cases(test_suite *suite) {
  suite_add(suite, "utf8", "copies", copies, NULL, NULL);
}
