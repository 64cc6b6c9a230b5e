#pragma once

#include <systemc>

#include "models/dense/ports.hpp"
#include "models/scnn/layer_operands.hpp"

namespace dense {

/// Activation SRAM of a PE: its tile of the input, uncompressed, and copies of what its outputs need of other tiles.
class ActivationMemory : public sc_core::sc_module, public ActivationInterface {
 public:
  explicit ActivationMemory(const sc_core::sc_module_name& name) : sc_module(name) {}

  void begin_layer(const scnn::LayerOperands& operands) { operands_ = &operands; }
  void read(int channel_group, int row, int column, std::span<std::int32_t> operands) const override;

 private:
  const scnn::LayerOperands* operands_ = nullptr;
};

}  // namespace dense
