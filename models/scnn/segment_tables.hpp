#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/parameters.hpp"

namespace scnn {

/// What tells PEs apart as far as tables go: how addresses are counted, and how near the border of the output plane
/// activations lie.
struct TileShape {
  int rows = 0;  ///< of the accumulator tile
  int columns = 0;
  /// Which of a filter's row (or column) steps an activation meets in the plane: all of them inside, fewer near the
  /// border. A pair of both is a border class, numbered row by row.
  std::vector<Range> row_steps;
  std::vector<Range> column_steps;

  bool operator==(const TileShape&) const = default;
  [[nodiscard]] std::size_t classes() const { return row_steps.size() * column_steps.size(); }
};

/// One segment as PEs with equal tile shapes see it, for each border class.
struct SegmentTable {
  std::int64_t segment = -1;
  std::size_t entries = 0;
  /// [entry][class][byte]: counts of products per bank. After the border classes comes one of zeros, for places in a
  /// vector without an activation.
  BankRows rows;
  BankRows layers;                          ///< [layer][entry numbers, presence][class][byte]: see ReferenceWork
  std::vector<std::uint32_t> layer_begins;  ///< of each entry: number of its first layer; and the number of all
};

/// Tables of the segments at work, made when the first of the PEs that share them asks.
class SegmentTables {
 public:
  /// @param references with layers, for bypass registers
  SegmentTables(const CompressedPass& pass, TileShape shape, const Parameters& parameters, bool references);

  const SegmentTable& of(std::int64_t segment) {
    SegmentTable& slot = slots_[static_cast<std::size_t>(segment) & (slots_.size() - 1)];
    if (slot.segment != segment) build(slot, segment);
    return slot;
  }

  [[nodiscard]] const TileShape& shape() const { return shape_; }
  /// Bytes of one class' row.
  [[nodiscard]] std::size_t row_bytes() const { return row_bytes_; }
  /// Bytes of the rows of all classes and of the one of zeros.
  [[nodiscard]] std::size_t class_bytes() const { return row_bytes_ * (shape_.classes() + 1); }

 private:
  void describe_tap(std::size_t tap, int offset, std::size_t border_class);
  void build(SegmentTable& table, std::int64_t segment);
  void cut_into_layers(SegmentTable& table, std::span<const std::uint32_t> taps);
  std::uint32_t put_into_layers(std::span<const std::uint32_t> taps, std::size_t begin, std::size_t end);

  const CompressedPass& pass_;
  TileShape shape_;
  std::size_t taps_;  ///< with the one that stands for no value
  std::size_t banks_;
  std::size_t weights_per_entry_;
  std::size_t row_bytes_;
  bool references_;
  std::size_t tap_bytes_;  ///< one row of every tap and class
  BankRows tap_counts_;    ///< [class][tap][byte]: counts of a single weight
  BankRows tap_layers_;    ///< [entry numbers, presence][class][tap][byte]: likewise
  std::vector<std::uint8_t> bank_of_tap_;
  std::vector<std::uint8_t> layer_of_;  ///< of each weight of the segment being built, in entries of several layers
  std::vector<SegmentTable> slots_;     ///< a power of two
};

/// Shares tables between the PEs of an array that have equal tile shapes.
class SegmentTableStore {
 public:
  std::shared_ptr<SegmentTables> tables(const CompressedPass& pass, const TileShape& shape,
                                        const Parameters& parameters, bool references);
  /// Forgets the tables of the pass before.
  void clear() { tables_.clear(); }

 private:
  std::vector<std::shared_ptr<SegmentTables>> tables_;  ///< few
};

}  // namespace scnn
