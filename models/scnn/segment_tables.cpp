#include "models/scnn/segment_tables.hpp"

#include <algorithm>

#include "models/scnn/issue_kernel.hpp"

namespace scnn {

namespace {

/// More than the segments that lie between the first and the last PE, usually; fewer only cost time.
constexpr std::size_t segments_at_work = 64;

}  // namespace

SegmentTables::SegmentTables(const CompressedPass& pass, const Window& accumulator, std::vector<BorderClass> classes,
                             const Parameters& parameters, bool with_weights)
    : pass_(pass),
      classes_(std::move(classes)),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      weights_per_entry_(static_cast<std::size_t>(parameters.weights_per_cycle)),
      row_bytes_(issue_row_bytes(banks_)),
      with_weights_(with_weights),
      slots_(segments_at_work) {
  meets_tap_.resize(classes_.size());
  const int filters = static_cast<int>(pass.no_tap()) / (pass.filter_steps.rows * pass.filter_steps.columns);
  for (int filter = 0; filter < filters; ++filter) {
    for (int row = 0; row < pass.filter_steps.rows; ++row) {
      for (int column = 0; column < pass.filter_steps.columns; ++column) {
        const int offset = (filter * accumulator.rows.size() - row) * accumulator.columns.size() - column;
        const int banks = static_cast<int>(banks_);
        offset_of_tap_.push_back(offset);
        bank_of_tap_.push_back(static_cast<std::uint8_t>((offset % banks + banks) % banks));
        for (std::size_t c = 0; c < classes_.size(); ++c) {
          meets_tap_[c].push_back(classes_[c].rows.contains(row) && classes_[c].columns.contains(column) ? 1 : 0);
        }
      }
    }
  }
  // Elements without a value meet nothing.
  offset_of_tap_.push_back(0);
  bank_of_tap_.push_back(0);
  for (auto& meets : meets_tap_) meets.push_back(0);
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
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    const std::vector<std::uint8_t>& meets = meets_tap_[c];
    std::uint8_t* row = table.rows.data() + c * row_bytes_;
    for (std::size_t begin = 0; begin < taps.size(); begin += weights_per_entry_, row += table.entry_bytes) {
      for (const std::uint32_t tap : taps.subspan(begin, std::min(weights_per_entry_, taps.size() - begin))) {
        for (std::size_t i = bank_of_tap_[tap]; i < row_bytes_; i += banks_) {
          row[i] = static_cast<std::uint8_t>(row[i] + meets[tap]);
        }
      }
    }
  }
  if (with_weights_) build_weights(table, work, taps);
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
                                                         const Parameters& parameters, bool with_weights) {
  auto& tables = tables_[Key{accumulator.rows.size(), accumulator.columns.size(), classes}];
  if (!tables) tables = std::make_shared<SegmentTables>(pass, accumulator, classes, parameters, with_weights);
  return tables;
}

}  // namespace scnn
