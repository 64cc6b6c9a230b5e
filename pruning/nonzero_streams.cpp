#include "pruning/nonzero_streams.hpp"

#include <algorithm>
#include <cstring>

namespace pruning {

namespace {

/// Of few values, for which it takes less time than to call a function.
inline void copy(const std::int16_t* from, std::size_t size, std::int16_t* to) {
  constexpr std::size_t word = 4;
  std::size_t i = 0;
  for (; i + word <= size; i += word) std::memcpy(to + i, from + i, word * sizeof(*from));
  for (; i < size; ++i) to[i] = from[i];
}

}  // namespace

NonzeroStreams::NonzeroStreams(const std::int16_t* values, std::size_t step, std::size_t streams,
                               std::span<const std::size_t> offsets, std::span<const std::uint32_t> numbers,
                               int index_bits)
    : values_(values),
      step_(step),
      streams_(streams),
      index_bits_(index_bits),
      numbers_(numbers.begin(), numbers.begin() + std::ssize(offsets)) {
  rows_.positions = offsets.size();
  numbers_.resize(rows_.row_size(), 0);
  rows_.numbers = numbers_.data();
  for (std::size_t position = 0; position < offsets.size(); ++position) {
    if (position == 0 || offsets[position] != offsets[position - 1] + 1) {
      runs_.push_back({offsets[position], position, 0});
    }
    ++runs_.back().length;
  }
}

std::size_t NonzeroStreams::store(std::size_t first, std::size_t end, const EntryLanes& lanes,
                                  std::uint32_t* elements) {
  if (first < begin_ || first >= end_) gather(first);
  rows_.values = gathered_.data() + (first - begin_) * rows_.row_size();
  return store_nonzeros(rows_, std::min(end, end_) - first, lanes, index_bits_, elements);
}

/// As many streams from `first` on as a cache holds well.
void NonzeroStreams::gather(std::size_t first) {
  const std::size_t row_size = rows_.row_size();
  const std::size_t values_at_once = most_at_once * PositionRows::padding;
  const std::size_t rows_at_once = values_at_once / std::max(row_size, PositionRows::padding);
  const std::size_t at_once = std::clamp<std::size_t>(rows_at_once, 1, streams_);
  gathered_.resize(at_once * row_size);
  begin_ = first;
  end_ = std::min(streams_, first + at_once);
  for (const Run& run : runs_) {
    const std::int16_t* from = values_ + first * step_ + run.offset;
    std::int16_t* to = gathered_.data() + run.position;
    const auto copy_each = [&](auto copy_run) {
      for (std::size_t left = end_ - begin_; left > 0; --left, from += step_, to += row_size) copy_run();
    };
    if (run.length == 1) {
      copy_each([&] { *to = *from; });
    } else {
      copy_each([&] { copy(from, run.length, to); });
    }
  }
}

}  // namespace pruning
