#pragma once

#include <cstddef>
#include <cstdint>
#include <systemc>

#include "models/eie/counters.hpp"
#include "models/eie/ports.hpp"
#include "pruning/weight_sharing.hpp"

namespace eie {

/// Looks the shared weight of an entry up, multiplies it with the column's activation and adds the product to the row's
/// sum. A sum that is updated in two cycles in a row goes from the adder's output to its input, past the registers.
class ArithmeticUnit : public sc_core::sc_module, public ArithmeticInterface {
 public:
  sc_core::sc_port<ActivationReadWriteInterface> activations;

  explicit ArithmeticUnit(const sc_core::sc_module_name& name) : sc_module(name) {}

  /// @param product_shift right shift of every product, rounding half up @param with_values false: timing only
  void begin_layer(const pruning::Codebook& codebook, int product_shift, bool with_values);
  void multiply(std::span<const pruning::MatrixEntry> column, std::int16_t activation, std::int64_t start) override;
  void add_counters(Counters& counters) const;

 private:
  const pruning::Codebook* codebook_ = nullptr;
  int product_shift_ = 0;
  bool with_values_ = false;
  std::size_t last_row_ = 0;
  std::int64_t last_update_ = -1;  ///< its cycle
  std::int64_t placeholders_ = 0;
  std::int64_t updates_ = 0;
  std::int64_t bypasses_ = 0;
};

}  // namespace eie
