#include "models/dense/activation_memory.hpp"

#include <algorithm>

namespace dense {

void ActivationMemory::read(int channel_group, int row, int column, std::span<std::int32_t> operands) const {
  const pruning::ConvolutionShape& shape = operands_->shape;
  const int first_row = row * shape.stride.rows - shape.padding.rows;
  const int first_column = column * shape.stride.columns - shape.padding.columns;
  auto to = operands.begin();
  for (int c = 0; c < shape.channels_per_group(); ++c) {
    const int channel = channel_group * shape.channels_per_group() + c;
    for (int r = 0; r < shape.R; ++r) {
      const int y = first_row + r * shape.dilation.rows;
      const bool inside = y >= 0 && y < shape.H;
      const std::int16_t* const pixels =
          operands_->activations.data() + (std::ptrdiff_t{channel} * shape.H + (inside ? y : 0)) * shape.W;
      for (int s = 0; s < shape.S; ++s) {
        const int x = first_column + s * shape.dilation.columns;
        *to++ = inside && x >= 0 && x < shape.W ? pixels[x] : 0;
      }
    }
  }
  std::fill(to, operands.end(), 0);
}

}  // namespace dense
