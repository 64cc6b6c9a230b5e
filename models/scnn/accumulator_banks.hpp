#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"
#include "models/scnn/waveform.hpp"

namespace scnn {

/// Accumulator memory of a PE: A banks of partial sums, in one or two sets. One product per bank and cycle is
/// added; with bypass registers bound, only what misses them touches the memory.
class AccumulatorBanks : public sc_core::sc_module, public RetireInterface, public PartialSumInterface {
 public:
  sc_core::sc_port<BypassInterface, 1, sc_core::SC_ZERO_OR_MORE_BOUND> bypass;

  AccumulatorBanks(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_pass() { references_ = hits_ = 0; }
  /// Records every retirement from now on; nullptr: no more.
  void trace(Waveform* waveform);
  /// Clears the set that accumulates next.
  void begin_group();
  void retire(std::span<const Product> products) override;
  /// Writes back what bypass registers hold and changes to the other set.
  void end_group();
  void read_partial_sums(std::span<std::int64_t> sums) const override;

  /// accumulator_references, bypass_hits
  void add_counters(Counters& counters) const;

 private:
  [[nodiscard]] std::int64_t& word(std::uint32_t bank, std::uint32_t entry) {
    return sets_[accumulating_][std::size_t{entry} * banks_ + bank];
  }
  void record(std::span<const Product> products) const;

  std::uint32_t banks_;
  std::vector<std::vector<std::int64_t>> sets_;  ///< each by address: entry x A + bank
  std::size_t accumulating_ = 0;
  std::size_t draining_ = 0;
  std::int64_t references_ = 0;
  std::int64_t hits_ = 0;

  struct BankSignals {
    Waveform::Signal retires;
    Waveform::Signal entry;
  };
  Waveform* waveform_ = nullptr;
  std::vector<BankSignals> bank_signals_;
};

}  // namespace scnn
