#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <systemc>
#include <vector>

#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/fast_elements.hpp"
#include "models/scnn/lockstep_kernel.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/pe_clocks.hpp"

namespace scnn {

/// All processing elements of an array at once, in passes in which nothing can hold up an issue: filters of one tap,
/// and a bank of its own for every partial sum. Then the products of an issue, each of which has an output of its own,
/// go to different banks, no queue ever holds more than one, and a segment takes a PE as many cycles as it has issues.
/// So all PEs take up segment after segment together, a value for each in vectors.
///
/// Fully connected layers and 1x1 convolutions of small planes are of that kind, whose segments of few issues take the
/// PEs one by one longer to take up than to issue.
class LockstepElements : public FastElements {
 public:
  LockstepElements(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// Whether a pass is one that it can compute, on a machine to which `FastElements` apply.
  static bool applies(const CompressedPass& pass, const Parameters& parameters);

  void begin_pass(const CompressedPass& pass, int product_shift, bool with_values) override;
  void begin_group(std::int64_t release) override;
  void take(std::int64_t first, std::span<const Arrival> arrivals, std::span<std::int64_t> finishes) override;
  ArrayReport end_group(std::size_t group) override;
  void read_partial_sums(std::size_t pe, std::span<std::int64_t> sums) const override;

 private:
  void number_outputs();
  void load_stream(std::size_t stream);
  std::int64_t load_activations(std::size_t stream, StreamCounts& counts);
  void refer(const GroupSegments& segments, std::size_t filters);
  [[nodiscard]] bool all_touched(std::size_t filters) const;
  void accumulate(const GroupSegments& segments);
  void take_up(std::int64_t first, std::span<const Arrival> arrivals, std::span<std::int64_t> finishes);
  void settle();
  void wait_for(const Arrival& arrival);
  void count_anew();

  [[nodiscard]] std::size_t row_size() const { return clocks_.row_size(); }
  [[nodiscard]] std::size_t row(std::size_t number) const { return number * row_size(); }
  /// Of the segment's stream.
  [[nodiscard]] std::size_t row_of(const Segment& segment) const {
    return row(static_cast<std::size_t>(segment.stream));
  }

  std::size_t pes_;
  const CompressedPass* pass_ = nullptr;
  std::uint32_t no_tap_ = 0;
  bool with_values_ = false;
  int shift_ = 0;

  static constexpr std::uint8_t no_output = 255;
  std::vector<std::uint8_t> outputs_;         ///< of the pixels, in the PE's accumulator tile
  bool all_reach_ = false;                    ///< every pixel has an output
  std::vector<std::uint32_t> vectors_of_;     ///< by number of activations
  std::vector<std::uint32_t> reaching_ends_;  ///< by PE: behind the stream's last activation with an output

  std::vector<std::uint32_t> vectors_;       ///< [stream][PE]: see LockstepSegment
  std::vector<std::uint32_t> last_product_;  ///< likewise
  std::vector<std::uint32_t> pixels_;        ///< [stream][PE]: see mark_outputs; with bypass registers
  std::vector<std::int32_t> values_;         ///< [stream][output of a tile][PE]: see add_products; with arithmetic
  std::size_t tile_size_ = 0;                ///< of the largest accumulator tile

  std::vector<std::int64_t> stream_vectors_;  ///< of all PEs

  PeClocks clocks_;
  std::int64_t issues_ = 0;          ///< in the group at work
  std::vector<std::int64_t> flush_;  ///< by PE, of the group that ended
  // Cycles of the segments that are not settled yet fit 32 bits:
  std::int64_t origin_ = 0;  ///< they count from here
  std::vector<LockstepSegment> segments_;
  std::vector<std::int32_t> history_, supply_, late_, finishes_;  ///< see `take_up_in_lockstep`
  std::vector<std::uint32_t> reached_;                            ///< by PE: outputs that get an activation, a bit each
  std::vector<std::uint32_t> touched_;  ///< [filter][PE]: outputs that got a product, a bit each
  std::vector<std::int32_t> sums_;      ///< [filter][output of a tile][PE]
};

}  // namespace scnn
