#pragma once

#include <cstdint>
#include <systemc>

namespace dram {

/// What crosses the pins.
enum class Kind { weights, input, output };
inline constexpr std::size_t kinds = 3;

/// Off-chip memory, seen by the blocks of a machine. Called by processes only.
class MemoryInterface : public virtual sc_core::sc_interface {
 public:
  /// Begins a stream: all transfers until the next one are asked for in this cycle, and the memory reads ahead.
  virtual void begin_stream() = 0;
  /// Reads weights or input, or writes output.
  /// @return cycles from the beginning of the stream until the last bit is across; 0 if there are no bits
  virtual std::int64_t transfer(Kind kind, std::int64_t bits) = 0;
};

}  // namespace dram
