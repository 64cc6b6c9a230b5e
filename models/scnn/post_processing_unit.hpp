#pragma once

#include <cstdint>
#include <span>
#include <systemc>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// Post-processing unit of a PE: gathers the partial sums of the outputs that the PE owns, adds the bias, applies
/// ReLU, rounds to 16 bits and writes the result into the OARAM, compressed unless the machine keeps the zeros of
/// activations.
class PostProcessingUnit : public sc_core::sc_module, public PostProcessingInterface {
 public:
  PostProcessingUnit(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// @param sums where finished sums go, before bias: (K, P, Q) of the layer
  /// @param outputs likewise, 16-bit
  void begin_pass(const LayerOperands& operands, const Window& owned, std::vector<std::int64_t>& sums,
                  std::vector<std::int16_t>& outputs);

  void accumulate(int k, int row, int column, std::span<const std::int64_t> partial_sums) override;
  std::int64_t finish_group(const OutputGroup& group) override;

 private:
  [[nodiscard]] std::size_t output(int k, int row, int column) const;

  int index_bits_;
  const LayerOperands* operands_ = nullptr;
  int rows_ = 0;     ///< P
  int columns_ = 0;  ///< Q
  Window owned_;
  std::vector<std::int64_t>* sums_ = nullptr;
  std::vector<std::int16_t>* outputs_ = nullptr;
  std::vector<std::int16_t> channel_;  ///< owned outputs of one channel, in raster order
};

}  // namespace scnn
