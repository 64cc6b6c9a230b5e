// The program as users run it, in a process of its own: whole networks, start-up, and how time and memory grow with the
// work. Times are those of the whole program; `simulation_seconds` and `products_per_second` are of its machine model
// alone.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <future>

#include "benchmarks/counts.hpp"
#include "benchmarks/layers.hpp"
#include "benchmarks/program.hpp"
#include "benchmarks/suites.hpp"
#include "pruning/fixed_point.hpp"
#include "sim/layer_weights.hpp"

namespace benchmarks {

namespace {

std::vector<std::string> run_command(const std::vector<std::string>& arguments, const std::filesystem::path& results) {
  std::vector<std::string> words{"run"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), {"--output", results.string(), "--overwrite", "--quiet"});
  return words;
}

/// Runs a run file once per iteration. `check(counts by layer)` tells what is wrong, or nothing.
template <class Check>
void time_run(benchmark::State& state, const std::vector<std::string>& arguments, Check check,
              const char* preloaded = nullptr) {
  const std::filesystem::path results = scratch_directory() / "results";
  const std::vector<std::string> words = run_command(arguments, results);
  HostFigures sum;
  double products = 0;
  double runs = 0;
  for (auto _ : state) {
    const Finished finished = run_program(words, preloaded);
    if (finished.status != 0 || !finished.errors.empty()) {
      state.SkipWithError(finished.errors.c_str());
      return;
    }
    state.SetIterationTime(finished.seconds);
    const auto counts = read_counts(results / "layers.csv");
    if (const std::string wrong = check(counts); !wrong.empty()) {
      state.SkipWithError(wrong.c_str());
      return;
    }
    const HostFigures host = read_host_figures(results);
    if (host.peak_memory_bytes <= own_peak_memory_bytes()) {
      state.SkipWithError("this process took more memory than the one that it measures; run this suite by itself");
      return;
    }
    sum.simulation_seconds += host.simulation_seconds;
    sum.peak_memory_bytes += host.peak_memory_bytes;
    for (const auto& [layer, count] : counts) products += static_cast<double>(count.at("products"));
    ++runs;
  }
  state.counters["products"] = products / runs;
  state.counters["simulation_seconds"] = sum.simulation_seconds / runs;
  state.counters["products_per_second"] = products / sum.simulation_seconds;
  state.counters["peak_memory_bytes"] = sum.peak_memory_bytes / runs;
}

std::vector<std::string> arguments_of(const TimedNetwork& network, const Mode& mode, int jobs) {
  std::vector<std::string> arguments{source_path(network.run_file), "--jobs", std::to_string(jobs), "--set",
                                     fmt::format("accelerator.pe.bypass.registers_per_bank={}", mode.bypass_registers)};
  if (mode.timing_only) arguments.emplace_back("--timing-only");
  return arguments;
}

/// @return what is wrong, or nothing
std::string difference_to_expected(const std::map<std::string, Counts>& counts, const TimedNetwork& network,
                                   const Mode& mode) {
  const auto expected = read_counts(expected_counts_file(network.name, mode.bypass_registers));
  if (counts.size() != expected.size()) return "the run does not have the layers that it should have";
  for (const auto& [layer, count] : expected) {
    const std::string difference = first_difference(counts.at(layer), count);
    if (!difference.empty()) return layer + ": " + difference;
  }
  return {};
}

void run_network(benchmark::State& state, const TimedNetwork& network, const Mode& mode, int jobs,
                 const char* preloaded = nullptr) {
  const auto check = [&](const std::map<std::string, Counts>& counts) {
    return difference_to_expected(counts, network, mode);
  };
  time_run(state, arguments_of(network, mode, jobs), check, preloaded);
}

/// Two runs at the same time, which share nothing but the machine.
void run_twice_at_once(benchmark::State& state, const TimedNetwork& network, const Mode& mode) {
  const std::filesystem::path results[] = {scratch_directory() / "first", scratch_directory() / "second"};
  for (auto _ : state) {
    const auto run = [&](const std::filesystem::path& into) {
      return run_program(run_command(arguments_of(network, mode, 1), into));
    };
    std::future<Finished> first = std::async(std::launch::async, run, results[0]);
    const Finished ends[] = {run(results[1]), first.get()};
    state.SetIterationTime(std::max(ends[0].seconds, ends[1].seconds));
    for (const Finished& end : ends) {
      if (end.status != 0) return state.SkipWithError(end.errors.c_str());
    }
    for (const std::filesystem::path& of_run : results) {
      const std::string wrong = difference_to_expected(read_counts(of_run / "layers.csv"), network, mode);
      if (!wrong.empty()) return state.SkipWithError(wrong.c_str());
    }
  }
}

/// So many layers of 3x3 filters on a plane that fits the array, of which each takes about 4,200 products for a pair
/// of an input and an output channel.
std::string growing_run(int layers, int channels, int filters) {
  std::string text = "network:\n  name: growing\n  layers:\n";
  for (int i = 0; i < layers; ++i) {
    text += fmt::format(
        "    - {{name: conv_{}, type: conv, input: {{channels: {}, height: 56, width: 56}}, output_channels: {}, "
        "kernel: 3, padding: 1, relu: true}}\n",
        i, channels, filters);
  }
  return text +
         "weights: {synthetic: {seed: 1}}\npruning: {granularity: fine, density: 0.3}\n"
         "activations: {synthetic: {seed: 1, density: 0.5}}\n";
}

/// Products of a layer of stride 1: every non-zero weight of an input channel meets every non-zero activation there.
std::int64_t products_of(const sim::RunFile& run, const workloads::Layer& layer) {
  const auto filters = sim::WeightSource(run, run.network, {}).read(layer).filters;
  const auto input =
      pruning::quantise(workloads::synthetic_input(layer, std::get<workloads::SyntheticActivations>(run.activations)));
  const auto& shape = layer.convolution;
  std::vector<std::int64_t> weights(static_cast<std::size_t>(shape.C));
  std::vector<std::int64_t> activations(weights.size());
  const auto taps = static_cast<std::size_t>(shape.R) * static_cast<std::size_t>(shape.S);
  const auto plane = static_cast<std::size_t>(shape.H) * static_cast<std::size_t>(shape.W);
  for (std::size_t i = 0; i < filters->weights.size(); ++i) {
    if (filters->weights[i] != 0) ++weights[i / taps % weights.size()];
  }
  for (std::size_t i = 0; i < input.tensor.values.size(); ++i) {
    if (input.tensor.values[i] != 0) ++activations[i / plane];
  }
  std::int64_t products = 0;
  for (std::size_t c = 0; c < weights.size(); ++c) products += weights[c] * activations[c];
  return products;
}

void run_growing(benchmark::State& state, int layers, int channels, int filters) {
  const std::filesystem::path file = scratch_directory() / "growing.yaml";
  std::ofstream(file) << growing_run(layers, channels, filters);
  const sim::RunFile run = sim::read_run_file(file);
  std::map<std::string, std::int64_t> expected;
  for (const workloads::Layer& layer : run.network.layers) expected[layer.name] = products_of(run, layer);
  time_run(state, {file, "--timing-only"}, [&](const std::map<std::string, Counts>& counts) -> std::string {
    for (const auto& [layer, products] : expected) {
      const std::string difference = first_difference(counts.at(layer), {{"products", products}});
      if (!difference.empty()) return layer + ": " + difference;
    }
    return {};
  });
}

/// A command that prints the same text every time.
void start_up(benchmark::State& state, const std::vector<std::string>& arguments) {
  const std::string expected = run_program(arguments).output;
  for (auto _ : state) {
    const Finished finished = run_program(arguments);
    state.SetIterationTime(finished.seconds);
    if (finished.status == 0 && finished.output == expected && !expected.empty()) continue;
    state.SkipWithError(("another output than the first time: " + finished.output + finished.errors).c_str());
    return;
  }
}

template <class Run>
benchmark::internal::Benchmark* add(const std::string& name, Run run) {
  return benchmark::RegisterBenchmark(name.c_str(), run)->UseManualTime();
}

}  // namespace

void register_networks() {
  for (const TimedNetwork& network : timed_networks) {
    for (const Mode& mode : modes) {
      const auto add_network = [&](const char* how, auto run) {
        add(fmt::format("network/{}/{}/{}", network.name, mode.name, how),
            [=](benchmark::State& state) { run(state, network, mode); })
            ->Unit(benchmark::kSecond)
            ->Iterations(1);
      };
      using State = benchmark::State;
      add_network("jobs_1", [](State& state, const auto& of, const Mode& in) { run_network(state, of, in, 1); });
      add_network("avx2",
                  [](State& state, const auto& of, const Mode& in) { run_network(state, of, in, 1, SCNN_UP_TO_AVX2); });
      if (&network != &timed_networks.front()) continue;
      add_network("jobs_2", [](State& state, const auto& of, const Mode& in) { run_network(state, of, in, 2); });
      add_network("two_runs", run_twice_at_once);
    }
  }

  // From small to large: the memory that this process takes to prepare a layer must not hide the program's.
  struct Size {
    int channels;
    int filters;
  };
  for (const Size size :
       {Size{32, 8}, Size{64, 16}, Size{128, 32}, Size{128, 128}, Size{128, 512}, Size{128, 2048}, Size{128, 6144}}) {
    add(fmt::format("growth/channels_{}/filters_{}", size.channels, size.filters),
        [=](benchmark::State& state) { run_growing(state, 1, size.channels, size.filters); })
        ->Unit(benchmark::kSecond)
        ->Iterations(1);
  }
  // The first layers leave holes in the heap, which the others fill.
  for (const int layers : {1, 4, 40}) {
    add(fmt::format("memory/layers_{}", layers), [=](benchmark::State& state) { run_growing(state, layers, 128, 128); })
        ->Unit(benchmark::kSecond)
        ->Iterations(1);
  }

  add("startup/parameters", [](benchmark::State& state) {
    start_up(state, {"parameters"});
  })->Unit(benchmark::kMillisecond);
  add("startup/tiny_run", [](benchmark::State& state) {
    const std::filesystem::path file = scratch_directory() / "tiny.yaml";
    std::ofstream(file) << "network: {name: tiny, layers: [{name: conv, type: conv, input: {channels: 2, height: 8, "
                           "width: 8}, output_channels: 4, kernel: 3, padding: 1}]}\n"
                           "weights: {synthetic: {seed: 1}}\nactivations: {synthetic: {seed: 1}}\n";
    start_up(state, {"run", file, "--output", scratch_directory() / "tiny", "--overwrite"});
  })->Unit(benchmark::kMillisecond);
}

}  // namespace benchmarks
