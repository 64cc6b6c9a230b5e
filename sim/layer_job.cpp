#include "sim/layer_job.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <stdexcept>

#include "pruning/input_error.hpp"
#include "sim/trace.hpp"

namespace sim {

std::string bytes_of(const JobResult& result) {
  return {reinterpret_cast<const char*>(&result), sizeof result};
}

JobResult job_result_of(const std::string& bytes) {
  if (bytes.size() != sizeof(JobResult)) throw std::invalid_argument("these bytes are no result of a job");
  JobResult result;
  std::memcpy(&result, bytes.data(), sizeof result);
  return result;
}

JobResult simulate_layer(MachineModels& models, const RunFile& run, const LayerEvaluator& evaluator, std::size_t index,
                         std::size_t image, const EvaluatedLayer& evaluated) {
  const workloads::Layer& layer = evaluator.network().layers[index];
  std::optional<scnn::Waveform> waveform;
  scnn::Tracing tracing;
  if (is_traced(run, layer, image)) {
    waveform.emplace(run.trace->window);
    tracing = {&*waveform, run.trace->pe};
  }

  JobResult result;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < run.machines.size(); ++i) {
    if (!run.runs_on(layer, i)) continue;
    const bool traced = waveform && run.machines[i] == run.trace->machine;
    try {
      result.machines[i] = models.run(run.machines[i], evaluated, traced ? tracing : scnn::Tracing{});
    } catch (const scnn::LayerDoesNotFit& error) {
      throw pruning::InputError(layer.location, "layer " + layer.name + " does not fit the machine: " + error.what());
    }
    if (traced) write_trace(*run.trace, *waveform, result.machines[i].cycles, run.accelerator.clock_ghz);
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  result.weights = evaluated.weights->summary;
  const auto& activations = evaluated.operands.activations;
  result.nonzero_activations =
      std::ssize(activations) - std::count(activations.begin(), activations.end(), std::int16_t{0});
  result.machine_seconds = seconds.count();
  if (!run.timing_only) {
    const LayerEvaluator::Deviations deviations = evaluator.deviations(index, image, evaluated);
    result.float32 = deviations.float32;
    result.recorded = deviations.recorded;
  }
  return result;
}

bool is_traced(const RunFile& run, const workloads::Layer& layer, std::size_t image) {
  return run.trace && run.trace->layer == layer.name && image == 0;
}

double expected_work(const RunFile& run, const workloads::Layer& layer) {
  double density = run.pruning.density_of(layer.name);
  if (const auto* synthetic = std::get_if<workloads::SyntheticActivations>(&run.activations)) {
    density *= synthetic->density.of(layer.name);
  }
  // To make or read, prune and encode a value takes as long as so many products.
  constexpr double products_for_a_value = 100;
  const auto& shape = layer.convolution;
  const double values = static_cast<double>(shape.weight_count()) + static_cast<double>(shape.C) * shape.H * shape.W;
  return density * static_cast<double>(shape.macs()) + products_for_a_value * values;
}

}  // namespace sim
