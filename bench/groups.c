#include "groups.h"

size_t groups_count(const bench_options *options) {
  return options->n_count * options->steps_count * options->threads_count;
}

work_group groups_at(const bench_options *options, size_t index) {
  const size_t amount = index / options->threads_count, thread = index % options->threads_count;
  const uint64_t threads = options->threads_list[thread];
  const uint64_t n = options->n[amount / options->steps_count];
  return (work_group){.n = options->weak ? n * threads : n,
                      .n_given = n,
                      .steps = options->steps_list[amount % options->steps_count],
                      .threads = (int)threads,
                      .repeated = thread > 0 && !options->weak};
}
