#include "arguments.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "complaint.h"
#include "parse.h"

bool argument_count(uint64_t *number, const char *option, const char *text, uint64_t least,
                    uint64_t most) {
  if (parse_count(text, strlen(text), number) && *number >= least && *number <= most) return true;
  return complain("--%s %s: give a whole number from %" PRIu64 " to %" PRIu64, option, text, least,
                  most);
}

bool argument_positive(double *number, const char *option, const char *text, bool zero_is_good) {
  if (parse_real(text, number) && isfinite(*number) &&
      (*number > 0 || (*number == 0 && zero_is_good)))
    return true;
  return complain("--%s %s: give a finite number %s 0, such as 0.1 or 1e-5", option, text,
                  zero_is_good ? "not below" : "above");
}
