#include "models/dram/memory_port.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace dram {

MemoryPort::MemoryPort(const sc_core::sc_module_name& name, const sc_core::sc_time& cycle)
    : sc_module(name), socket("socket"), cycle_(cycle) {
  payload_.set_data_ptr(data_.data());
  payload_.set_byte_enable_ptr(nullptr);
  payload_.set_extension(&transfer_);
}

MemoryPort::~MemoryPort() {
  payload_.clear_extension(&transfer_);  // or else the payload would delete it
}

void MemoryPort::begin_layer() {
  traffic_ = {};
  for (std::size_t kind = 0; kind < kinds; ++kind) address_[kind] = address_of(static_cast<Kind>(kind));
}

void MemoryPort::begin_stream() {
  begin_ = sc_core::sc_time_stamp().value();
}

void MemoryPort::transfer(Kind kind, std::span<const std::int64_t> ends, std::span<std::int64_t> cycles) {
  constexpr std::int64_t burst_bits = std::int64_t{8} * burst_bytes;
  const std::int64_t bits = ends.empty() ? 0 : ends.back();
  if (bits == 0) std::fill(cycles.begin(), cycles.end(), 0);
  std::size_t part = 0;
  std::int64_t begun = 0;  // cycles of what came of the next part with earlier bursts
  for (std::int64_t begin = 0; begin < bits; begin = transfer_.end) {
    transfer_.begin = begin;
    transfer_.end = std::min(begin + burst_bits, bits);
    const std::size_t first = part;
    while (part < ends.size() && ends[part] <= transfer_.end) ++part;
    const std::size_t parts = part - first;
    transfer_.part_ends = ends.subspan(first, parts);
    transfer_.part_delays = std::span(part_delays_).first(parts);
    const std::uint64_t whole_delay = send(kind).value();
    const std::uint64_t since_begin = sc_core::sc_time_stamp().value() - begin_;
    const auto cycles_after = [&](std::uint64_t delay) {
      return static_cast<std::int64_t>((since_begin + delay + cycle_.value() - 1) / cycle_.value());
    };
    const std::int64_t whole = cycles_after(whole_delay);
    if (parts == 0) {
      begun = std::max(begun, whole);
      continue;
    }
    for (std::size_t i = 0; i < parts; ++i) {
      cycles[first + i] = transfer_.parts_timed ? cycles_after(part_delays_[i]) : whole;
    }
    cycles[first] = std::max(cycles[first], begun);
    begun = ends[part - 1] < transfer_.end ? whole : 0;
  }
}

std::int64_t MemoryPort::transfer(Kind kind, std::int64_t bits) {
  std::int64_t cycles = 0;
  transfer(kind, {&bits, 1}, {&cycles, 1});
  return cycles;
}

/// The transfer at hand. @return its delay, from now on
sc_core::sc_time MemoryPort::send(Kind kind) {
  const auto bytes = static_cast<unsigned>((transfer_.bits() + 7) / 8);
  const auto number = static_cast<std::size_t>(kind);
  traffic_[number] += transfer_.bits();
  transfer_.kind = kind;
  transfer_.parts_timed = false;
  payload_.set_command(kind == Kind::output ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(address_[number]);
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  address_[number] += bytes;

  sc_core::sc_time delay;
  socket->b_transport(payload_, delay);
  if (!payload_.is_response_ok()) {
    throw std::runtime_error(std::string(name()) + ": the memory answers " + payload_.get_response_string());
  }
  return delay;
}

}  // namespace dram
