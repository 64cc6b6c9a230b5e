#include "models/dram/dram.hpp"

#include <algorithm>
#include <cmath>

#include "models/dram/transfer.hpp"

namespace dram {

Dram::Dram(const sc_core::sc_module_name& name, const sc_core::sc_time& cycle, double bytes_per_cycle,
           std::int64_t latency_cycles)
    : sc_module(name),
      socket("socket"),
      cycle_(cycle.value()),
      bits_per_1000_cycles_(std::llround(bytes_per_cycle * 1000.0) * 8),
      latency_(static_cast<std::uint64_t>(latency_cycles) * cycle_) {
  socket.register_b_transport(this, &Dram::transport);
}

std::uint64_t Dram::time_for(std::int64_t bits) const {
  if (bits_per_1000_cycles_ == 0) return 0;
  const std::int64_t cycles = (bits * 1000 + bits_per_1000_cycles_ - 1) / bits_per_1000_cycles_;
  return static_cast<std::uint64_t>(cycles) * cycle_;
}

void Dram::transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  auto* const transfer = payload.get_extension<Transfer>();
  const std::int64_t bits = transfer != nullptr ? transfer->bits() : std::int64_t{8} * payload.get_data_length();
  const std::uint64_t now = sc_core::sc_time_stamp().value();
  const std::uint64_t arrival = now + delay.value();
  if (arrival >= busy_until_) {
    busy_from_ = arrival;
    busy_bits_ = 0;
  }
  const std::uint64_t first_delay = busy_from_ + latency_ - now;
  if (transfer != nullptr) {
    const std::int64_t bits_before = busy_bits_ - transfer->begin;
    for (std::size_t part = 0; part < transfer->part_ends.size(); ++part) {
      transfer->part_delays[part] = first_delay + time_for(bits_before + transfer->part_ends[part]);
    }
    transfer->parts_timed = true;
  }
  busy_bits_ += bits;
  busy_until_ = busy_from_ + time_for(busy_bits_);
  delay = sc_core::sc_time::from_value(busy_until_ + latency_ - now);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

}  // namespace dram
