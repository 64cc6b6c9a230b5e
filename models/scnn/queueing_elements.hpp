#pragma once

#include <cstdint>
#include <span>
#include <systemc>
#include <vector>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/fast_elements.hpp"
#include "models/scnn/issue_kernel.hpp"
#include "models/scnn/issue_work.hpp"
#include "models/scnn/partial_sum_planes.hpp"
#include "models/scnn/pe_clocks.hpp"
#include "models/scnn/segment_tables.hpp"

namespace scnn {

/// All processing elements of an array at once, where products may queue in front of banks. What the PEs' lanes and
/// queues hold is kept as numbers by bank in vectors: while lanes hold one product each, timing depends on nothing
/// else. The bypass registers see the references in the order of the issues, and products are summed in planes.
class QueueingElements : public FastElements {
 public:
  QueueingElements(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_pass(const CompressedPass& pass, int product_shift, bool with_values) override;
  void begin_group(std::int64_t release) override;
  void take(std::int64_t first, std::span<const Arrival> arrivals, std::span<std::int64_t> finishes) override;
  ArrayReport end_group(std::size_t group) override;
  void read_partial_sums(std::size_t pe, std::span<std::int64_t> sums) const override { sums_[pe].read(sums); }

 private:
  /// How a pixel reaches the banks.
  struct Place {
    std::uint32_t row_offset = 0;  ///< where its bytes begin in an entry's rows
    std::uint32_t border_class = 0;
    std::uint8_t entry_number = 0;  ///< entry within its bank that it adds
  };

  /// An activation stream in all PEs.
  struct Stream {
    std::size_t first_share = 0;
    std::size_t first_place = 0;  ///< of its activations
  };

  [[nodiscard]] std::size_t pes() const { return sums_.size(); }
  void find_places();
  std::uint32_t number_of(const BorderClass& border, std::uint32_t expected);
  void share_streams();
  void share_stream(std::size_t stream);
  void place_activations(std::size_t stream);
  [[nodiscard]] std::vector<std::int64_t> meeting_weights(std::size_t stream) const;
  std::int64_t run_segment(const Segment& segment);
  std::int64_t issue(const SegmentIssues& issues, std::size_t first_place, const std::int64_t* pauses);
  [[nodiscard]] CrossbarRows crossbars() { return {waiting_.data(), bank_bytes_}; }

  const CompressedPass* pass_ = nullptr;
  SegmentTables tables_;
  bool with_values_ = false;
  int shift_ = 0;

  std::vector<BorderClass> classes_;    ///< few
  std::vector<Place> places_;           ///< of the pixels
  bool all_meet_ = false;               ///< every pixel meets all taps in the plane
  std::vector<std::uint32_t> vectors_;  ///< [stream][PE]: see take_up_segment
  std::vector<StreamCounts> stream_counts_;

  /// See Share.
  struct Vectors {
    std::uint32_t count = 0;
    std::uint32_t rest = 0;
  };
  std::vector<Vectors> vectors_of_;          ///< by number of activations: to divide takes longer
  std::vector<Stream> streams_;              ///< and the end
  std::vector<Share> shares_;                ///< of all streams, see SegmentIssues
  std::vector<std::uint32_t> row_offsets_;   ///< of their activations
  std::vector<std::uint8_t> entry_numbers_;  ///< likewise, with bypass registers

  PeClocks clocks_;
  std::int64_t issues_ = 0;     ///< in the group at work
  std::int64_t conflicts_ = 0;  ///< likewise
  CrossbarShape crossbar_;
  std::size_t bank_bytes_;
  BankRows waiting_;  ///< see CrossbarRows
  std::vector<std::int64_t> no_pauses_;
  std::vector<std::int64_t> flush_;     ///< by PE, of the group that ended
  std::vector<std::uint8_t> held_;      ///< references in the bypass registers, see `count_bypass_hits`
  std::vector<PartialSumPlanes> sums_;  ///< by PE
};

}  // namespace scnn
