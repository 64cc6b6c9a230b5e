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
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    cycles[i] = transfer(kind, ends[i] - begin);
    begin = ends[i];
  }
}

std::int64_t MemoryPort::transfer(Kind kind, std::int64_t bits) {
  constexpr std::int64_t burst_bits = std::int64_t{8} * burst_bytes;
  std::int64_t cycles = 0;
  for (std::int64_t sent = 0; sent < bits; sent += burst_bits) {
    cycles = std::max(cycles, send(kind, std::min(burst_bits, bits - sent)));
  }
  return cycles;
}

std::int64_t MemoryPort::send(Kind kind, std::int64_t bits) {
  const auto bytes = static_cast<unsigned>((bits + 7) / 8);
  const auto number = static_cast<std::size_t>(kind);
  traffic_[number] += bits;
  transfer_.kind = kind;
  transfer_.bits = bits;
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
  const std::uint64_t time = sc_core::sc_time_stamp().value() + delay.value() - begin_;
  return static_cast<std::int64_t>((time + cycle_.value() - 1) / cycle_.value());
}

}  // namespace dram
