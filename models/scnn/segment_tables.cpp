#include "models/scnn/segment_tables.hpp"

#include <algorithm>

#include "models/scnn/issue_kernel.hpp"

namespace scnn {

namespace {

/// More than the segments that lie between the first and the last PE, usually; fewer only cost time.
constexpr std::size_t segments_at_work = 64;

}  // namespace

SegmentTables::SegmentTables(const CompressedPass& pass, const Window& accumulator, std::vector<BorderClass> classes,
                             const Parameters& parameters, TableContents contents)
    : pass_(pass),
      classes_(std::move(classes)),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      weights_per_entry_(static_cast<std::size_t>(parameters.weights_per_cycle)),
      row_bytes_(issue_row_bytes(banks_)),
      contents_(contents),
      slots_(segments_at_work) {
  meets_tap_.resize(classes_.size());
  const int filters = static_cast<int>(pass.no_tap()) / (pass.filter_steps.rows * pass.filter_steps.columns);
  for (int filter = 0; filter < filters; ++filter) {
    for (int row = 0; row < pass.filter_steps.rows; ++row) {
      for (int column = 0; column < pass.filter_steps.columns; ++column) {
        const int offset = (filter * accumulator.rows.size() - row) * accumulator.columns.size() - column;
        const int banks = static_cast<int>(banks_);
        offset_of_tap_.push_back(offset);
        const int bank = (offset % banks + banks) % banks;
        bank_of_tap_.push_back(static_cast<std::uint8_t>(bank));
        entry_of_tap_.push_back(static_cast<std::uint8_t>((offset - bank) / banks));
        for (std::size_t c = 0; c < classes_.size(); ++c) {
          meets_tap_[c].push_back(classes_[c].rows.contains(row) && classes_[c].columns.contains(column) ? 1 : 0);
        }
      }
    }
  }
  // Elements without a value meet nothing.
  offset_of_tap_.push_back(0);
  bank_of_tap_.push_back(0);
  entry_of_tap_.push_back(0);
  for (auto& meets : meets_tap_) meets.push_back(0);
}

template <bool twice>
void SegmentTables::count_products(SegmentTable& table, std::span<const std::uint32_t> taps) const {
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    const std::uint8_t* const meets = meets_tap_[c].data();
    std::uint8_t* row = table.rows.data() + c * row_bytes_;
    for (std::size_t begin = 0; begin < taps.size(); begin += weights_per_entry_, row += table.entry_bytes) {
      const std::size_t end = std::min(begin + weights_per_entry_, taps.size());
      for (std::size_t w = begin; w < end; ++w) {
        const auto add = [&](std::size_t bank) { row[bank] = static_cast<std::uint8_t>(row[bank] + meets[taps[w]]); };
        const std::size_t bank = bank_of_tap_[taps[w]];
        if constexpr (twice) {
          add(bank);
          add(bank + banks_);
        } else {
          for (std::size_t i = bank; i < row_bytes_; i += banks_) add(i);
        }
      }
    }
  }
}

void SegmentTables::build(SegmentTable& table, std::int64_t segment) const {
  const Segment& work = pass_.segments[static_cast<std::size_t>(segment)];
  const auto taps = std::span(pass_.taps)
                        .subspan(static_cast<std::size_t>(work.first_weight),
                                 static_cast<std::size_t>(work.end_weight - work.first_weight));
  table.segment = segment;
  table.entries = (taps.size() + weights_per_entry_ - 1) / weights_per_entry_;
  table.entry_bytes = classes_.size() * row_bytes_;
  table.rows.assign(table.entries * table.entry_bytes, 0);
  if (row_bytes_ == 2 * banks_) {
    count_products<true>(table, taps);  // the usual numbers of banks
  } else {
    count_products<false>(table, taps);
  }
  if (contents_.layers) build_layers(table, taps);
  if (contents_.weights) build_weights(table, work, taps);
}

void SegmentTables::build_layers(SegmentTable& table, std::span<const std::uint32_t> taps) const {
  table.layers.clear();
  table.layer_begins.assign(1, 0);
  for (std::size_t begin = 0; begin < taps.size(); begin += weights_per_entry_) {
    const auto entry = taps.subspan(begin, std::min(weights_per_entry_, taps.size() - begin));
    const std::size_t first_byte = table.layers.size();
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      const std::vector<std::uint8_t>& meets = meets_tap_[c];
      for (std::size_t w = 0; w < entry.size(); ++w) {
        if (meets[entry[w]] == 0) continue;
        const std::size_t bank = bank_of_tap_[entry[w]];
        std::size_t layer = first_byte;
        for (std::size_t before = 0; before < w; ++before) {
          if (meets[entry[before]] != 0 && bank_of_tap_[entry[before]] == bank) layer += layer_bytes();
        }
        if (table.layers.size() < layer + layer_bytes()) table.layers.resize(layer + layer_bytes(), 0);
        std::uint8_t* const numbers = table.layers.data() + layer + 2 * row_bytes_ * c;
        numbers[bank] = static_cast<std::uint8_t>(entry_of_tap_[entry[w]] + 1);
        numbers[bank + banks_] = entry_of_tap_[entry[w]];
        std::uint8_t* const presence = numbers + row_bytes_;
        presence[bank] = presence[bank + banks_] = 255;
      }
    }
    table.layer_begins.push_back(static_cast<std::uint32_t>(table.layers.size()));
  }
}

void SegmentTables::build_weights(SegmentTable& table, const Segment& work, std::span<const std::uint32_t> taps) const {
  const Weight* const weights = pass_.weights.data() + work.first_weight;
  table.weights.clear();
  table.weight_begins.clear();
  for (const auto& meets : meets_tap_) {
    for (std::size_t i = 0; i < taps.size(); ++i) {
      if (i % weights_per_entry_ == 0) table.weight_begins.push_back(static_cast<std::uint32_t>(table.weights.size()));
      if (meets[taps[i]] != 0) table.weights.push_back({offset_of_tap_[taps[i]], weights[i].value});
    }
  }
  table.weight_begins.push_back(static_cast<std::uint32_t>(table.weights.size()));
}

std::shared_ptr<SegmentTables> SegmentTableStore::tables(const CompressedPass& pass, const Window& accumulator,
                                                         const std::vector<BorderClass>& classes,
                                                         const Parameters& parameters, TableContents contents) {
  auto& tables = tables_[Key{accumulator.rows.size(), accumulator.columns.size(), classes}];
  if (!tables) tables = std::make_shared<SegmentTables>(pass, accumulator, classes, parameters, contents);
  return tables;
}

}  // namespace scnn
