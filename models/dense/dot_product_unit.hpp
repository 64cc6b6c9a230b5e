#pragma once

#include <cstdint>
#include <systemc>

#include "models/dense/ports.hpp"
#include "models/scnn/parameters.hpp"

namespace dense {

/// F I multipliers and an adder tree behind them (the inner operation of PT-IS-DP-dense).
class DotProductUnit : public sc_core::sc_module, public DotProductInterface {
 public:
  DotProductUnit(const sc_core::sc_module_name& name, const scnn::Parameters& parameters);

  /// @param pairs operand pairs of one dot product of the layer @param product_shift right shift of every product
  void begin_layer(std::int64_t pairs, int product_shift);

  std::int32_t multiply(std::span<const std::int32_t> activations, std::span<const std::int16_t> weights) override;
  [[nodiscard]] std::int64_t cycles() const override { return cycles_; }

 private:
  std::int64_t width_;
  std::int64_t cycles_ = 0;
  int product_shift_ = 0;
};

}  // namespace dense
