#pragma once

#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "models/scnn/datapath.hpp"
#include "models/scnn/issue_kernel.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/partial_sum_planes.hpp"
#include "models/scnn/segment_tables.hpp"

namespace scnn {

class BorderMap;

/// The same datapath, computed instead of ticked. It rests on three facts that hold while a lane has room for
/// one product and nothing is merged:
/// - an issue finds all lanes empty, so timing depends only on how many products go to and wait at each bank;
/// - products reach a bank in the order of their issues and lanes, whatever the timing, so bypass registers and
///   accumulators can be worked on apart from it;
/// - counts that belong to pairs of elements are products of counts, and known as soon as the pass is.
class FastDatapath : public Datapath {
 public:
  /// Whether the configuration is one that it can compute: no merging, lanes of one product, at most 128 banks, with
  /// bypass registers at most 128 entries in each, partial sums of at most 32 bits, and counts that fit bytes.
  /// Otherwise the detailed datapath must be used.
  static bool applies(const Parameters& parameters);

  FastDatapath(const sc_core::sc_module_name& name, const Parameters& parameters, SegmentTableStore& tables);

  void begin_pass(const CompressedPass& pass, std::size_t pe, int product_shift, bool with_values) override;
  void begin_group(std::int64_t cycle) override;
  std::span<const SegmentWork> run_segments(std::int64_t first, std::span<const Arrival> arrivals) override;
  std::int64_t end_group() override;
  [[nodiscard]] std::int64_t partial_sum(std::int64_t address) const override { return sums_.at(draining_, address); }
  void add_counters(Counters& counters) const override;

 private:
  /// How a pixel reaches the banks.
  struct Place {
    std::uint32_t row_offset;    ///< where its bytes begin in a table's rows
    std::uint32_t border_class;  ///< see TileShape
    std::uint8_t entry_number;   ///< entry within its bank that it adds
  };

  void find_places(const Window& window, const Window& accumulator, const BorderMap& rows, const BorderMap& columns);
  /// Where a table's row of zeros begins.
  [[nodiscard]] std::uint32_t zeros_offset() const {
    return static_cast<std::uint32_t>(tables_->shape().classes() * tables_->row_bytes());
  }
  void prepare_activations(const CompressedPass& pass, const PeTile& tile, std::span<const Activation> activations,
                           std::span<const std::int64_t> begins);
  std::size_t take_up(std::int64_t first, std::span<const Arrival> arrivals);
  std::span<const IssueBlock> one_entry_after_another(std::span<const IssueBlock> segments);
  void count_stream(const CompressedPass& pass, std::size_t stream, std::int64_t stored,
                    std::span<const std::int64_t> class_pixels);

  Parameters parameters_;
  SegmentTableStore& store_;
  const CompressedPass* pass_ = nullptr;
  std::shared_ptr<SegmentTables> tables_;
  bool with_values_ = false;
  int shift_ = 0;

  std::vector<Place> places_;  ///< of the pixels around the PE's activations, row by row

  // This is read for every segment and should stay small.
  std::vector<std::uint32_t> stream_begins_;  ///< first vector of each stream, and the end
  std::vector<std::uint32_t> row_offsets_;    ///< by place in a vector: where its bytes begin in a table's rows
  std::vector<std::uint8_t> entry_numbers_;   ///< by place: entry within its bank that it adds, with bypass registers

  // Of the segments at work: as many as the weight FIFO holds entries, and one that is not.
  std::vector<SegmentWork> work_;
  std::vector<IssueBlock> blocks_;
  std::vector<IssueBlock> entry_blocks_;  ///< weight-stationary
  CrossbarShape crossbar_;
  CrossbarOccupancy occupancy_;
  std::int64_t now_ = 0;            ///< next cycle to run
  std::vector<std::uint8_t> held_;  ///< references in the bypass registers, see `count_bypass_hits`
  PartialSumPlanes sums_;
  std::size_t accumulating_ = 0;  ///< set of partial sums
  std::size_t draining_ = 0;
  Counters counters_;
};

}  // namespace scnn
