#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "models/scnn/counters.hpp"
#include "models/scnn/scnn.hpp"
#include "sim/layer_evaluator.hpp"
#include "sim/results.hpp"
#include "sim/run_file.hpp"

namespace sim {

/// What a run keeps of one layer and one image: plain data.
struct JobResult {
  std::int64_t cycles = 0;
  Mapping mapping;
  WeightSummary weights;  ///< with the placeholders of the streams
  std::int64_t nonzero_activations = 0;
  scnn::Counters counters;        ///< without what the placement decides: bytes of activations across DRAM
  std::int64_t input_bytes = 0;   ///< across DRAM, if that is where the input comes from
  std::int64_t output_bytes = 0;  ///< likewise
  bool input_can_stay = false;    ///< on the chip
  bool output_can_stay = false;
  scnn::PeCycles pe_cycles;
  bool bit_exact = false;  ///< whether the machine computed what a dense convolution does; false if timing only
  std::optional<Deviation> float32;  ///< as in `Check`
  std::optional<Deviation> recorded;
  double machine_seconds = 0;  ///< that the simulation of the machine took on this host
};
static_assert(std::is_trivially_copyable_v<JobResult>);

/// Simulates an evaluated layer and compares what comes out. Writes the waveform if this is the layer and image that
/// the run traces.
/// @throws pruning::InputError if the layer does not fit the machine, or the waveform cannot be written
JobResult simulate_layer(scnn::Scnn& machine, const RunFile& run, const LayerEvaluator& evaluator, std::size_t layer,
                         std::size_t image, const EvaluatedLayer& evaluated);

/// Whether a waveform is written of the layer's run on the image.
bool is_traced(const RunFile& run, const workloads::Layer& layer, std::size_t image);

/// About in proportion to the work of simulating a layer, as far as the configuration tells: products of a dense layer
/// times the densities asked for.
double expected_work(const RunFile& run, const workloads::Layer& layer);

}  // namespace sim
