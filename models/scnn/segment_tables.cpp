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
      tile_rows_(accumulator.rows.size()),
      tile_columns_(accumulator.columns.size()),
      classes_(std::move(classes)),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      weights_per_entry_(static_cast<std::size_t>(parameters.weights_per_cycle)),
      row_bytes_(issue_row_bytes(banks_)),
      with_weights_(with_weights),
      slots_(segments_at_work) {
  std::int64_t highest = 0;
  for (const BorderClass& border : classes_) {
    reach_ = std::max<std::int64_t>(reach_, std::int64_t{border.rows.end} * tile_columns_ + border.columns.end);
  }
  for (const OutputGroup& group : pass.groups) {
    highest = std::max<std::int64_t>(highest, std::int64_t{group.filters.size()} * tile_rows_ * tile_columns_);
  }
  const auto banks = static_cast<std::int64_t>(banks_);
  for (std::int64_t offset = -reach_; offset <= highest; ++offset) {
    bank_of_.push_back(static_cast<std::uint8_t>((offset % banks + banks) % banks));
  }
}

void SegmentTables::build(SegmentTable& table, std::int64_t segment) const {
  const auto weights = pass_.weights_of(segment);
  table.segment = segment;
  table.entries = (weights.size() + weights_per_entry_ - 1) / weights_per_entry_;
  table.entry_bytes = classes_.size() * row_bytes_;
  table.rows.assign(table.entries * table.entry_bytes, 0);
  table.weights.clear();
  table.weight_begins.clear();
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    for (std::size_t e = 0; e < table.entries; ++e) {
      table.weight_begins.push_back(static_cast<std::uint32_t>(table.weights.size()));
      std::uint8_t* row = table.rows.data() + e * table.entry_bytes + c * row_bytes_;
      const std::size_t end = std::min((e + 1) * weights_per_entry_, weights.size());
      for (std::size_t w = e * weights_per_entry_; w < end; ++w) {
        const Weight& weight = weights[w];
        if (weight.value == 0 || !classes_[c].contains(weight)) continue;
        const std::int32_t offset = (weight.filter * tile_rows_ - weight.row) * tile_columns_ - weight.column;
        for (std::size_t i = bank(offset); i < row_bytes_; i += banks_) ++row[i];
        if (with_weights_) table.weights.push_back({offset, weight.value});
      }
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
