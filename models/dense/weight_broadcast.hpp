#pragma once

#include <cstddef>
#include <systemc>
#include <vector>

#include "models/dense/ports.hpp"
#include "models/scnn/layer_operands.hpp"

namespace dense {

/// Reads dense weights from DRAM and broadcasts them to the weight buffers of all PEs, which hold the same vectors.
class WeightBroadcast : public sc_core::sc_module, public WeightInterface {
 public:
  explicit WeightBroadcast(const sc_core::sc_module_name& name) : sc_module(name) {}

  void begin_layer(const scnn::LayerOperands& operands);
  [[nodiscard]] std::span<const std::int16_t> filter(int k) const override;

 private:
  std::vector<std::int16_t> weights_;  ///< filter by filter, each padded
  std::size_t pitch_ = 0;              ///< from one filter to the next
};

/// Operand pairs of a dot product with the zeros behind them. @param pairs without
std::size_t padded(std::int64_t pairs);

}  // namespace dense
