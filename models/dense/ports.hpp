#pragma once

#include <cstdint>
#include <span>
#include <systemc>

/// What the blocks of a dense machine see of each other. Operands of one output's dot product stand in the order of its
/// filter's weights (channel, row, column), zeros behind the last (see dot_product_kernel.hpp).
namespace dense {

/// Dot-product unit of a PE, seen by its sequencer.
class DotProductInterface : public virtual sc_core::sc_interface {
 public:
  /// The dot product of one output.
  virtual std::int32_t multiply(std::span<const std::int32_t> activations, std::span<const std::int16_t> weights) = 0;
  /// Cycles that it takes: F I operand pairs in each.
  [[nodiscard]] virtual std::int64_t cycles() const = 0;
};

/// Activation memory of a PE, seen by its sequencer.
class ActivationInterface : public virtual sc_core::sc_interface {
 public:
  /// The activations that an output needs of one channel group, 0 where they lie in the padding.
  /// @param operands where they go
  virtual void read(int channel_group, int row, int column, std::span<std::int32_t> operands) const = 0;
};

/// Weight broadcast, seen by the PEs.
class WeightInterface : public virtual sc_core::sc_interface {
 public:
  /// Weights of filter `k`.
  [[nodiscard]] virtual std::span<const std::int16_t> filter(int k) const = 0;
};

/// Barrier at the beginning and end of a layer, seen by the PEs.
class BarrierInterface : public virtual sc_core::sc_interface {
 public:
  /// Waits for the next layer.
  virtual void await_layer(std::size_t pe) = 0;
  /// @param cycles that the PE worked
  virtual void complete(std::int64_t cycles) = 0;
};

}  // namespace dense
