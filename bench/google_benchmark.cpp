// The shim between Google Benchmark, which has no C interface, and the driver.
#include "google_benchmark.h"

#include <cstddef>
#include <map>
#include <ostream>
#include <string>

#include <benchmark/benchmark.h>

namespace {

// The reporter is handed a name, and finds the subject by it.
using Subjects = std::map<std::string, google_benchmark_subject>;

void measure(benchmark::State &state, const google_benchmark_subject &subject) {
  double total = 0;
  std::size_t iterations = 0;
  for (auto _ : state) {
    double seconds = 0;
    if (!subject.iterate(subject.context, &seconds)) {
      state.SkipWithError("it failed");
      break;
    }
    state.SetIterationTime(seconds);
    total += seconds;
    iterations++;
  }
  if (iterations > 0) subject.pause(subject.context, total, iterations);
}

class Reporter : public benchmark::BenchmarkReporter {
public:
  explicit Reporter(const Subjects &subjects) : subjects_(subjects), silence_(nullptr) {
    // That a filter selects nothing is told by the driver, once for all groups.
    SetErrorStream(&silence_);
  }

  bool ReportContext(const Context &) override { return true; }

  void ReportRuns(const std::vector<Run> &runs) override {
    for (const Run &run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const google_benchmark_subject &subject = subjects_.at(run.run_name.function_name);
      subject.report(subject.context,
                     run.real_accumulated_time / static_cast<double>(run.iterations));
    }
  }

private:
  const Subjects &subjects_;
  std::ostream silence_;
};

Subjects &registered() {
  static Subjects subjects;
  return subjects;
}

} // namespace

void google_benchmark_initialize(int *argc, char **argv) {
  benchmark::Initialize(argc, argv);
}

void google_benchmark_register(const char *name, const google_benchmark_subject *subject) {
  registered()[name] = *subject;
  benchmark::RegisterBenchmark(name, measure, *subject)
      ->UseManualTime()
      ->MeasureProcessCPUTime()
      // The table needs every repetition, whatever else is reported.
      ->DisplayAggregatesOnly(false);
}

size_t google_benchmark_run(void) {
  Reporter reporter(registered());
  const size_t selected = benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::ClearRegisteredBenchmarks();
  registered().clear();
  return selected;
}
