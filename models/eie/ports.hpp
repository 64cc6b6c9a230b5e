#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <systemc>

#include "pruning/interleaved_columns.hpp"

/// What the blocks of EIE see of each other, in the order in which an activation passes through a PE. One call stands
/// for all that the block does for one column; its cycles are arguments and results. Nothing but the activation queues
/// couples PEs, so these may run ahead of each other.
namespace eie {

/// A non-zero input on its way.
struct Activation {
  std::size_t column = 0;
  std::int16_t value = 0;
};

/// Activation queue of a PE, seen by the leading-non-zero detection.
class ActivationQueueInterface : public virtual sc_core::sc_interface {
 public:
  /// The first cycle at whose start the queue has room for the next activation.
  [[nodiscard]] virtual std::int64_t room_from() const = 0;
  /// Appends an activation in a cycle in which there is room; the PE may take it from the next cycle.
  virtual void push(const Activation& activation, std::int64_t cycle) = 0;
  /// The cycle after the PE's last busy one, once it has worked through all that was pushed.
  [[nodiscard]] virtual std::int64_t busy_until() const = 0;
};

/// Pointer read unit of a PE, seen by its activation queue.
class PointerReadInterface : public virtual sc_core::sc_interface {
 public:
  /// Works through the column of an activation from cycle `start`. @return cycles that it keeps the PE busy
  virtual std::int64_t process(const Activation& activation, std::int64_t start) = 0;
};

/// Sparse-matrix read unit of a PE, seen by its pointer read unit.
class SparseMatrixInterface : public virtual sc_core::sc_interface {
 public:
  /// Reads entries `begin` to `end` (exclusive), one in a cycle, and sends them to the arithmetic unit.
  virtual void read(std::uint32_t begin, std::uint32_t end, std::int16_t activation, std::int64_t start) = 0;
};

/// Arithmetic unit of a PE, seen by its sparse-matrix read unit.
class ArithmeticInterface : public virtual sc_core::sc_interface {
 public:
  /// Multiplies the entries of a column, one in a cycle, with its activation.
  virtual void multiply(std::span<const pruning::MatrixEntry> column, std::int16_t activation, std::int64_t start) = 0;
};

/// Destination activations of a PE, seen by its arithmetic unit.
class ActivationReadWriteInterface : public virtual sc_core::sc_interface {
 public:
  /// Adds to the sum of a local row.
  virtual void accumulate(std::size_t row, std::int64_t product) = 0;
};

/// The array at the beginning and end of a layer, seen by the leading-non-zero detection.
class LayerInterface : public virtual sc_core::sc_interface {
 public:
  /// Waits for the next layer. @return its inputs
  virtual std::span<const std::int16_t> await_layer() = 0;
  /// All inputs are broadcast and the PEs have worked through them. @param cycles up to the last busy one
  virtual void complete(std::int64_t cycles) = 0;
};

}  // namespace eie
