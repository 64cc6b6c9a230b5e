#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// Second mechanism of the output-address bypass (after Mao et al.): each accumulator bank keeps its most
/// recently used partial sums in registers, so that an address referenced again needs no memory access.
class OutputBypass : public sc_core::sc_module, public BypassInterface {
 public:
  OutputBypass(const sc_core::sc_module_name& name, const Parameters& parameters);

  bool add_if_held(std::uint32_t bank, std::uint32_t entry, std::int32_t value) override;
  Register take_in(std::uint32_t bank, std::uint32_t entry, std::int64_t sum) override;
  Register release(std::uint32_t bank) override;

 private:
  std::size_t registers_per_bank_;
  std::vector<std::vector<Register>> banks_;  ///< registers of each bank, the most recently used first
};

}  // namespace scnn
