#include "models/eie/activation_read_write.hpp"

namespace eie {

void ActivationReadWrite::finish_layer(const scnn::LayerOperands& operands, std::size_t pe, std::size_t pes,
                                       std::vector<std::int64_t>& sums, std::vector<std::int16_t>& outputs) const {
  for (std::size_t row = 0; row < sums_.size(); ++row) {
    const std::size_t k = row * pes + pe;
    sums[k] = sums_[row];
    outputs[k] = scnn::finished_output(operands, static_cast<int>(k), sums_[row]);
  }
}

}  // namespace eie
