#include "benchmarks/layers.hpp"

#include <algorithm>

#include "benchmarks/counts.hpp"

namespace benchmarks {

std::filesystem::path source_path(const char* path) {
  return std::filesystem::path(SCNN_SOURCE_DIR) / path;
}

sim::RunFile run_of_layer(sim::RunFile run, const std::string& layer) {
  std::erase_if(run.network.layers, [&](const workloads::Layer& other) { return other.name != layer; });
  run.network.layers.at(0).inputs = {workloads::Layer::stands_alone};
  run.layers = {layer};
  return run;
}

sim::EvaluatedLayer evaluated_layer(const sim::RunFile& run) {
  sim::LayerEvaluator evaluator(run);
  return evaluator.evaluate(0, evaluator.activations().input(evaluator.network().layers.at(0), 0));
}

const sim::EvaluatedLayer& evaluated_layer(const TimedNetwork& network, const std::string& layer) {
  static std::string name;
  static sim::EvaluatedLayer evaluated;
  if (name != layer) {
    evaluated = {};  // before the next takes memory
    evaluated = evaluated_layer(run_of_layer(sim::read_run_file(source_path(network.run_file)), layer));
    name = layer;
  }
  return evaluated;
}

std::string detailed_counts(const TimedNetwork& network, std::int64_t bypass_registers) {
  sim::RunFile run = sim::read_run_file(source_path(network.run_file));
  run.accelerator.bypass_registers = bypass_registers;
  run.timing_only = true;
  std::map<std::string, Counts> counts;
  for (const std::string& name : run.layers) {
    const sim::EvaluatedLayer layer = evaluated_layer(run_of_layer(run, name));
    const scnn::LayerOutcome outcome = scnn::Scnn(run.accelerator, scnn::Evaluation::detailed)
                                           .run(layer.operands, scnn::Arithmetic::off, layer.outputs);
    counts[name] = counts_of(outcome.cycles, outcome.counters, outcome.pe_cycles);
  }
  return csv_of(counts);
}

}  // namespace benchmarks
