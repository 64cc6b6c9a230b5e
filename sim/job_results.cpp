#include "sim/job_results.hpp"

#include <algorithm>
#include <numeric>

namespace sim {

namespace {

/// Adds an image's share of a layer's result.
void add_image(LayerResult& result, const pruning::ConvolutionShape& shape, const JobResult& job,
               const MachineResult& one) {
  static_cast<MachineCounts&>(result) += one;
  result.cycles += one.cycles;
  result.activations += std::int64_t{1} * shape.C * shape.H * shape.W;
  result.nonzero_activations += job.nonzero_activations;
  result.dense_macs += shape.macs();
  if (!result.check.bit_exact) return;
  *result.check.bit_exact = *result.check.bit_exact && one.bit_exact;
  const auto add = [](std::optional<Deviation>& sum, const std::optional<Deviation>& part) {
    if (!part) return;
    if (!sum) sum.emplace();
    *sum += *part;
  };
  add(result.check.float32, job.float32);
  add(result.check.recorded, job.recorded);
}

LayerResult first_of(const workloads::Layer& layer, Machine machine, const JobResult& job, const MachineResult& one,
                     bool timing_only) {
  LayerResult result;
  result.machine = machine;
  result.name = layer.name;
  result.weights = job.weights.weights;
  result.nonzero_weights = job.weights.nonzero;
  // How a layer is cut may depend on the image; the first stands for all.
  result.mapping = one.mapping;
  result.sram = one.sram;
  result.storage = job.weights.storage;
  result.storage.placeholders = one.weight_placeholders;
  if (!timing_only && machine != Machine::scnn_oracle) result.check.bit_exact = true;
  return result;
}

std::map<std::string, std::uint64_t> seeds_of(const RunFile& run) {
  std::map<std::string, std::uint64_t> seeds;
  if (const auto* weights = std::get_if<workloads::SyntheticWeights>(&run.weights)) seeds["weights"] = weights->seed;
  if (const auto* activations = std::get_if<workloads::SyntheticActivations>(&run.activations)) {
    seeds["activations"] = activations->seed;
  }
  return seeds;
}

}  // namespace

Results results_of(const RunFile& run, const workloads::Network& network, const std::vector<LayerJob>& jobs) {
  Results results;
  results.provenance.seeds = seeds_of(run);
  results.network = run.network.name;
  results.accelerator = run.accelerator;
  results.energy_table = run.energy_table;
  results.pruning = run.pruning;
  results.machines = run.machines;
  results.by_layer_type = run.by_layer_type;
  for (std::size_t i = 0; i < run.machines.size(); ++i) {
    for (const LayerJob& job : jobs) {
      const workloads::Layer& layer = network.layers[job.layer];
      if (!run.runs_on(layer, i)) continue;
      const MachineResult& one = job.result->machines[i];
      if (job.image == 0) {
        results.layers.push_back(first_of(layer, run.machines[i], *job.result, one, run.timing_only));
        results.layers.back().places = job.places[i];
      }
      add_image(results.layers.back(), layer.convolution, *job.result, one);
    }
  }
  for (LayerResult& layer : results.layers) {
    layer.energy = energy::energy_of(actions_of(layer.machine, layer, run.accelerator), run.energy_table);
  }
  add_up(results);
  return results;
}

std::vector<int> best_classes(const std::vector<float>& scores) {
  std::vector<int> classes(scores.size());
  std::iota(classes.begin(), classes.end(), 0);
  const auto count = std::min<std::ptrdiff_t>(5, std::ssize(classes));
  std::partial_sort(classes.begin(), classes.begin() + count, classes.end(), [&](int a, int b) {
    const float x = scores[static_cast<std::size_t>(a)];
    const float y = scores[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  });
  classes.resize(static_cast<std::size_t>(count));
  return classes;
}

}  // namespace sim
