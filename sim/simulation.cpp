#include "sim/simulation.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "models/scnn/actions.hpp"
#include "sim/layer_jobs.hpp"
#include "sim/prepared_network.hpp"

namespace sim {

namespace {

/// An image's share of a layer's result.
void add_image(LayerResult& result, const PreparedLayer& prepared, const JobResult& job) {
  const auto& shape = prepared.operands.shape;
  result.cycles += job.cycles;
  result.activations += std::int64_t{1} * shape.C * shape.H * shape.W;
  result.nonzero_activations += prepared.nonzero_activations;
  result.dense_macs += shape.macs();
  result.counters += job.counters;
  result.pe_cycles += job.pe_cycles;
  const auto add = [](std::optional<Deviation>& sum, const std::optional<Deviation>& one) {
    if (!one) return;
    if (!sum) sum.emplace();
    *sum += *one;
  };
  add(result.check.float32, prepared.float32);
  add(result.check.recorded, prepared.recorded);
}

std::vector<LayerResult> collect(const RunFile& run, const PreparedNetwork& prepared,
                                 const std::vector<JobResult>& jobs) {
  std::vector<LayerResult> results;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const PreparedLayer& layer = prepared.layers[i];
    if (layer.image == 0) {
      const WeightSummary& weights = prepared.weights[layer.layer];
      LayerResult& fresh = results.emplace_back();
      fresh.name = prepared.network.layers[layer.layer].name;
      fresh.weights = weights.weights;
      fresh.nonzero_weights = weights.nonzero;
      // How a layer is cut may depend on the image; the first stands for all.
      fresh.mapping = jobs[i].mapping;
      fresh.storage = weights.storage;
      fresh.storage.placeholders = jobs[i].weight_placeholders;
      if (!run.timing_only) fresh.check.bit_exact = true;
    }
    LayerResult& result = results.back();
    add_image(result, layer, jobs[i]);
    if (!run.timing_only) result.check.bit_exact = *result.check.bit_exact && jobs[i].bit_exact;
  }
  for (LayerResult& result : results) {
    result.energy = energy::energy_of(scnn::actions_of(result.counters, run.accelerator), run.energy_table);
  }
  return results;
}

/// The traced layer's first image is the first job with its name.
Observation observation_of(const RunFile& run, const PreparedNetwork& prepared) {
  Observation observation{run.evaluation, {}};
  if (!run.trace) return observation;
  const auto traced = std::find_if(prepared.layers.begin(), prepared.layers.end(), [&](const PreparedLayer& layer) {
    return prepared.network.layers[layer.layer].name == run.trace->layer;
  });
  observation.traced = {static_cast<std::size_t>(std::distance(prepared.layers.begin(), traced)), *run.trace};
  return observation;
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

Results simulate(const RunFile& run, std::int64_t jobs, const ProgressListener& listener) {
  Progress progress;
  const PreparedNetwork prepared = prepare(run, [&](std::size_t step, std::size_t steps, const std::string& layer) {
    progress.step = step;
    progress.steps = steps;
    progress.layer = layer;
    if (listener) listener(progress);
  });

  double expected = 0;
  for (const PreparedLayer& layer : prepared.layers) expected += expected_products(layer);
  progress = {Progress::Stage::simulating, 0, prepared.layers.size(), "", 0, 0, 0.0};
  if (listener) listener(progress);
  const auto finished = [&](std::size_t job, const JobResult& result) {
    const PreparedLayer& layer = prepared.layers[job];
    ++progress.step;
    progress.layer = prepared.network.layers[layer.layer].name;
    progress.cycles += result.cycles;
    progress.products += result.counters.products;
    if (expected > 0) progress.share += expected_products(layer) / expected;
    if (listener) listener(progress);
  };

  Results results;
  results.provenance.seeds = seeds_of(run);
  results.network = run.network.name;
  results.images = static_cast<int>(prepared.images);
  results.accelerator = run.accelerator;
  results.energy_table = run.energy_table;
  results.pruning = run.pruning;
  results.layers = collect(
      run, prepared,
      run_jobs(prepared.layers, run.accelerator, run.timing_only, jobs, finished, observation_of(run, prepared)));
  results.classification = prepared.classification;
  add_up(results);
  return results;
}

}  // namespace sim
