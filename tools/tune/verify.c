#include "verify.h"

#include <stdio.h>

#include "../../bench/reference.h"
#include "../../bench/workload.h"

static bool verify_work(const whirl_dispatcher *naive, const whirl_kernel *kernel, size_t n,
                        uint64_t steps, char *wrong, size_t size) {
  const bench_options options = {.steps = steps, .timestep = 1e-5, .seed = n + steps};
  workload w;
  if (!workload_create(&w, &options, n, naive)) return false;
  reference *r = reference_create(&w, naive);
  bench_case row = {.kernel = kernel, .n = n, .steps = steps};
  if (r) {
    workload_restore(&w);
    workload_run(&w, kernel);
    reference_check(r, &w, &row);
  }
  const bool good = r && row.checked && !row.wrong[0];
  if (!good) snprintf(wrong, size, "n = %zu: %s", n, row.wrong);
  reference_destroy(r);
  workload_destroy(&w);
  return good;
}

bool verify_kernel(const whirl_dispatcher *naive, const whirl_kernel *kernel, char *wrong,
                   size_t size) {
  static const size_t particles[] = {1, 7, 100, 1003};
  static const uint64_t steps[] = {1, 9, 400};
  for (size_t i = 0; i < sizeof particles / sizeof *particles; i++)
    for (size_t j = 0; j < sizeof steps / sizeof *steps; j++)
      if (!verify_work(naive, kernel, particles[i], steps[j], wrong, size)) return false;
  return true;
}
