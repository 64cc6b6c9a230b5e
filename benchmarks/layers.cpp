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

const std::vector<sim::PreparedLayer>& prepared_layer(const TimedNetwork& network, const std::string& layer) {
  static std::string name;
  static std::vector<sim::PreparedLayer> prepared;
  if (name != layer) {
    prepared.clear();
    prepared = sim::prepare(run_of_layer(sim::read_run_file(source_path(network.run_file)), layer)).layers;
    name = layer;
  }
  return prepared;
}

std::string detailed_counts(const TimedNetwork& network, std::int64_t bypass_registers) {
  sim::RunFile run = sim::read_run_file(source_path(network.run_file));
  run.accelerator.bypass_registers = bypass_registers;
  run.timing_only = true;
  std::map<std::string, Counts> counts;
  for (const std::string& name : run.layers) {
    const sim::PreparedNetwork prepared = sim::prepare(run_of_layer(run, name));
    const sim::PreparedLayer& layer = prepared.layers.front();
    const scnn::LayerOutcome outcome = scnn::Scnn(run.accelerator, scnn::Evaluation::detailed)
                                           .run(layer.operands, scnn::Arithmetic::off, layer.outputs);
    counts[name] = counts_of(outcome.cycles, outcome.counters, outcome.pe_cycles);
  }
  return csv_of(counts);
}

}  // namespace benchmarks
