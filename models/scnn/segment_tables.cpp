#include "models/scnn/segment_tables.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "models/scnn/table_kernel.hpp"

namespace scnn {

namespace {

/// Segments that can be in the weight FIFOs at once and so lie between the first and the last PE, and one more.
std::size_t segments_at_work(const CompressedPass& pass, std::int64_t fifo_entries) {
  std::size_t most = 1;
  std::size_t first = 0;
  for (std::size_t s = 0; s < pass.segments.size(); ++s) {
    while (pass.segments[first].last_entry <= pass.segments[s].first_entry - fifo_entries) ++first;
    most = std::max(most, s - first + 2);
  }
  return most;
}

/// Stands for the bank of a weight that meets nothing.
constexpr std::uint8_t no_bank = most_banks;

}  // namespace

SegmentTables::SegmentTables(const CompressedPass& pass, TileShape shape, const Parameters& parameters, bool references)
    : pass_(pass),
      shape_(std::move(shape)),
      taps_(std::size_t{1} + pass.no_tap()),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      weights_per_entry_(static_cast<std::size_t>(parameters.weights_per_cycle)),
      row_bytes_(bank_row_bytes(banks_)),
      references_(references),
      tap_bytes_(taps_ * shape_.classes() * row_bytes_),
      tap_counts_(tap_bytes_),
      tap_layers_(references ? 2 * tap_bytes_ : 0),
      bank_of_tap_(taps_, no_bank),
      slots_(std::bit_ceil(segments_at_work(pass, parameters.weight_fifo_entries))) {
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
  bank_of_tap_[tap] = static_cast<std::uint8_t>(bank);
  for (std::size_t i = bank; i < row_bytes_; i += banks_) tap_counts_.data()[row + i] = 1;
  if (!references_) return;
  const auto entry = static_cast<std::uint8_t>((offset - remainder) / banks);  // modulo 256
  std::uint8_t* const numbers = tap_layers_.data() + row;
  std::uint8_t* const presence = numbers + tap_bytes_;
  numbers[bank] = static_cast<std::uint8_t>(entry + 1);
  numbers[bank + banks_] = entry;
  presence[bank] = presence[bank + banks_] = 255;
}

void SegmentTables::build(SegmentTable& table, std::int64_t segment) {
  const Segment& work = pass_.segments[static_cast<std::size_t>(segment)];
  const auto taps = std::span(pass_.taps)
                        .subspan(static_cast<std::size_t>(work.first_weight),
                                 static_cast<std::size_t>(work.end_weight - work.first_weight));
  table.segment = segment;
  table.entries = (taps.size() + weights_per_entry_ - 1) / weights_per_entry_;
  table.rows.reserve(table.entries * class_bytes());
  sum_entries(taps, weights_per_entry_, {tap_counts_.data(), 1, shape_.classes(), taps_, row_bytes_},
              table.rows.data());
  if (!references_) return;
  cut_into_layers(table, taps);
  table.layers.reserve(std::size_t{2} * table.layer_begins.back() * class_bytes());
  sum_layers(taps, weights_per_entry_, {tap_layers_.data(), 2, shape_.classes(), taps_, row_bytes_}, table.layer_begins,
             layer_of_.data(), table.layers.data());
}

/// A weight goes into the layer after those of the earlier weights of its entry that share its bank, whether an
/// activation near the border meets them or not.
void SegmentTables::cut_into_layers(SegmentTable& table, std::span<const std::uint32_t> taps) {
  if (layer_of_.size() < taps.size()) layer_of_.resize(taps.size());
  table.layer_begins.assign(1, 0);
  std::uint32_t total = 0;
  for (std::size_t begin = 0; begin < taps.size(); begin += weights_per_entry_) {
    const std::size_t end = std::min(begin + weights_per_entry_, taps.size());
    std::array<std::uint64_t, no_bank / 64 + 1> seen{};
    bool distinct = true;
    for (std::size_t w = begin; w < end; ++w) {
      const std::size_t bank = bank_of_tap_[taps[w]];
      distinct = distinct && (seen[bank / 64] >> (bank % 64) & 1) == 0;
      seen[bank / 64] |= std::uint64_t{1} << (bank % 64);
    }
    total += distinct ? 1 : put_into_layers(taps, begin, end);
    table.layer_begins.push_back(total);
  }
}

/// @return layers of one entry
std::uint32_t SegmentTables::put_into_layers(std::span<const std::uint32_t> taps, std::size_t begin, std::size_t end) {
  std::array<std::uint8_t, most_banks> in_bank{};
  std::uint32_t layers = 1;
  for (std::size_t w = begin; w < end; ++w) {
    if (bank_of_tap_[taps[w]] == no_bank) continue;
    layer_of_[w] = in_bank[bank_of_tap_[taps[w]]]++;
    layers = std::max<std::uint32_t>(layers, layer_of_[w] + 1U);
  }
  return layers;
}

std::shared_ptr<SegmentTables> SegmentTableStore::tables(const CompressedPass& pass, const TileShape& shape,
                                                         const Parameters& parameters, bool references) {
  const auto known =
      std::find_if(tables_.begin(), tables_.end(), [&](const auto& tables) { return tables->shape() == shape; });
  if (known != tables_.end()) return *known;
  return tables_.emplace_back(std::make_shared<SegmentTables>(pass, shape, parameters, references));
}

}  // namespace scnn
