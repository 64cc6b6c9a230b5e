#pragma once

#include <cstdint>
#include <span>
#include <systemc>

#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/segment_work.hpp"

namespace scnn {

/// What the blocks of the machine see of each other. Every call carries one cycle's worth of
/// work, or waits for an event of another block; cycles are plain integers counted from the start of a pass.

/// A product on its way to its accumulator.
struct Product {
  std::int32_t value = 0;  ///< after the product shift; 0 in timing-only runs
  std::uint32_t lane = 0;  ///< multiplier it came from
  std::uint32_t bank = 0;
  std::uint32_t entry = 0;  ///< within the bank
};

/// Datapath of a PE, seen by its sequencer.
class DatapathInterface : public virtual sc_core::sc_interface {
 public:
  /// @param cycle release of the group
  virtual void begin_group(std::int64_t cycle) = 0;
  /// Lets every activation vector of the PE meet every entry of a segment, one segment after another. Each starts when
  /// it has arrived and the one before is finished; cycles before its start are used to empty the queues.
  /// @param first of successive segments of the group @param arrivals of these
  /// @return those that have activations in this PE, in order; valid until the next call
  virtual std::span<const SegmentWork> run_segments(std::int64_t first, std::span<const Arrival> arrivals) = 0;
  /// Empties the queues and leaves the group's partial sums to be read.
  /// @return cycle after the group's last retirement, or its release if there was none
  virtual std::int64_t end_group() = 0;
};

/// Multiplier array, seen by the processing element's sequencer.
class MultiplyInterface : public virtual sc_core::sc_interface {
 public:
  /// Forms every product of an activation vector and a weight entry.
  virtual void issue(std::span<const Activation> activations, std::span<const Weight> weights) = 0;
};

/// Where the products of one issue go: the lanes of the crossbar, or a block in front of them.
class LaneInterface : public virtual sc_core::sc_interface {
 public:
  /// Puts each product into its lane. @param products in rising order of lanes; every lane must have room
  virtual void load(std::span<const Product> products) = 0;
};

/// Scatter crossbar, seen by the sequencer.
class CrossbarInterface : public virtual sc_core::sc_interface {
 public:
  /// One cycle: banks retire their oldest products, then lanes move theirs to the bank queues.
  virtual void advance() = 0;
  /// Whether every lane has room for a product.
  [[nodiscard]] virtual bool ready() const = 0;
  /// Whether nothing waits in lanes and queues.
  [[nodiscard]] virtual bool empty() const = 0;
  /// Whether the last `advance` retired a product.
  [[nodiscard]] virtual bool retired() const = 0;
};

/// Accumulator banks, seen by the crossbar.
class RetireInterface : public virtual sc_core::sc_interface {
 public:
  /// Adds the products that leave the bank queues in this cycle, at most one per bank.
  virtual void retire(std::span<const Product> products) = 0;
};

/// Accumulator banks, seen by the halo exchange.
class PartialSumInterface : public virtual sc_core::sc_interface {
 public:
  /// Partial sums of the group that ended last, by k, row and column of the PE's accumulator tile.
  /// @param sums of whole output channels, from the first on
  virtual void read_partial_sums(std::span<std::int64_t> sums) const = 0;
};

/// Output-address bypass, seen by the accumulator banks.
class BypassInterface : public virtual sc_core::sc_interface {
 public:
  struct Register {
    bool valid = false;  ///< false: no register
    std::uint32_t entry = 0;
    std::int64_t sum = 0;
  };
  /// Adds to the register that holds the entry, if there is one. @return whether there is
  virtual bool add_if_held(std::uint32_t bank, std::uint32_t entry, std::int32_t value) = 0;
  /// Takes in a sum just read; the least recently used register makes room and must be written back.
  virtual Register take_in(std::uint32_t bank, std::uint32_t entry, std::int64_t sum) = 0;
  /// Empties one register of a bank. @return not valid once the bank has none
  virtual Register release(std::uint32_t bank) = 0;
};

/// Successive segments that a PE no longer needs. The FIFO entries of one that it worked on are free from its `finish`
/// on. It passes over the others: they are over when they have arrived and the one before is finished.
struct PastSegments {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t from = 0;                       ///< first cycle in which `begin` could start, had it arrived
  std::span<const SegmentFinish> worked = {};  ///< in order
};

/// Weight broadcast, seen by the processing elements.
class WeightInterface : public virtual sc_core::sc_interface {
 public:
  /// Waits until the arrival of a segment is settled.
  /// @return its arrival and, as far as they are settled too, those of the segments that follow: never more than fit
  ///         the FIFO with it
  virtual std::span<const Arrival> await(std::int64_t segment) = 0;
  /// Called by every PE for every segment once, in order.
  virtual void release(const PastSegments& segments) = 0;
};

/// How a PE spent the cycles of one group, up to its completion.
struct GroupReport {
  std::int64_t complete = 0;  ///< C(g)
  std::int64_t issue = 0;
  std::int64_t conflict = 0;
  std::int64_t supply = 0;
  std::int64_t fifo = 0;
  std::int64_t flush = 0;
};

/// How all PEs of an array spent a group, up to the completion of the slowest.
struct ArrayReport {
  std::int64_t finished = 0;  ///< M(g)
  PeCycles cycles;            ///< all classes but `drain`
};

/// Barrier between output-channel groups, seen by the processing elements.
class BarrierInterface : public virtual sc_core::sc_interface {
 public:
  struct Release {
    const CompressedPass* pass = nullptr;
    std::size_t group = 0;
    std::int64_t cycle = 0;  ///< B(g)
  };
  /// Waits for the release of the next group, in this pass or a later one.
  virtual Release await_release(std::size_t pe) = 0;
  virtual void complete(std::size_t pe, const GroupReport& report) = 0;
};

/// Post-processing unit, seen by the halo exchange.
class PostProcessingInterface : public virtual sc_core::sc_interface {
 public:
  /// Adds partial sums to outputs in a row that this PE owns. @param k output channel of the layer
  /// @param column of the first
  virtual void accumulate(int k, int row, int column, std::span<const std::int64_t> partial_sums) = 0;
  /// Bias, ReLU and rounding of the group's outputs, and their compression into the OARAM.
  /// @return elements written
  virtual std::int64_t finish_group(const OutputGroup& group) = 0;
};

}  // namespace scnn
