#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <systemc>

#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// All processing elements of an array at once, with the counts of PEs that tick block by block: they compute what a
/// pass does to the crossbars, banks and bypass registers segment by segment, in all PEs, without a process for each.
/// There are two: `QueueingElements` for all passes, `LockstepElements` for those without conflicts.
class FastElements : public sc_core::sc_module {
 public:
  /// Whether they can take the place of a machine's PEs.
  static bool applies(const Parameters& parameters);

  /// Loads what stays the same during a pass.
  virtual void begin_pass(const CompressedPass& pass, int product_shift, bool with_values) = 0;
  virtual void begin_group(std::int64_t release) = 0;
  /// Runs segments that have arrived. @param first of successive segments
  /// @param finishes of the slowest PE, by segment
  virtual void take(std::int64_t first, std::span<const Arrival> arrivals, std::span<std::int64_t> finishes) = 0;
  virtual ArrayReport end_group(std::size_t group) = 0;

  /// Of the group that ended last, see PartialSumInterface.
  virtual void read_partial_sums(std::size_t pe, std::span<std::int64_t> sums) const = 0;

  /// What the PEs counted in the pass.
  void add_counters(Counters& counters) const;

 protected:
  FastElements(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// Of one activation stream in all PEs.
  struct StreamCounts {
    std::int64_t vectors = 0;
    std::int64_t stored = 0;       ///< activations and placeholders
    std::int64_t pixels = 0;       ///< stored activations that are not zero
    std::int64_t accumulated = 0;  ///< products that have an output in the plane
    std::int64_t pes = 0;          ///< with a stored activation
  };
  /// Counts the issues of a stream's activations and its weights, and their pairs.
  void count_stream(const CompressedPass& pass, std::size_t stream, const StreamCounts& counts);

  Parameters parameters_;
  Counters counters_;
};

}  // namespace scnn
