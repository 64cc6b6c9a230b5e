#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"
#include "models/scnn/waveform.hpp"

namespace scnn {

/// Second mechanism of the output-address bypass (after Mao et al.): each accumulator bank keeps its most
/// recently used partial sums in registers, so that an address referenced again needs no memory access.
class OutputBypass : public sc_core::sc_module, public BypassInterface {
 public:
  OutputBypass(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// Records from now on what the registers hold and which products find their entry; nullptr: no more.
  void trace(Waveform* waveform);

  bool add_if_held(std::uint32_t bank, std::uint32_t entry, std::int32_t value) override;
  Register take_in(std::uint32_t bank, std::uint32_t entry, std::int64_t sum) override;
  Register release(std::uint32_t bank) override;

 private:
  void record(std::uint32_t bank, bool hit) const;

  std::size_t registers_per_bank_;
  std::vector<std::vector<Register>> banks_;  ///< registers of each bank, the most recently used first

  struct BankSignals {
    Waveform::Signal hit;
    std::vector<Waveform::Signal> registers;
  };
  Waveform* waveform_ = nullptr;
  std::vector<BankSignals> bank_signals_;
};

}  // namespace scnn
