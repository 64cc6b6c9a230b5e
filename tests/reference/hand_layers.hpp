#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"

/// Layers and machines small enough to be worked out by hand.
namespace reference {

/// A machine on which hand calculation is easy: one PE with one multiplier, no DRAM limit, no latency.
inline scnn::Parameters small_machine() {
  scnn::Parameters machine;
  machine.rows = machine.columns = 1;
  machine.weights_per_cycle = machine.activations_per_cycle = 1;
  machine.pipeline_latency = 0;
  machine.dram_bytes_per_cycle = 0;
  return machine;
}

/// A layer whose grains are all kept, without bias; values keep their scale.
inline scnn::LayerOperands layer_of(const pruning::ConvolutionShape& shape, std::vector<std::int16_t> weights,
                                    std::vector<std::int16_t> activations,
                                    pruning::Granularity granularity = pruning::Granularity::none) {
  scnn::Filters filters{.granularity = granularity, .weights = std::move(weights), .kept = {}};
  filters.kept.assign(filters.weights.size(), 1);
  scnn::LayerOperands layer;
  layer.shape = shape;
  layer.filters = std::make_shared<const scnn::Filters>(std::move(filters));
  layer.activations = std::move(activations);
  return layer;
}

}  // namespace reference
