#include "models/dense/weight_broadcast.hpp"

#include <algorithm>

#include "models/dense/dot_product_kernel.hpp"

namespace dense {

std::size_t padded(std::int64_t pairs) {
  return (static_cast<std::size_t>(pairs) + dot_product_padding - 1) / dot_product_padding * dot_product_padding;
}

void WeightBroadcast::begin_layer(const scnn::LayerOperands& operands) {
  const std::int64_t pairs = operands.shape.weight_count() / operands.shape.K;
  pitch_ = padded(pairs);
  weights_.assign(pitch_ * static_cast<std::size_t>(operands.shape.K), 0);
  auto from = operands.filters->weights.begin();
  for (auto to = weights_.begin(); to != weights_.end(); to += static_cast<std::ptrdiff_t>(pitch_), from += pairs) {
    std::copy(from, from + pairs, to);
  }
}

std::span<const std::int16_t> WeightBroadcast::filter(int k) const {
  return std::span(weights_).subspan(static_cast<std::size_t>(k) * pitch_, pitch_);
}

}  // namespace dense
