/* Numbers as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

static void expect_counts(const char *list, size_t count, const uint64_t *expected) {
  size_t found;
  const char *wrong = NULL;
  int length = 0;
  uint64_t *numbers = parse_counts(list, 1, 10000000, &found, &wrong, &length);
  if (!numbers) fail_msg("%s is refused at %.*s", list, length, wrong);
  assert_int_equal(found, count);
  for (size_t i = 0; i < count; i++) assert_int_equal(numbers[i], expected[i]);
  free(numbers);
}

/* If this fails, a sweep measures other sizes than its user wrote. */
static void sweeps(const test_case *test) {
  (void)test;
  expect_counts("5", 1, (const uint64_t[]){5});
  expect_counts("1,1e3,2k", 3, (const uint64_t[]){1, 1000, 2000});
  expect_counts("1e3:1e7:x10", 5, (const uint64_t[]){1000, 10000, 100000, 1000000, 10000000});
  expect_counts("3:20:x2", 3, (const uint64_t[]){3, 6, 12});
  expect_counts("10:50:+20", 3, (const uint64_t[]){10, 30, 50});
  expect_counts("1:6", 4, (const uint64_t[]){1, 2, 4, 6});
  expect_counts("7:7", 1, (const uint64_t[]){7});
  expect_counts("1,8:max:x1000", 4, (const uint64_t[]){1, 8, 8000, 8000000});
  expect_counts("max", 1, (const uint64_t[]){10000000});
  const char *const bad[] = {
      "",      ",",        "1,",      "0",        "1:",        "1:2:",   "1:2:x",
      "1:9:3", "1:9:x1",   "1:9:+0",  "9:1",      "1:9:x2:x2", "1e9",    "a:b",
      ":5",    "5:1e9:x2", "-1:5:+1", "1:1e6:+1", "1 : 2",     "1:9:x-2"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    size_t count;
    const char *wrong;
    int length;
    if (parse_counts(bad[i], 1, 10000000, &count, &wrong, &length))
      fail_msg("\"%s\" is taken for %zu numbers", bad[i], count);
  }
}

void add_parse_cases(test_suite *suite) {
  suite_add(suite, "parse", "counts", counts, NULL, NULL);
  suite_add(suite, "parse", "sweeps", sweeps, NULL, NULL);
}
