#include <benchmark/benchmark.h>

#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "benchmarks/layers.hpp"
#include "benchmarks/suites.hpp"

namespace {

/// Notes whether a benchmark found a wrong answer: that must fail the program.
class CheckingReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) wrong_ = wrong_ || run.error_occurred;
    ConsoleReporter::ReportRuns(runs);
  }
  [[nodiscard]] bool wrong() const { return wrong_; }

 private:
  bool wrong_ = false;
};

int print_expected(const char* network, const char* registers) {
  for (const benchmarks::TimedNetwork& timed : benchmarks::timed_networks) {
    if (std::strcmp(timed.name, network) != 0) continue;
    std::cout << benchmarks::detailed_counts(timed, std::stoll(registers));
    return 0;
  }
  std::cerr << "scnn-bench: there is no network '" << network << "'\n";
  return 2;
}

}  // namespace

/// scnn-bench [--benchmark_...]                runs the suites; fails if an answer is wrong or no benchmark is named so
/// scnn-bench --wrong-answer                   runs one benchmark that finds its answer wrong, and so must fail
/// scnn-bench --expected NETWORK REGISTERS     prints what the layers of a network must count, by the detailed datapath
int main(int argc, char* argv[]) {
  try {
    if (argc == 4 && std::strcmp(argv[1], "--expected") == 0) return print_expected(argv[2], argv[3]);
    if (argc == 2 && std::strcmp(argv[1], "--wrong-answer") == 0) {
      argc = 1;
      benchmark::RegisterBenchmark("wrong_answer", [](benchmark::State& state) { state.SkipWithError("is wrong"); });
    } else {
      benchmarks::register_datapaths();
      benchmarks::register_eie();
      benchmarks::register_layers();
      benchmarks::register_networks();
      benchmarks::register_streams();
      benchmarks::register_weights();
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    CheckingReporter reporter;
    if (benchmark::RunSpecifiedBenchmarks(&reporter) == 0) return 2;
    return reporter.wrong() ? 1 : 0;
  } catch (const std::exception& error) {
    std::cerr << "scnn-bench: " << error.what() << "\n";
    return 1;
  }
}
