#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>

namespace dram {

/// DRAM of a given bandwidth and latency, a TLM-2.0 target (base protocol, loosely timed). Reads and writes are carried
/// one after another, from the time on at which they arrive; it never waits, but annotates the time at which the last
/// bit has crossed the pins, at the end of a cycle. Requests of one time are a stream of which nothing is rounded but
/// the end of each: their sizes are those of the `Transfer` extension, in bits, where they have one, and it says of its
/// parts when they have crossed.
class Dram : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Dram> socket;

  /// @param cycle of the clock
  /// @param bytes_per_cycle 0: no limit; at most three decimals
  /// @param latency_cycles from a request to its first bit; those of different requests overlap
  Dram(const sc_core::sc_module_name& name, const sc_core::sc_time& cycle, double bytes_per_cycle,
       std::int64_t latency_cycles);

 private:
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  [[nodiscard]] std::uint64_t time_for(std::int64_t bits) const;

  // Times are in units of the time resolution: weights come in many small transfers.
  std::uint64_t cycle_;
  std::int64_t bits_per_1000_cycles_;
  std::uint64_t latency_;
  std::uint64_t busy_from_ = 0;  ///< since when it is at work without a pause
  std::int64_t busy_bits_ = 0;   ///< carried since then
  std::uint64_t busy_until_ = 0;
};

}  // namespace dram
