#include "standard_output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "complaint.h"

bool standard_output_finish(void) {
  /* What failed while a buffer was emptied on the way is gone, and flushing the rest may succeed.
   */
  const bool failed_before = ferror(stdout);
  if (fflush(stdout) != 0) return complain("can't write to standard output: %s", strerror(errno));
  return !failed_before || complain("can't write to standard output");
}
