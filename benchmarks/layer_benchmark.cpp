// Whole layers: mapping, compression, simulation and the check of the results, as a run does them, on one core.

#include <benchmark/benchmark.h>

#include "benchmarks/counts.hpp"
#include "benchmarks/layers.hpp"
#include "benchmarks/suites.hpp"
#include "models/scnn/scnn.hpp"

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
}

}  // namespace benchmarks
