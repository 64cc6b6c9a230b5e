#pragma once

#include <cstdint>

#include "pruning/tensor.hpp"
#include "workloads/network.hpp"
#include "workloads/per_layer.hpp"

namespace workloads {

// Tensors with the statistics of trained networks where there are none at hand. The values depend on seed, layer name
// and that layer's parameters alone, not on which other layers are made, and are the same everywhere.

enum class WeightDistribution {
  normal,
  laplacian  ///< two-sided exponential: more small and more large values
};

struct SyntheticWeights {
  std::uint64_t seed = 1;
  WeightDistribution distribution = WeightDistribution::normal;
  /// Standard deviation of the logarithm of the scale of a kernel (k, c), which is normal: 0 for independent weights;
  /// above it, some kernels matter more than others, as in trained layers, and pruning by magnitude leaves clusters.
  PerLayer kernel_scale_sigma{0, {}};
};

/// With spread and correlation 0 every value is on its own. Otherwise an input is what ReLU leaves of a field of normal
/// values plus an offset per channel. The field is separable and Markov in each direction, the usual model of images:
/// values dx columns and dy rows apart in one channel have the correlation exp(-(|dx| + |dy|) / correlation_length),
/// at borders as elsewhere; channels are independent.
struct SyntheticActivations {
  std::uint64_t seed = 1;
  PerLayer density{0.5, {}};  ///< share of values above zero: of each one's probability, or, with a field, exactly
  /// Standard deviation of a channel's offset, in those of the field; so the probits of the channels' densities are
  /// normal with this standard deviation.
  PerLayer channel_spread{0, {}};
  PerLayer correlation_length{0, {}};  ///< in pixels
};

/// Values of mean 0 with standard deviation sqrt(2 / (C/G R S)), (K, C/G, R, S), or (K, C) for a linear layer.
pruning::Tensor<float> synthetic_weights(const Layer& layer, const SyntheticWeights& parameters);

/// Input (C, H, W) of a layer, of at least 0. Without a field the magnitudes are those of normal values.
pruning::Tensor<float> synthetic_input(const Layer& layer, const SyntheticActivations& parameters);

}  // namespace workloads
