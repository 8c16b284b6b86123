#include "standard_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"

void standard_streams_hold(void) {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
    if (fcntl(stream, F_GETFD) >= 0) continue;
    /* The lowest descriptor that is free is this one. */
    if (open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

bool standard_output_finish(void) {
  /* What failed while a buffer was emptied on the way is gone, and flushing the rest may succeed.
   */
  const bool failed_before = ferror(stdout);
  if (fflush(stdout) != 0) return complain("can't write to standard output: %s", strerror(errno));
  return !failed_before || complain("can't write to standard output");
}
