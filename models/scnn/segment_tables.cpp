#include "models/scnn/segment_tables.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "models/scnn/table_kernel.hpp"

namespace scnn {

namespace {

/// Places in which segments begin: entries that can be in the weight FIFOs at once and so lie between the first and the
/// last PE.
std::size_t ring_size(const CompressedPass& pass, const Parameters& parameters) {
  const auto fifo = static_cast<std::size_t>(parameters.weight_fifo_entries);
  return std::bit_ceil(std::clamp<std::size_t>(pass.entry_bits.size(), 1, fifo));
}

}  // namespace

SegmentTables::SegmentTables(const CompressedPass& pass, TileShape shape, const Parameters& parameters, bool references)
    : pass_(pass),
      shape_(std::move(shape)),
      taps_(std::size_t{1} + pass.no_tap()),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      row_bytes_(bank_row_bytes(banks_)),
      references_(references),
      tap_bytes_(taps_ * shape_.classes() * row_bytes_),
      tap_counts_(tap_bytes_),
      tap_layers_(references ? 2 * tap_bytes_ : 0),
      bank_of_tap_(taps_),
      ring_(ring_size(pass, parameters)),
      places_(ring_ + ring_ / 2),
      counts_(places_ * class_bytes()),
      layers_(references ? places_ * 2 * class_bytes() : 0),
      layer_counts_(references ? places_ : 0) {
  // The last tap, of elements without a value, meets nothing: its rows stay zero.
  for (std::size_t tap = 0; tap + 1 < taps_; ++tap) {
    const auto position = static_cast<int>(tap);
    const int column = position % pass.filter_steps.columns;
    const int row = position / pass.filter_steps.columns % pass.filter_steps.rows;
    const int filter = position / pass.filter_steps.columns / pass.filter_steps.rows;
    const int offset = (filter * shape_.rows - row) * shape_.columns - column;
    std::size_t border_class = 0;
    for (const Range& rows : shape_.row_steps) {
      for (const Range& columns : shape_.column_steps) {
        if (rows.contains(row) && columns.contains(column)) describe_tap(tap, offset, border_class);
        ++border_class;
      }
    }
  }
}

/// @param offset what the tap adds to the address of a product
void SegmentTables::describe_tap(std::size_t tap, int offset, std::size_t border_class) {
  const auto banks = static_cast<int>(banks_);
  const int remainder = (offset % banks + banks) % banks;
  const auto bank = static_cast<std::size_t>(remainder);
  const std::size_t row = (border_class * taps_ + tap) * row_bytes_;
  bank_of_tap_[tap].set(bank);
  for (std::size_t i = bank; i < row_bytes_; i += banks_) tap_counts_.data()[row + i] = 1;
  if (!references_) return;
  const auto entry = static_cast<std::uint8_t>((offset - remainder) / banks);  // modulo 256
  std::uint8_t* const numbers = tap_layers_.data() + row;
  std::uint8_t* const presence = numbers + tap_bytes_;
  numbers[bank] = static_cast<std::uint8_t>(entry + 1);
  numbers[bank + banks_] = entry;
  presence[bank] = presence[bank + banks_] = 255;
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
  sum_entries(taps, width, {tap_counts_.data(), 1, shape_.classes(), taps_, row_bytes_},
              counts_.data() + place * class_bytes());
  if (references_) cut_into_layers(taps, place);
}

/// A weight goes into the layer after those of the earlier weights of its entry that share its bank, whether an
/// activation near the border meets them or not.
void SegmentTables::cut_into_layers(std::span<const std::uint32_t> taps, std::size_t place) {
  const std::size_t width = pass_.weights_per_entry;
  layer_taps_.assign(taps.begin(), taps.end());
  for (std::size_t begin = 0, entry = place; begin < taps.size(); begin += width, ++entry) {
    BankSet seen;
    BankSet repeated;
    for (std::size_t w = begin; w < begin + width; ++w) {
      const BankSet& bank = bank_of_tap_[taps[w]];
      repeated |= seen & bank;
      seen |= bank;
    }
    layer_counts_[entry] = 1;
    if (repeated.any()) put_into_layers(std::span(layer_taps_).subspan(begin, width), entry);
  }
  build_layer(layer_taps_, 0, place);
}

/// Builds all layers of an entry but the first. @param taps those of later layers are taken out
void SegmentTables::put_into_layers(std::span<std::uint32_t> taps, std::size_t place) {
  const std::uint32_t no_tap = pass_.no_tap();
  std::span<std::uint32_t> layer = taps;
  std::size_t count = 0;
  for (bool more = true; more; ++count) {
    more = false;
    later_taps_.assign(layer.size(), no_tap);
    BankSet seen;
    for (std::size_t w = 0; w < layer.size(); ++w) {
      const BankSet& bank = bank_of_tap_[layer[w]];
      if ((seen & bank).any()) {
        std::swap(layer[w], later_taps_[w]);
        more = true;
      }
      seen |= bank;
    }
    if (count > 0) build_layer(layer, count, place);
    std::swap(later_taps_, next_taps_);
    layer = next_taps_;
  }
  layer_counts_[place] = static_cast<std::uint16_t>(count);
}

void SegmentTables::build_layer(std::span<const std::uint32_t> taps, std::size_t layer, std::size_t place) {
  const std::size_t row_pair = 2 * class_bytes();
  layers_.reserve((layer + 1) * places_ * row_pair);
  sum_entries(taps, pass_.weights_per_entry, {tap_layers_.data(), 2, shape_.classes(), taps_, row_bytes_},
              layers_.data() + (layer * places_ + place) * row_pair);
}

std::shared_ptr<SegmentTables> SegmentTableStore::tables(const CompressedPass& pass, const TileShape& shape,
                                                         const Parameters& parameters, bool references) {
  const auto known =
      std::find_if(tables_.begin(), tables_.end(), [&](const auto& tables) { return tables->shape() == shape; });
  if (known != tables_.end()) return *known;
  return tables_.emplace_back(std::make_shared<SegmentTables>(pass, shape, parameters, references));
}

}  // namespace scnn
