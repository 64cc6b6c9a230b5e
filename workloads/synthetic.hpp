#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "pruning/convolution_shape.hpp"
#include "pruning/tensor.hpp"
#include "workloads/network.hpp"

namespace workloads {

/// Tensors with the statistics of trained networks where there are none at hand. The values depend on seed and layer
/// name alone, not on which other layers are made, and are the same everywhere: std::mt19937_64 is specified by the
/// language, and its numbers are turned into uniform and normal ones here.

struct SyntheticWeights {
  std::uint64_t seed = 1;
  /// Spread of the logarithm of the scale of a kernel (k, c): 0 for independent weights; above it, some kernels
  /// matter more than others, as in trained layers.
  double kernel_scale_sigma = 0;
};

struct SyntheticActivations {
  std::uint64_t seed = 1;
  double density = 0.5;                     ///< probability of a value above zero
  std::map<std::string, double> per_layer;  ///< density of the inputs of these layers
};

/// Normal values with standard deviation sqrt(2 / (C/G R S)), (K, C/G, R, S), or (K, C) for a linear layer.
pruning::Tensor<float> synthetic_weights(const Layer& layer, const SyntheticWeights& parameters);

/// Input (C, H, W) of a layer: magnitudes of normal values, zero with probability 1 - density.
pruning::Tensor<float> synthetic_input(const Layer& layer, const SyntheticActivations& parameters);

}  // namespace workloads
