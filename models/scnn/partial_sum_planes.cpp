#include "models/scnn/partial_sum_planes.hpp"

#include <algorithm>

namespace scnn {

void PartialSumPlanes::begin_pass(const CompressedPass& pass, const PeTile& tile,
                                  std::span<const Activation> activations,
                                  std::span<const std::int64_t> activation_begins, std::size_t sets) {
  pass_ = &pass;
  const pruning::RowsColumns steps = pass.filter_steps;
  // The pixels that the tile's outputs may need, stored or not.
  int first_row = tile.accumulator.rows.begin + steps.rows - 1;
  int last_row = tile.accumulator.rows.end - 1;
  int first_column = tile.accumulator.columns.begin + steps.columns - 1;
  int last_column = tile.accumulator.columns.end - 1;
  for (const Activation& activation : activations) {
    first_row = std::min(first_row, activation.row);
    last_row = std::max(last_row, activation.row);
    first_column = std::min(first_column, activation.column);
    last_column = std::max(last_column, activation.column);
  }
  // A product moves back by its tap, so a plane of sums begins so many rows and columns before that of the pixels.
  const auto pitch = static_cast<std::size_t>(std::max(0, last_column - first_column) + steps.columns);
  const int rows = std::max(0, last_row - first_row) + steps.rows;
  const auto position = [&](int row, int column) {
    return static_cast<std::size_t>(row) * pitch + static_cast<std::size_t>(column);
  };
  // With padding between planes too: two filters' vectors never overlap, so neither waits for the other's sums.
  plane_size_ = position(rows, 0) + accumulate_padding;

  const int filters = pass.filters_per_group();
  tap_distance_.clear();
  for (int filter = 0; filter < filters; ++filter) {
    for (int row = steps.rows - 1; row >= 0; --row) {
      for (int column = steps.columns - 1; column >= 0; --column) {
        tap_distance_.push_back(
            static_cast<std::int32_t>(static_cast<std::size_t>(filter) * plane_size_ + position(row, column)));
      }
    }
  }
  tap_distance_.push_back(0);  // of elements without a value

  output_positions_.clear();
  for (int row = tile.accumulator.rows.begin; row < tile.accumulator.rows.end; ++row) {
    for (int column = tile.accumulator.columns.begin; column < tile.accumulator.columns.end; ++column) {
      output_positions_.push_back(
          position(row - first_row + steps.rows - 1, column - first_column + steps.columns - 1));
    }
  }
  sums_.assign(sets, std::vector<std::int32_t>(static_cast<std::size_t>(filters) * plane_size_));

  streams_.clear();
  pixels_.clear();
  for (std::size_t s = 0; s + 1 < activation_begins.size(); ++s) {
    const auto stored = activations.subspan(static_cast<std::size_t>(activation_begins[s]),
                                            static_cast<std::size_t>(activation_begins[s + 1] - activation_begins[s]));
    const auto position_of = [&](const Activation& a) { return position(a.row - first_row, a.column - first_column); };
    Stream& stream = streams_.emplace_back();
    if (stored.empty()) continue;
    const std::size_t first = position_of(stored.front());
    const std::size_t count = position_of(stored.back()) + 1 - first;
    stream = {static_cast<std::uint32_t>(pixels_.size()), static_cast<std::uint32_t>(count),
              static_cast<std::uint32_t>(first)};
    pixels_.resize(pixels_.size() + count + accumulate_padding);
    for (const Activation& a : stored) pixels_[stream.pixels + position_of(a) - first] = a.value;
  }
}

void PartialSumPlanes::clear(std::size_t set) {
  std::fill(sums_[set].begin(), sums_[set].end(), 0);
}

void PartialSumPlanes::add(std::size_t set, std::span<const SegmentWork> work, int shift) {
  blocks_.clear();
  for (const SegmentWork& one : work) {
    const auto s = static_cast<std::size_t>(one.segment);
    const Stream& stream = streams_[static_cast<std::size_t>(pass_->segments[s].stream)];
    const std::size_t first = pass_->multiplicand_begins[s];
    blocks_.push_back({{pass_->multiplicands.data() + first, pass_->multiplicand_begins[s + 1] - first},
                       pixels_.data() + stream.pixels,
                       stream.count,
                       sums_[set].data() + stream.position});
  }
  accumulate(blocks_, tap_distance_.data(), shift);
}

}  // namespace scnn
