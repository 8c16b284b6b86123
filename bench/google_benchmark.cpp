// The shim between Google Benchmark, which has no C interface, and the driver.
#include "google_benchmark.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

// The reporter is handed a name, and finds the subject by it.
using Subjects = std::map<std::string, google_benchmark_subject>;

void measure(benchmark::State &state, const google_benchmark_subject &subject) {
  bool any = false;
  for (auto _ : state) {
    double seconds = 0;
    if (!subject.iterate(subject.context, &seconds)) {
      state.SkipWithError("it failed");
      break;
    }
    state.SetIterationTime(seconds);
    any = true;
  }
  if (any) subject.pause(subject.context);
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

// What --benchmark_out asks for. Google Benchmark begins the file anew in each round, so that all
// rounds so far are written each time.
class FileReporter : public benchmark::BenchmarkReporter {
public:
  explicit FileReporter(std::size_t rounds) : rounds_(rounds) {}

  bool ReportContext(const Context &) override { return true; }

  void ReportRuns(const std::vector<Run> &runs) override {
    for (Run run : runs) {
      if (run.error_occurred) continue;
      run.repetition_index = static_cast<std::int64_t>(round_);
      run.repetitions = static_cast<std::int64_t>(rounds_);
      runs_.push_back(run);
    }
  }

  void Finalize() override {
    benchmark::JSONReporter json;
    json.SetOutputStream(&GetOutputStream());
    json.ReportContext(Context());
    json.ReportRuns(runs_);
    json.Finalize();
    round_++;
  }

private:
  const std::size_t rounds_;
  std::size_t round_ = 0;
  std::vector<Run> runs_;
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

size_t google_benchmark_run(size_t rounds, bool writes_file, bool (*begins)(void *context),
                            void *context) {
  Reporter reporter(registered());
  FileReporter file(rounds);
  std::size_t selected = 0;
  for (std::size_t round = 0; round < rounds && begins(context); round++) {
    selected = benchmark::RunSpecifiedBenchmarks(&reporter, writes_file ? &file : nullptr);
    if (selected == 0) break;
  }
  benchmark::ClearRegisteredBenchmarks();
  registered().clear();
  return selected;
}
