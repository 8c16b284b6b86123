#include "allocate.h"

#include <stdlib.h>

#include "complaint.h"

void *allocate(size_t count, size_t size) {
  void *memory = calloc(count + 1, size);
  if (!memory) {
    complain("out of memory");
    exit(PROGRAM_FAILED);
  }
  return memory;
}
