#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/eie/ports.hpp"
#include "models/scnn/layer_operands.hpp"

namespace eie {

/// Destination activations of a PE: the sums of its rows. Bias, ReLU and rounding to 16 bits as on SCNN.
class ActivationReadWrite : public sc_core::sc_module, public ActivationReadWriteInterface {
 public:
  explicit ActivationReadWrite(const sc_core::sc_module_name& name) : sc_module(name) {}

  /// @param rows of the PE
  void begin_layer(std::int64_t rows) { sums_.assign(static_cast<std::size_t>(rows), 0); }
  void accumulate(std::size_t row, std::int64_t product) override { sums_[row] += product; }
  /// Puts the sums of local rows 0, 1, ... to `pe`, `pe + pes`, ... of all. @param sums, outputs (K), before and after
  /// post-processing
  void finish_layer(const scnn::LayerOperands& operands, std::size_t pe, std::size_t pes,
                    std::vector<std::int64_t>& sums, std::vector<std::int16_t>& outputs) const;

 private:
  std::vector<std::int64_t> sums_;
};

}  // namespace eie
