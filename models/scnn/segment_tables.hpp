#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/bypass_kernel.hpp"
#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/issue_kernel.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/table_kernel.hpp"

namespace scnn {

using BankSet = std::bitset<most_banks>;

/// What tells PEs apart as far as tables go: how addresses are counted, and how near the border of the output plane
/// activations lie.
struct TileShape {
  int rows = 0;  ///< of the accumulator tile
  int columns = 0;
  /// Which of a filter's row (or column) steps an activation meets in the plane: all of them inside, fewer near the
  /// border. A pair of both is a border class, numbered row by row. The address of an activation is the lowest that
  /// it reaches: that of its product with the last steps of its class and the first filter.
  std::vector<Range> row_steps;
  std::vector<Range> column_steps;

  bool operator==(const TileShape&) const = default;
  [[nodiscard]] std::size_t classes() const { return row_steps.size() * column_steps.size(); }
};

/// What is to be known of references to the banks.
enum class References { none, ends, weights };  // see ReferenceRows

/// The entries of the segments at work as PEs with equal tile shapes see them, made when the first of the PEs that
/// share them asks. The entries of a segment stand one behind the other, and there are places for as many entries as
/// the weight FIFOs hold.
class SegmentTables {
 public:
  SegmentTables(const CompressedPass& pass, TileShape shape, const Parameters& parameters, References references);

  /// Sees to it that all segments up to this one, which has arrived, are there.
  void extend_to(std::int64_t segment) {
    while (next_segment_ <= segment) build(segment);
  }

  [[nodiscard]] const TileShape& shape() const { return shape_; }
  /// Bytes of one class' row.
  [[nodiscard]] std::size_t row_bytes() const { return row_bytes_; }

  /// Where the entries of a segment stand.
  [[nodiscard]] std::size_t first_place(const Segment& segment) const {
    return static_cast<std::size_t>(segment.first_entry) & (ring_ - 1);
  }
  [[nodiscard]] CountRows counts() const { return {counts_.data(), class_bytes()}; }
  [[nodiscard]] ReferenceRows references() const {
    return {ends_.data(), class_bytes(), references_ == References::weights ? weights_.data() : nullptr,
            pass_.weights_per_entry, repeats_.data()};
  }

 private:
  /// Bytes of the rows of all classes and of one of zeros, for places in a vector without an activation.
  [[nodiscard]] std::size_t class_bytes() const { return row_bytes_ * (shape_.classes() + 1); }
  void describe_tap(std::size_t tap, int distance, std::size_t border_class);
  void build(std::int64_t last_segment);
  void find_repeats(std::span<const std::uint32_t> taps, std::size_t place);
  [[nodiscard]] TapRows tap_rows(const BankRows& rows) const {
    return {rows.data(), shape_.classes(), taps_, row_bytes_};
  }

  const CompressedPass& pass_;
  TileShape shape_;
  std::size_t taps_;  ///< with the one that stands for no value
  std::size_t banks_;
  std::size_t row_bytes_;
  References references_;
  BankRows tap_counts_;               ///< [class][tap][byte]: counts of a single weight
  BankRows tap_references_;           ///< likewise
  std::vector<BankSet> bank_of_tap_;  ///< none for the tap of no value

  std::size_t ring_;    ///< a power of two: places in which segments begin
  std::size_t places_;  ///< with those for the end of a segment that begins in the last
  std::int64_t next_segment_ = 0;
  BankRows counts_;  ///< [place][class][byte]: see CountRows
  BankRows ends_;    ///< see ReferenceRows
  BankRows weights_;
  std::vector<std::uint8_t> repeats_;
};

/// Shares tables between the PEs of an array that have equal tile shapes.
class SegmentTableStore {
 public:
  std::shared_ptr<SegmentTables> tables(const CompressedPass& pass, const TileShape& shape,
                                        const Parameters& parameters, References references);
  /// Forgets the tables of the pass before.
  void clear() { tables_.clear(); }

 private:
  std::vector<std::shared_ptr<SegmentTables>> tables_;  ///< few
};

}  // namespace scnn
