#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "models/scnn/datapath.hpp"
#include "models/scnn/issue_kernel.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/segment_tables.hpp"

namespace scnn {

/// The same datapath, computed instead of ticked. It rests on three facts that hold while a lane has room for
/// one product and nothing is merged:
/// - an issue finds all lanes empty, so timing depends only on how many products go to and wait at each bank;
/// - products reach a bank in the order of their issues and lanes, whatever the timing, so bypass registers and
///   accumulators can be worked on apart from it;
/// - counts that belong to pairs of elements are products of counts.
class FastDatapath : public Datapath {
 public:
  /// Whether the configuration is one that it can compute: no merging, lanes of one product, at most 128 banks,
  /// and counts that fit bytes. Otherwise the detailed datapath must be used.
  static bool applies(const Parameters& parameters);

  FastDatapath(const sc_core::sc_module_name& name, const Parameters& parameters, SegmentTableStore& tables);

  void begin_pass(const CompressedPass& pass, const PeTile& tile, int product_shift, bool with_values) override;
  void begin_group(std::int64_t cycle) override;
  SegmentOutcome run_segment(std::int64_t segment, std::span<const Activation> activations,
                             std::int64_t start) override;
  std::int64_t end_group() override;
  [[nodiscard]] std::int64_t partial_sum(std::int64_t address) const override {
    return sums_[draining_][static_cast<std::size_t>(address)];
  }
  void add_counters(Counters& counters) const override;

 private:
  /// A stored activation that is not zero.
  struct Pixel {
    std::int32_t address = 0;  ///< what it adds to the address of a product
    std::int32_t value = 0;
    std::uint32_t border_class = 0;
  };
  /// Where the pixels and vectors of an activation stream begin.
  struct Stream {
    std::size_t pixel = 0;
    std::size_t vector = 0;
  };

  void prepare_activations(const CompressedPass& pass, const PeTile& tile);
  void add(const SegmentTable& table, const Stream& from, const Stream& to);
  void count_hits(const SegmentTable& table, const Stream& stream, std::size_t vectors);
  void reference(const SegmentTable& table, const Stream& stream, std::size_t vectors);
  bool hit(std::int32_t address);

  Parameters parameters_;
  SegmentTableStore& store_;
  bool layered_;  ///< bypass hits are counted for all banks at once
  const CompressedPass* pass_ = nullptr;
  std::shared_ptr<SegmentTables> tables_;
  bool with_values_ = false;
  int shift_ = 0;
  std::int64_t half_ = 0;

  std::vector<Stream> streams_;  ///< by stream, and one past the last
  std::vector<Pixel> pixels_;
  std::vector<std::uint32_t> row_offsets_;    ///< by pixel: where its counts begin in an entry's rows
  std::vector<std::uint32_t> layer_offsets_;  ///< likewise in a layer, if layered
  std::vector<std::uint8_t> entry_numbers_;   ///< by pixel: entry within its bank that it adds, if layered
  std::vector<std::uint8_t> vector_sizes_;    ///< pixels in each vector

  CrossbarShape crossbar_;
  CrossbarOccupancy occupancy_;
  std::int64_t now_ = 0;                                         ///< next cycle to run
  std::vector<std::uint8_t> bank_of_;                            ///< of an address
  std::array<std::uint8_t, issue_kernel_banks> held_entries_{};  ///< of the one register of each bank, if layered
  std::vector<std::int32_t> registers_;          ///< addresses in the bypass, [bank][most recent first]; -1: none
  std::vector<std::vector<std::int64_t>> sums_;  ///< sets of partial sums, by address
  std::size_t accumulating_ = 0;
  std::size_t draining_ = 0;
  Counters counters_;
};

}  // namespace scnn
