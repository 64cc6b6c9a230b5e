#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// First mechanism of the output-address bypass: products of one issue with the same address are added
/// up in front of the crossbar. The lowest lane carries the sum; the others take no crossbar slot.
class ProductMerge : public sc_core::sc_module, public LaneInterface {
 public:
  sc_core::sc_port<LaneInterface> lanes;

  ProductMerge(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_pass() { merged_ = 0; }
  void load(std::span<const Product> products) override;

  /// products_merged
  void add_counters(Counters& counters) const { counters.products_merged += merged_; }

 private:
  struct Seen {
    std::uint64_t issue = 0;  ///< in which the address occurred last
    std::size_t at = 0;       ///< where in `kept_`
  };

  std::size_t banks_;
  std::vector<Seen> seen_;  ///< by address
  std::uint64_t issue_ = 0;
  std::vector<Product> kept_;
  std::int64_t merged_ = 0;
};

}  // namespace scnn
