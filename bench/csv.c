#include "csv.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "program/complaint.h"
#include "program/standard_output.h"
#include "scaling.h"

/* Empty where there is no such number. */
static void print_number(double number) {
  if (isfinite(number))
    printf(",%.17g", number);
  else
    putchar(',');
}

static void print_row(const bench_case *row, const scaling *s) {
  const statistics *time = &row->time, *speed_up = &row->speed_up;
  const bool compared = speed_up->count > 0;
  printf("%s,%s,%zu,%" PRIu64 ",%u,%zu", row->name, row->kernel->name, row->n, row->steps,
         row->choice.threads, time->count);
  const double numbers[] = {time->median,
                            time->mad,
                            time->sure.low,
                            time->sure.high,
                            time->min,
                            time->max,
                            compared ? speed_up->median : NAN,
                            compared ? speed_up->sure.low : NAN,
                            compared ? speed_up->sure.high : NAN,
                            cases_rate(row, row->kernel->flops),
                            cases_rate(row, row->kernel->bytes),
                            cases_share(row),
                            row->checked ? row->largest_error : NAN};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) print_number(numbers[i]);
  printf(",%s,%s", row->bound.kind == LIMIT_NONE ? "" : row->bound.name,
         row->wrong[0]          ? "wrong"
         : cases_is_unsure(row) ? "unsure"
                                : "good");
  const double scaled[] = {s ? s->speed_up.estimate : NAN, s ? s->speed_up.sure.low : NAN,
                           s ? s->speed_up.sure.high : NAN, s ? s->efficiency : NAN};
  for (size_t i = 0; i < sizeof scaled / sizeof *scaled; i++) print_number(scaled[i]);
  putchar('\n');
}

bool csv_print(const bench_options *options, const bench_case *cases, size_t count) {
  puts(
      "name,kernel,n,steps,threads,repetitions,seconds_median,seconds_mad,seconds_low,seconds_high,"
      "seconds_min,seconds_max,speedup_median,speedup_low,speedup_high,flops_per_second,"
      "bytes_per_second,share_of_limit,max_relative_error,limit,verdict,scaling,scaling_low,"
      "scaling_high,efficiency");
  for (size_t i = 0; i < count; i++) {
    if (cases[i].time.count == 0) continue;
    scaling s;
    print_row(&cases[i], scaling_of(&s, &cases[i], cases, count, options->weak) ? &s : NULL);
  }
  return standard_output_finish();
}
