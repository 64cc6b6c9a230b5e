#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/dram/memory_interface.hpp"
#include "models/dram/transfer.hpp"

namespace dram {

/// Where a machine meets its memory: turns transfers into TLM-2.0 transactions and counts what crosses.
///
/// Any TLM-2.0 target can be bound to the socket (32 bits wide, base protocol, loosely timed; see `scnn::Scnn` for
/// how):
/// - It is called by `b_transport` with a generic payload of `burst_bytes`, the last of a tensor with what is left,
///   reading weights and input and writing output, each from an address space of its own that starts anew with every
///   layer (`address_of`). The data are of no interest: a machine knows its tensors. A `Transfer` extension says more
///   to those who want to know, and lets them say when each part of a burst is across.
/// - All transactions of a stream are sent at its beginning, so the delay that the target adds says when the data are
///   there; they may come back in any order. A target that keeps to the requests' order, as `Dram` does, has to
///   remember until when it is busy.
/// - A target that waits instead, or before it annotates, is one without read-ahead: requests reach it one by one.
/// - Times are rounded up to whole cycles. Any response but TLM_OK_RESPONSE ends the simulation.
class MemoryPort : public sc_core::sc_module, public MemoryInterface {
 public:
  static constexpr unsigned burst_bytes = 64;
  /// Of the first byte of a kind.
  static constexpr std::uint64_t address_of(Kind kind) { return static_cast<std::uint64_t>(kind) << 30; }

  tlm_utils::simple_initiator_socket<MemoryPort> socket;

  /// @param cycle of the machine's clock
  MemoryPort(const sc_core::sc_module_name& name, const sc_core::sc_time& cycle);
  ~MemoryPort() override;

  /// Counts and addresses start anew.
  void begin_layer();
  void begin_stream() override;
  /// @throws std::runtime_error if the memory does not answer with success
  void transfer(Kind kind, std::span<const std::int64_t> ends, std::span<std::int64_t> cycles) override;
  /// A single one. @return its cycles
  std::int64_t transfer(Kind kind, std::int64_t bits);

  /// Bits of the layer that have crossed.
  [[nodiscard]] std::int64_t traffic(Kind kind) const { return traffic_[static_cast<std::size_t>(kind)]; }

 private:
  sc_core::sc_time send(Kind kind);

  sc_core::sc_time cycle_;
  std::uint64_t begin_ = 0;  ///< of the stream, in units of the time resolution
  std::array<std::int64_t, kinds> traffic_{};
  std::array<std::uint64_t, kinds> address_{};
  std::array<unsigned char, burst_bytes> data_{};
  tlm::tlm_generic_payload payload_;
  Transfer transfer_;
  std::array<std::uint64_t, std::size_t{8} * burst_bytes> part_delays_{};  ///< of as many parts as a burst can have
};

}  // namespace dram
