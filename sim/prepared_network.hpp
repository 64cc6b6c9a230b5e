#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "sim/placement.hpp"
#include "sim/results.hpp"
#include "sim/run_file.hpp"
#include "workloads/network.hpp"

namespace sim {

/// What is known of a layer's weights once they are pruned and quantised.
struct WeightSummary {
  std::int64_t weights = 0;
  std::int64_t nonzero = 0;  ///< after quantisation
  Storage storage;           ///< without placeholders
};

/// One accelerator layer on one image, ready for the machine, and what a dense convolution in the machine's
/// arithmetic says must come out.
struct PreparedLayer {
  std::size_t layer = 0;  ///< position in the network
  std::size_t image = 0;  ///< position in the run's list of images
  scnn::LayerOperands operands;
  Placement place;
  std::vector<std::int64_t> sums;     ///< (K, P, Q), before bias; empty if timing only
  std::vector<std::int16_t> outputs;  ///< (K, P, Q), after post-processing
  std::int64_t nonzero_activations = 0;
  std::optional<Deviation> float32;  ///< as in `Check`
  std::optional<Deviation> recorded;
};

/// A network with everything the machine needs, layer by layer.
struct PreparedNetwork {
  workloads::Network network;  ///< fused
  std::size_t images = 1;
  std::vector<WeightSummary> weights;  ///< by layer; empty entries for layers that are not on the accelerator
  std::vector<PreparedLayer> layers;   ///< the layers to simulate, in the network's order, image by image
  std::optional<Classification> classification;
};

/// Called before each layer is prepared: number from 0, count, name.
using PreparationProgress = std::function<void(std::size_t, std::size_t, const std::string&)>;

/// Reads the tensors of a run, prunes and quantises the weights, and carries every image forward through the network to
/// find each layer's input. The accelerator's layers are evaluated in its own fixed-point arithmetic, the
/// others in float32; so what a layer reads is what the machine left there, rounded by the post-processing unit.
/// @throws pruning::InputError, also for a layer that does not fit the machine
PreparedNetwork prepare(const RunFile& run, const PreparationProgress& progress = {});

}  // namespace sim
