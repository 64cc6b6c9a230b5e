// Whole layers: mapping, compression, simulation and the check of the results, as a run does them, on one core; also
// all of a network in turn with no wider instructions than AVX2.

#include <benchmark/benchmark.h>
#include <hwy/highway.h>

#include <chrono>

#include "benchmarks/counts.hpp"
#include "benchmarks/layers.hpp"
#include "benchmarks/suites.hpp"
#include "models/scnn/scnn.hpp"
#include "tests/support/vector_targets.hpp"

namespace benchmarks {

namespace {

/// Simulates a layer and checks the results. @return what is wrong, or nothing
std::string simulate(const sim::EvaluatedLayer& layer, const Mode& mode, const Counts& expected) {
  scnn::Parameters accelerator;
  accelerator.bypass_registers = mode.bypass_registers;
  const auto arithmetic = mode.timing_only ? scnn::Arithmetic::off : scnn::Arithmetic::on;
  const scnn::LayerOutcome outcome = scnn::Scnn(accelerator).run(layer.operands, arithmetic, layer.outputs);
  if (!mode.timing_only && (outcome.sums != layer.sums || outcome.outputs != layer.outputs)) {
    return "the outputs are not those of a dense convolution";
  }
  return first_difference(counts_of(outcome.cycles, outcome.counters, outcome.pe_cycles), expected);
}

void simulate_layer(benchmark::State& state, const TimedNetwork& network, const std::string& layer, const Mode& mode) {
  const sim::EvaluatedLayer& evaluated = evaluated_layer(network, layer);
  const Counts expected = read_counts(expected_counts_file(network.name, mode.bypass_registers)).at(layer);
  for (auto _ : state) {
    const std::string wrong = simulate(evaluated, mode, expected);
    if (wrong.empty()) continue;
    state.SkipWithError(wrong.c_str());
    break;
  }
  state.counters["products_per_second"] =
      benchmark::Counter(static_cast<double>(expected.at("products")), benchmark::Counter::kIsIterationInvariantRate);
}

/// Its time is that of the machine alone: all layers do not fit the memory together.
void simulate_network(benchmark::State& state, const TimedNetwork& network, const Mode& mode) {
  using Clock = std::chrono::steady_clock;
  const auto all_expected = read_counts(expected_counts_file(network.name, mode.bypass_registers));
  double products = 0;
  for (auto _ : state) {
    double seconds = 0;
    for (const auto& [layer, expected] : all_expected) {
      const sim::EvaluatedLayer& evaluated = evaluated_layer(network, layer);
      const support::RestrictedTargets up_to_avx2(hwy::SupportedTargets() & ~(HWY_AVX2 - 1));  // wider: lower bits
      const auto begin = Clock::now();
      const std::string wrong = simulate(evaluated, mode, expected);
      seconds += std::chrono::duration<double>(Clock::now() - begin).count();
      products += static_cast<double>(expected.at("products"));
      if (!wrong.empty()) {
        state.SkipWithError((layer + ": " + wrong).c_str());
        return;
      }
    }
    state.SetIterationTime(seconds);
  }
  state.counters["products_per_second"] = benchmark::Counter(products, benchmark::Counter::kIsRate);
}

}  // namespace

void register_layers() {
  struct Timed {
    const TimedNetwork& network;
    const char* layer;
  };
  const TimedNetwork& vgg16 = timed_networks[0];
  const TimedNetwork& googlenet = timed_networks[1];
  for (const Timed& timed :
       {Timed{vgg16, "conv1_2"}, Timed{vgg16, "conv3_2"}, Timed{vgg16, "conv4_2"}, Timed{vgg16, "conv5_1"},
        Timed{googlenet, "inception_4a_1x1"}, Timed{googlenet, "inception_4e_3x3"},
        Timed{googlenet, "inception_4e_5x5"}, Timed{googlenet, "inception_5b_1x1"},
        Timed{googlenet, "inception_5b_3x3"}, Timed{googlenet, "inception_5b_5x5"}}) {
    for (const Mode& mode : modes) {
      const std::string name = std::string("layer/") + timed.network.name + "/" + timed.layer + "/" + mode.name;
      benchmark::RegisterBenchmark(name.c_str(), [timed, &mode](benchmark::State& state) {
        simulate_layer(state, timed.network, timed.layer, mode);
      })->Unit(benchmark::kMillisecond);
    }
  }
  for (const Mode& mode : modes) {
    const std::string name = std::string("avx2/") + vgg16.name + "/" + mode.name;
    benchmark::RegisterBenchmark(name.c_str(),
                                 [&vgg16, &mode](benchmark::State& state) { simulate_network(state, vgg16, mode); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace benchmarks
