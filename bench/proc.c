#include "proc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double proc_bytes(const char *path, const char *field) {
  FILE *file = fopen(path, "r");
  if (!file) return NAN;
  const size_t length = strlen(field);
  char line[256];
  double kibibytes = NAN;
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, field, length) != 0 || line[length] != ':') continue;
    if (sscanf(line + length + 1, "%lf", &kibibytes) == 1) break;
  }
  fclose(file);
  return kibibytes * 1024;
}
