#pragma once

#include <cstdint>
#include <systemc>

namespace dram {

/// Off-chip memory, seen by the blocks that stream from it.
class StreamInterface : public virtual sc_core::sc_interface {
 public:
  /// Cycles from the start of a stream until its first `bits` bits have crossed the pins.
  [[nodiscard]] virtual std::int64_t cycles_for(std::int64_t bits) const = 0;
};

/// DRAM of a given bandwidth and no latency that reads ahead.
class Dram : public sc_core::sc_module, public StreamInterface {
 public:
  /// @param bytes_per_cycle 0: no limit; at most three decimals
  Dram(const sc_core::sc_module_name& name, double bytes_per_cycle);

  [[nodiscard]] std::int64_t cycles_for(std::int64_t bits) const override;

 private:
  std::int64_t bits_per_1000_cycles_;
};

}  // namespace dram
