#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "pruning/compressed_stream.hpp"
#include "pruning/convolution_shape.hpp"
#include "pruning/fixed_point.hpp"
#include "pruning/grain.hpp"

namespace scnn {

/// Quantised, pruned weights of a layer and how they are coded.
struct Filters {
  pruning::Granularity granularity = pruning::Granularity::none;
  std::vector<std::int16_t> weights;  ///< (K, C/G, R, S)
  std::vector<std::uint8_t> kept;     ///< same shape: whether the weight's grain is kept; used by coarse granularities
};

/// The operand whose zeros are elements of the streams like any other value: SCNN-SparseW is SCNN with dense
/// activations, SCNN-SparseA with dense weights (Parashar et al., ISCA 2017). A dense stream needs no indices, so an
/// element takes 16 bits and there are no placeholders.
enum class DenseOperand { none, activations, weights };

/// What the machine is given of one layer and one image.
struct LayerOperands {
  pruning::ConvolutionShape shape;
  std::shared_ptr<const Filters> filters;
  std::vector<std::int16_t> activations;  ///< (C, H, W)
  std::vector<std::int64_t> bias;         ///< (K), in units of a partial sum's last bit; empty: none
  int product_shift = 0;                  ///< right shift of every product, rounding half up
  bool relu = false;
  int output_shift = 0;  ///< right shift from sum plus bias to a 16-bit output, rounding half up
  DenseOperand dense = DenseOperand::none;
  /// Rows and columns of passes that the output plane is cut into; nothing: as few as fit.
  std::optional<pruning::RowsColumns> temporal_tiles{};

  [[nodiscard]] pruning::Coding activation_coding() const {
    return dense == DenseOperand::activations ? pruning::Coding::dense : pruning::Coding::compressed;
  }
  [[nodiscard]] pruning::Coding weight_coding() const {
    return dense == DenseOperand::weights ? pruning::Coding::dense : pruning::Coding::compressed;
  }
};

/// What post-processing makes of a finished sum of output channel `k`: bias, ReLU, rounding to 16 bits.
inline std::int16_t finished_output(const LayerOperands& operands, int k, std::int64_t sum) {
  if (!operands.bias.empty()) sum += operands.bias[static_cast<std::size_t>(k)];
  if (operands.relu) sum = std::max<std::int64_t>(sum, 0);
  return static_cast<std::int16_t>(pruning::shift_round_half_up(sum, operands.output_shift));
}

}  // namespace scnn
