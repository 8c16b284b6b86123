/* White-box tests of what the command-line programs share. */
#include "program/cases.h"

int main(int argc, char **argv) {
  test_suite suite = {.name = "programs"};
  add_parse_cases(&suite);
  add_progress_cases(&suite);
  add_utf8_cases(&suite);
  return suite_run(&suite, argc, argv);
}
