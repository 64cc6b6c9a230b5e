#include "models/scnn/partial_sum_planes.hpp"

#include <algorithm>

namespace scnn {

void PartialSumPlanes::begin_pass(const CompressedPass& pass, std::size_t pe, const Window& pixels) {
  pass_ = &pass;
  const pruning::RowsColumns steps = pass.filter_steps;
  const PeTile& tile = pass.geometry.tiles[pe];
  // The pixels that the tile's outputs may need, stored or not.
  int first_row = tile.accumulator.rows.begin + steps.rows - 1;
  int last_row = tile.accumulator.rows.end - 1;
  int first_column = tile.accumulator.columns.begin + steps.columns - 1;
  int last_column = tile.accumulator.columns.end - 1;
  if (!pixels.empty()) {
    first_row = std::min(first_row, pixels.rows.begin);
    last_row = std::max(last_row, pixels.rows.end - 1);
    first_column = std::min(first_column, pixels.columns.begin);
    last_column = std::max(last_column, pixels.columns.end - 1);
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
  sums_.assign(static_cast<std::size_t>(filters) * plane_size_, 0);

  const auto position_of = [&](std::uint32_t number) {
    const CompressedPass::Pixel& pixel = pass.pixels[number];
    return position(pixel.row - first_row, pixel.column - first_column);
  };
  streams_.clear();
  pixels_.clear();
  for (std::size_t s = 0; s < pass.stream_totals.size(); ++s) {
    const auto stored = pass.activation_stream(pe, s);
    Stream& stream = streams_.emplace_back();
    if (stored.size() == 0) continue;
    const std::size_t first = position_of(stored.pixels.front());
    const std::size_t count = position_of(stored.pixels.back()) + 1 - first;
    stream = {static_cast<std::uint32_t>(pixels_.size()), static_cast<std::uint32_t>(count),
              static_cast<std::uint32_t>(first)};
    pixels_.resize(pixels_.size() + count + accumulate_padding);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      pixels_[stream.pixels + position_of(stored.pixels[i]) - first] = stored.values[i];
    }
  }
}

void PartialSumPlanes::add(std::int64_t first_segment, std::int64_t segments, int shift) {
  blocks_.resize(static_cast<std::size_t>(segments));
  std::size_t count = 0;
  for (auto s = static_cast<std::size_t>(first_segment); s < static_cast<std::size_t>(first_segment + segments); ++s) {
    const Stream& stream = streams_[static_cast<std::size_t>(pass_->segments[s].stream)];
    const std::size_t first = pass_->multiplicand_begins[s];
    // Empty streams come in no order that a processor could foresee, so there is no branch here.
    blocks_[count] = {{pass_->multiplicands.data() + first, pass_->multiplicand_begins[s + 1] - first},
                      pixels_.data() + stream.pixels,
                      stream.count,
                      sums_.data() + stream.position};
    count += stream.count > 0 ? 1 : 0;
  }
  accumulate(std::span(blocks_).first(count), tap_distance_.data(), shift);
}

void PartialSumPlanes::read(std::span<std::int64_t> sums) const {
  const std::int32_t* plane = sums_.data();
  for (; !sums.empty(); sums = sums.subspan(output_positions_.size()), plane += plane_size_) {
    for (std::size_t i = 0; i < output_positions_.size(); ++i) sums[i] = plane[output_positions_[i]];
  }
}

}  // namespace scnn
