#include "models/scnn/segment_tables.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace scnn {

namespace {

/// Places in which segments begin: entries that can be in the weight FIFOs at once and so lie between the first and the
/// last PE.
std::size_t ring_size(const CompressedPass& pass, const Parameters& parameters) {
  const auto fifo = static_cast<std::size_t>(parameters.weight_fifo_entries);
  return std::bit_ceil(std::clamp<std::size_t>(pass.entry_bits.size(), 1, fifo));
}

}  // namespace

SegmentTables::SegmentTables(const CompressedPass& pass, TileShape shape, const Parameters& parameters,
                             References references)
    : pass_(pass),
      shape_(std::move(shape)),
      taps_(std::size_t{1} + pass.no_tap()),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      row_bytes_(bank_row_bytes(banks_)),
      references_(references),
      bank_of_tap_(taps_),
      ring_(ring_size(pass, parameters)),
      places_(ring_ + ring_ / 2),
      counts_(places_ * class_bytes()) {
  const std::size_t tap_bytes = taps_ * shape_.classes() * row_bytes_;
  tap_counts_.reserve(tap_bytes);
  if (references_ != References::none) {
    tap_references_.reserve(tap_bytes);
    ends_.reserve(places_ * 2 * class_bytes());
  }
  if (references_ == References::weights) {
    weights_.reserve(places_ * pass.weights_per_entry * class_bytes());
    repeats_.resize(places_);
  }
  // The last tap, of elements without a value, meets nothing: its rows stay zero.
  for (std::size_t tap = 0; tap + 1 < taps_; ++tap) {
    const auto position = static_cast<int>(tap);
    const int column = position % pass.filter_steps.columns;
    const int row = position / pass.filter_steps.columns % pass.filter_steps.rows;
    const int filter = position / pass.filter_steps.columns / pass.filter_steps.rows;
    const auto distance = [&](int last_row, int last_column) {
      return (filter * shape_.rows + last_row - row) * shape_.columns + last_column - column;
    };
    const int bank = distance(pass.filter_steps.rows - 1, pass.filter_steps.columns - 1) % static_cast<int>(banks_);
    bank_of_tap_[tap].set(static_cast<std::size_t>(bank));
    std::size_t border_class = 0;
    for (const Range& rows : shape_.row_steps) {
      for (const Range& columns : shape_.column_steps) {
        if (rows.contains(row) && columns.contains(column)) {
          describe_tap(tap, distance(rows.end - 1, columns.end - 1), border_class);
        }
        ++border_class;
      }
    }
  }
}

/// @param distance what the tap adds to the address of the class' activations
void SegmentTables::describe_tap(std::size_t tap, int distance, std::size_t border_class) {
  const std::size_t bank = static_cast<std::size_t>(distance) % banks_;
  const std::size_t entry = static_cast<std::size_t>(distance) / banks_;
  const std::size_t row = (border_class * taps_ + tap) * row_bytes_;
  for (std::size_t i = bank; i < row_bytes_; i += banks_) tap_counts_.data()[row + i] = 1;
  if (references_ == References::none) return;
  std::uint8_t* const references = tap_references_.data() + row;
  references[bank] = static_cast<std::uint8_t>(reference_bit + entry + 1);
  references[bank + banks_] = static_cast<std::uint8_t>(reference_bit + entry);
}

/// Builds the next segments, as many as stand one behind the other.
void SegmentTables::build(std::int64_t last_segment) {
  const Segment& first = pass_.segments[static_cast<std::size_t>(next_segment_)];
  const std::size_t place = first_place(first);
  const std::int64_t end_entry = first.first_entry + static_cast<std::int64_t>(ring_ - place);
  std::size_t entries = 0;
  for (; next_segment_ <= last_segment; ++next_segment_) {
    const Segment& segment = pass_.segments[static_cast<std::size_t>(next_segment_)];
    if (segment.first_entry >= end_entry) break;
    entries = static_cast<std::size_t>(segment.last_entry + 1 - first.first_entry);
  }
  const std::size_t width = pass_.weights_per_entry;
  const auto taps = std::span(pass_.taps).subspan(static_cast<std::size_t>(first.first_entry) * width, entries * width);
  sum_entries(taps, width, tap_rows(tap_counts_), counts_.data() + place * class_bytes());
  if (references_ == References::none) return;
  find_ends(taps, width, tap_rows(tap_references_), ends_.data() + place * 2 * class_bytes());
  if (references_ == References::ends) return;
  sum_entries(taps, 1, tap_rows(tap_references_), weights_.data() + place * width * class_bytes());
  find_repeats(taps, place);
}

/// Weights share a bank whether an activation near the border meets them or not.
void SegmentTables::find_repeats(std::span<const std::uint32_t> taps, std::size_t place) {
  const std::size_t width = pass_.weights_per_entry;
  for (std::size_t begin = 0; begin < taps.size(); begin += width, ++place) {
    BankSet seen;
    BankSet repeated;
    for (std::size_t w = begin; w < begin + width; ++w) {
      const BankSet& bank = bank_of_tap_[taps[w]];
      repeated |= seen & bank;
      seen |= bank;
    }
    repeats_[place] = repeated.any() ? 1 : 0;
  }
}

std::shared_ptr<SegmentTables> SegmentTableStore::tables(const CompressedPass& pass, const TileShape& shape,
                                                         const Parameters& parameters, References references) {
  const auto known =
      std::find_if(tables_.begin(), tables_.end(), [&](const auto& tables) { return tables->shape() == shape; });
  if (known != tables_.end()) return *known;
  return tables_.emplace_back(std::make_shared<SegmentTables>(pass, shape, parameters, references));
}

}  // namespace scnn
