#pragma once

#include <cstdint>
#include <span>
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
  /// Reads weights or input, or writes output: parts one after another.
  /// @param ends bits of the first to each of them together, each more than the one before
  /// @param cycles by part: from the beginning of the stream until its last bit is across; 0 if it has no bits
  virtual void transfer(Kind kind, std::span<const std::int64_t> ends, std::span<std::int64_t> cycles) = 0;
};

}  // namespace dram
