#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <systemc>
#include <vector>

#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/lockstep_kernel.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/pe_clocks.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// All processing elements of an array at once, in passes in which nothing can hold up an issue: filters of one tap,
/// and a bank of its own for every partial sum. Then the products of an issue, each of which has an output of its own,
/// go to different banks, no queue ever holds more than one, and a segment takes a PE as many cycles as it has issues.
/// So all PEs take up segment after segment together, a value for each in vectors.
///
/// Fully connected layers and 1x1 convolutions of small planes are of that kind, whose segments of few issues take the
/// PEs one by one longer to take up than to issue.
class LockstepElements : public sc_core::sc_module {
 public:
  LockstepElements(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// Whether a pass is one that it can compute. The parameters must be such that `FastDatapath::applies`.
  static bool applies(const CompressedPass& pass, const Parameters& parameters);

  /// Loads what stays the same during a pass.
  void begin_pass(const CompressedPass& pass, int product_shift, bool with_values);

  void begin_group(std::int64_t release);
  /// Runs segments that have arrived. @param first of successive segments
  /// @param finishes of the slowest PE, by segment
  void take(std::int64_t first, std::span<const Arrival> arrivals, std::span<std::int64_t> finishes);
  /// @param reports of all PEs
  void end_group(std::size_t group, std::span<GroupReport> reports);

  /// What the PEs counted in the pass.
  void add_counters(Counters& counters) const;

  /// Partial sum of the group that ended last. @param address k, row and column of the PE's accumulator tile, linear
  [[nodiscard]] std::int64_t partial_sum(std::size_t pe, std::int64_t address) const;

 private:
  /// Of one stream in all PEs.
  struct StreamCounts {
    std::int64_t vectors = 0;
    std::int64_t stored = 0;       ///< activations and placeholders
    std::int64_t pixels = 0;       ///< stored activations that are not zero
    std::int64_t with_output = 0;  ///< those of them that have an output in the plane
    std::int64_t pes = 0;          ///< with a stored activation
  };

  void load_stream(std::size_t pe, std::size_t stream, StreamCounts& counts);
  void count_stream(std::size_t stream, const StreamCounts& counts);
  void refer(const GroupSegments& segments);
  void accumulate(const GroupSegments& segments);

  [[nodiscard]] std::size_t row_size() const { return clocks_.row_size(); }
  /// Of one stream.
  [[nodiscard]] std::size_t row(int stream) const { return static_cast<std::size_t>(stream) * row_size(); }

  Parameters parameters_;
  std::size_t pes_;
  const CompressedPass* pass_ = nullptr;
  std::uint32_t no_tap_ = 0;
  bool with_values_ = false;
  int shift_ = 0;

  std::vector<std::uint32_t> vectors_;       ///< [stream][PE]: see LockstepSegment
  std::vector<std::uint32_t> last_product_;  ///< likewise
  std::vector<std::uint32_t> pixels_;        ///< [stream][PE]: see mark_outputs; with bypass registers
  std::vector<std::int32_t> values_;         ///< [stream][output of a tile][PE]: see add_products; with arithmetic
  std::size_t tile_size_ = 0;                ///< of the largest accumulator tile

  PeClocks clocks_;
  std::vector<std::int64_t> product_;      ///< by PE: see add_lockstep_cycles
  std::vector<std::uint32_t> touched_;     ///< [filter][PE]: outputs that got a product, a bit each
  std::vector<std::int32_t> sums_;         ///< [filter][output of a tile][PE]
  std::vector<LockstepSegment> segments_;  ///< that have arrived
  Counters counters_;
};

}  // namespace scnn
