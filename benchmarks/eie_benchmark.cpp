// The largest of the layers that EIE was measured with, VGG-6 of 25088 x 4096: the machine alone within the benchmark,
// and the program in a process of its own, which also makes, prunes, shares and encodes 103 million weights.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "benchmarks/layers.hpp"
#include "benchmarks/program.hpp"
#include "benchmarks/suites.hpp"
#include "models/eie/eie.hpp"

namespace benchmarks {

namespace {

constexpr const char* layer_name = "VGG-6";

sim::RunFile run_of(const char* layer) {
  return run_of_layer(sim::read_run_file(source_path("configs/eie.yaml")), layer);
}

/// What must be processed, counted column by column: the entries of all columns whose input is not zero.
eie::Counters expected_counts(const pruning::InterleavedColumns& matrix, const std::vector<std::int16_t>& inputs) {
  eie::Counters counts;
  for (std::size_t column = 0; column < inputs.size(); ++column) {
    if (inputs[column] == 0) continue;
    ++counts.broadcasts;
    for (const pruning::PeColumns& pe : matrix.pes) {
      const auto entries = pe.column(column);
      counts.entries += std::ssize(entries);
      counts.empty_columns += entries.empty() ? 1 : 0;
      for (const pruning::MatrixEntry& entry : entries) counts.placeholders += entry.code == 0 ? 1 : 0;
    }
  }
  return counts;
}

void simulate_layer(benchmark::State& state, scnn::Arithmetic arithmetic) {
  static const sim::EvaluatedLayer evaluated = evaluated_layer(run_of(layer_name));
  const pruning::InterleavedColumns& matrix = *evaluated.weights->columns;
  const eie::Counters expected = expected_counts(matrix, evaluated.operands.activations);
  for (auto _ : state) {
    const eie::LayerOutcome outcome = eie::Eie({}).run(matrix, evaluated.operands, arithmetic);
    const eie::Counters& counted = outcome.counters;
    if (counted.broadcasts != expected.broadcasts || counted.entries != expected.entries ||
        counted.placeholders != expected.placeholders || counted.empty_columns != expected.empty_columns) {
      state.SkipWithError("the entries are not those of the columns of non-zero inputs");
      return;
    }
    if (arithmetic == scnn::Arithmetic::on &&
        (outcome.sums != evaluated.sums || outcome.outputs != evaluated.outputs)) {
      state.SkipWithError("the outputs are not those of a dense product");
      return;
    }
  }
  state.counters["products_per_second"] = benchmark::Counter(
      static_cast<double>(expected.entries - expected.placeholders), benchmark::Counter::kIsIterationInvariantRate);
}

void run_whole(benchmark::State& state, bool timing_only) {
  const std::filesystem::path results = scratch_directory() / "results";
  std::vector<std::string> words{
      "run",    source_path("configs/eie.yaml"), "--layers", layer_name, "--output", results.string(), "--overwrite",
      "--quiet"};
  if (timing_only) words.emplace_back("--timing-only");
  HostFigures host;
  for (auto _ : state) {
    const Finished finished = run_program(words);
    if (finished.status != 0) {
      state.SkipWithError(finished.errors.c_str());
      return;
    }
    state.SetIterationTime(finished.seconds);
    host = read_host_figures(results);
  }
  state.counters["simulation_seconds"] = host.simulation_seconds;
  state.counters["peak_memory_bytes"] = host.peak_memory_bytes;
}

}  // namespace

void register_eie() {
  for (const bool timing_only : {true, false}) {
    const char* mode = timing_only ? "timing" : "arithmetic";
    // First the program: the memory that this process takes would hide the program's.
    benchmark::RegisterBenchmark(fmt::format("eie/run/{}", mode).c_str(), run_whole, timing_only)
        ->Unit(benchmark::kSecond)
        ->UseManualTime()
        ->Iterations(1);
  }
  for (const bool timing_only : {true, false}) {
    const char* mode = timing_only ? "timing" : "arithmetic";
    benchmark::RegisterBenchmark(fmt::format("eie/machine/{}", mode).c_str(), simulate_layer,
                                 timing_only ? scnn::Arithmetic::off : scnn::Arithmetic::on)
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace benchmarks
