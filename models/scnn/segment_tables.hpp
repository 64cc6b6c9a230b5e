#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/parameters.hpp"

namespace scnn {

/// Which weights an activation meets inside the output plane: those whose row and column steps lie in these ranges.
/// Inside the plane that is all of them; near its border fewer.
struct BorderClass {
  Range rows;
  Range columns;

  auto operator<=>(const BorderClass& other) const {
    return std::tie(rows.begin, rows.end, columns.begin, columns.end) <=>
           std::tie(other.rows.begin, other.rows.end, other.columns.begin, other.columns.end);
  }
  bool operator==(const BorderClass&) const = default;
};

/// A weight that meets activations of one border class, by what it adds to the address of a product.
struct AddressedWeight {
  std::int32_t offset = 0;
  std::int32_t value = 0;
};

/// One segment as PEs with equal accumulator tiles see it, for each border class.
struct SegmentTable {
  std::int64_t segment = -1;
  std::size_t entries = 0;
  std::size_t entry_bytes = 0;               ///< rows of all classes of one entry
  std::vector<std::uint8_t> rows;            ///< [entry][class][byte]: counts per bank, repeated to the end of the row
  std::vector<std::uint8_t> layers;          ///< [entry][layer][class][entry numbers, presence]: see ReferenceWork
  std::vector<std::uint32_t> layer_begins;   ///< byte of each entry's, and the end
  std::vector<AddressedWeight> weights;      ///< [class][entry]: those that are not zero and in the plane
  std::vector<std::uint32_t> weight_begins;  ///< of (class, entry), classes x entries + 1

  [[nodiscard]] const AddressedWeight* begin(std::size_t border_class, std::size_t entry) const {
    return weights.data() + weight_begins[border_class * entries + entry];
  }
};

/// What of a table is needed besides counts per bank.
struct TableContents {
  bool layers = false;   ///< references, for one bypass register per bank
  bool weights = false;  ///< the weights themselves
};

/// Tables of the segments at work, made when the first of the PEs that share them asks.
class SegmentTables {
 public:
  SegmentTables(const CompressedPass& pass, const Window& accumulator, std::vector<BorderClass> classes,
                const Parameters& parameters, TableContents contents);

  const SegmentTable& of(std::int64_t segment) {
    SegmentTable& slot = slots_[static_cast<std::size_t>(segment) % slots_.size()];
    if (slot.segment != segment) build(slot, segment);
    return slot;
  }

  /// Bytes of one class' row.
  [[nodiscard]] std::size_t row_bytes() const { return row_bytes_; }
  /// Bytes of a layer: two rows for each class.
  [[nodiscard]] std::size_t layer_bytes() const { return 2 * row_bytes_ * classes_.size(); }

 private:
  void build(SegmentTable& table, std::int64_t segment) const;
  template <bool twice>
  void count_products(SegmentTable& table, std::span<const std::uint32_t> taps) const;
  void build_layers(SegmentTable& table, std::span<const std::uint32_t> taps) const;
  void build_weights(SegmentTable& table, const Segment& work, std::span<const std::uint32_t> taps) const;

  const CompressedPass& pass_;
  std::vector<BorderClass> classes_;
  std::size_t banks_;
  std::size_t weights_per_entry_;
  std::size_t row_bytes_;
  TableContents contents_;
  std::vector<std::int32_t> offset_of_tap_;           ///< what it adds to the address of a product
  std::vector<std::uint8_t> entry_of_tap_;            ///< of that offset, modulo 256
  std::vector<std::uint8_t> bank_of_tap_;             ///< of that offset
  std::vector<std::vector<std::uint8_t>> meets_tap_;  ///< by class: 1 if its activations meet the tap in the plane
  std::vector<SegmentTable> slots_;
};

/// Shares tables between the PEs of an array that have accumulator tiles of one size and the same border classes.
class SegmentTableStore {
 public:
  std::shared_ptr<SegmentTables> tables(const CompressedPass& pass, const Window& accumulator,
                                        const std::vector<BorderClass>& classes, const Parameters& parameters,
                                        TableContents contents);
  /// Forgets the tables of the pass before.
  void clear() { tables_.clear(); }

 private:
  using Key = std::tuple<int, int, std::vector<BorderClass>>;
  std::map<Key, std::shared_ptr<SegmentTables>> tables_;
};

}  // namespace scnn
