#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "sim/layer_evaluator.hpp"
#include "sim/machine_models.hpp"
#include "sim/results.hpp"
#include "sim/run_file.hpp"

namespace sim {

/// What a run keeps of one layer and one image: plain data.
struct JobResult {
  WeightSummary weights;
  std::int64_t nonzero_activations = 0;
  std::optional<Deviation> float32;  ///< as in `Check`
  std::optional<Deviation> recorded;
  double machine_seconds = 0;  ///< that the simulation of the machines took on this host
  std::array<MachineResult, machine_kinds>
      machines;  ///< in the order of the run's machines; of one that does not run the layer empty
};
static_assert(std::is_trivially_copyable_v<JobResult>);

/// The same as bytes, on its way from one process to another.
std::string bytes_of(const JobResult& result);
JobResult job_result_of(const std::string& bytes);

/// Simulates an evaluated layer on every machine of the run and compares what comes out. Writes the waveform if this is
/// the layer and image that the run traces.
/// @throws pruning::InputError if the layer does not fit the machine, or the waveform cannot be written
JobResult simulate_layer(MachineModels& models, const RunFile& run, const LayerEvaluator& evaluator, std::size_t layer,
                         std::size_t image, const EvaluatedLayer& evaluated);

/// Whether a waveform is written of the layer's run on the image.
bool is_traced(const RunFile& run, const workloads::Layer& layer, std::size_t image);

/// About in proportion to the work of simulating a layer, as far as the configuration tells: products of a dense layer
/// times the densities asked for, and what its values take.
double expected_work(const RunFile& run, const workloads::Layer& layer);

}  // namespace sim
