#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pruning/nonzero_kernel.hpp"

namespace pruning {

/// Streams of like positions, of whose elements most are single non-zero values: those without placeholders are stored
/// many at a time, much faster than element by element.
class NonzeroStreams {
 public:
  /// Streams that are stored at a time, at most.
  static constexpr std::size_t most_at_once = 512;

  /// @param values of the first stream, which must stay, like those of the others
  /// @param step from a stream's values to the next one's
  /// @param offsets of the positions from the first value
  /// @param numbers of the positions, rising: what stands for them in lanes
  NonzeroStreams(const std::int16_t* values, std::size_t step, std::size_t streams,
                 std::span<const std::size_t> offsets, std::span<const std::uint32_t> numbers, int index_bits);

  /// Stores streams from `first` on, but none from `end` on. @param elements of each
  /// @return how many: none if the first needs placeholders or its numbers rise in steps that no index could count
  std::size_t store(std::size_t first, std::size_t end, const EntryLanes& lanes, std::uint32_t* elements);

 private:
  void gather(std::size_t first);

  const std::int16_t* values_;
  std::size_t step_;
  std::size_t streams_;
  /// Positions whose values follow each other.
  struct Run {
    std::size_t offset = 0;  ///< of the first value
    std::size_t position = 0;
    std::size_t length = 0;
  };
  std::vector<Run> runs_;
  int index_bits_;
  std::vector<std::uint32_t> numbers_;
  PositionRows rows_;
  std::size_t begin_ = 0;  ///< streams in `gathered_`
  std::size_t end_ = 0;
  std::vector<std::int16_t> gathered_;
};

}  // namespace pruning
