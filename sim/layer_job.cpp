#include "sim/layer_job.hpp"

#include <algorithm>
#include <chrono>

#include "pruning/input_error.hpp"
#include "sim/trace.hpp"

namespace sim {

JobResult simulate_layer(scnn::Scnn& machine, const RunFile& run, const LayerEvaluator& evaluator, std::size_t index,
                         std::size_t image, const EvaluatedLayer& evaluated) {
  const workloads::Layer& layer = evaluator.network().layers[index];
  std::optional<scnn::Waveform> waveform;
  scnn::Tracing tracing;
  if (is_traced(run, layer, image)) {
    waveform.emplace(run.trace->window);
    tracing = {&*waveform, run.trace->pe};
  }

  const auto start = std::chrono::steady_clock::now();
  const scnn::LayerOutcome outcome = [&] {
    try {
      return machine.run(evaluated.operands, run.timing_only ? scnn::Arithmetic::off : scnn::Arithmetic::on,
                         evaluated.outputs, tracing);
    } catch (const scnn::LayerDoesNotFit& error) {
      throw pruning::InputError(layer.location, "layer " + layer.name + " does not fit the machine: " + error.what());
    }
  }();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (waveform) write_trace(*run.trace, *waveform, outcome.cycles, run.accelerator.clock_ghz);

  JobResult result;
  result.cycles = outcome.cycles;
  result.mapping = {outcome.output_channels_per_group, outcome.groups, outcome.temporal_rows, outcome.temporal_columns};
  result.weights = evaluated.weights->summary;
  result.weights.storage.placeholders = outcome.weight_placeholders;
  const auto& activations = evaluated.operands.activations;
  result.nonzero_activations =
      std::ssize(activations) - std::count(activations.begin(), activations.end(), std::int16_t{0});
  result.counters = outcome.counters;
  result.counters.dram_activation_bytes_read = result.counters.dram_activation_bytes_written = 0;
  result.input_bytes = outcome.input_bytes;
  result.output_bytes = outcome.output_bytes;
  result.input_can_stay = outcome.input_can_stay;
  result.output_can_stay = outcome.output_can_stay;
  result.pe_cycles = outcome.pe_cycles;
  result.machine_seconds = seconds.count();
  if (!run.timing_only) {
    result.bit_exact = outcome.sums == evaluated.sums && outcome.outputs == evaluated.outputs;
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
  return density * static_cast<double>(layer.convolution.macs());
}

}  // namespace sim
