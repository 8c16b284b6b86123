/* Numbers as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "program/parse.h"

static void counts(const test_case *test) {
  (void)test;
  const struct {
    const char *text;
    uint64_t count;
  } good[] = {{"0", 0},          {"1000", 1000},
              {"1e6", 1000000},  {"2.5k", 2500},
              {"64Ki", 65536},   {"3M", 3000000},
              {"1Gi", 1u << 30}, {"2T", 2000000000000},
              {"1.5e3", 1500},   {"18446744073709551615", UINT64_MAX}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    uint64_t count = 1;
    assert_true(parse_count(good[i].text, strlen(good[i].text), &count));
    assert_true(count == good[i].count);
  }
  const char *const bad[] = {"", "-1", "1.5", "x", "1x", "1e", "nan", "inf", "0x10", "1e30", "1 "};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    uint64_t count;
    assert_false(parse_count(bad[i], strlen(bad[i]), &count));
  }
}

void add_parse_cases(test_suite *suite) {
  suite_add(suite, "parse", "counts", counts, NULL, NULL);
}
