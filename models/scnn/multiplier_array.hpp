#pragma once

#include <cstdint>
#include <systemc>
#include <utility>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// The F x I multipliers of a PE with their coordinate computation (SCNN, figure 6): the Cartesian
/// product of an activation vector and a weight entry, each product with the address of its partial sum.
class MultiplierArray : public sc_core::sc_module, public MultiplyInterface {
 public:
  sc_core::sc_port<LaneInterface> lanes;

  MultiplierArray(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// @param accumulator outputs that the PE's accumulators stand for
  /// @param outputs outputs of the pass; products for others are discarded
  /// @param with_values false: products carry no values (timing only)
  void begin_pass(const Window& accumulator, const Window& outputs, int product_shift, bool with_values);

  void issue(std::span<const Activation> activations, std::span<const Weight> weights) override;

  /// issues, multiplier_slots, products, products_discarded, placeholder_lanes
  void add_counters(Counters& counters) const;

 private:
  std::uint32_t weights_per_cycle_;
  std::uint32_t lane_count_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> bank_and_entry_;  ///< of each address
  Window accumulator_;
  Window outputs_;
  int product_shift_ = 0;
  bool with_values_ = true;
  std::vector<Product> formed_;
  std::int64_t issues_ = 0;
  std::int64_t products_ = 0;
  std::int64_t discarded_ = 0;
  std::int64_t placeholder_lanes_ = 0;
};

}  // namespace scnn
