#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "pruning/convolution_shape.hpp"
#include "pruning/grain.hpp"

namespace scnn {

/// Quantised, pruned weights of a layer and how they are coded.
struct Filters {
  pruning::Granularity granularity = pruning::Granularity::none;
  std::vector<std::int16_t> weights;  ///< (K, C/G, R, S)
  std::vector<std::uint8_t> kept;     ///< same shape: whether the weight's grain is kept; used by coarse granularities
};

/// What the machine is given of one layer and one image.
struct LayerOperands {
  pruning::ConvolutionShape shape;
  std::shared_ptr<const Filters> filters;
  std::vector<std::int16_t> activations;  ///< (C, H, W)
  std::vector<std::int64_t> bias;         ///< (K), in units of a partial sum's last bit; empty: none
  int product_shift = 0;                  ///< right shift of every product, rounding half up
  bool relu = false;
  int output_shift = 0;  ///< right shift from sum plus bias to a 16-bit output, rounding half up
};

}  // namespace scnn
