#pragma once

#include <cstddef>
#include <cstdint>

namespace pruning {

/// Positions of streams, of which each has a row.
struct PositionRows {
  const std::int16_t* values = nullptr;    ///< [stream][position]: `row_size()` to a stream, zeros behind the positions
  const std::uint32_t* numbers = nullptr;  ///< by position, rising; as many
  std::size_t positions = 0;

  static constexpr std::size_t padding = 8;
  [[nodiscard]] std::size_t row_size() const { return (positions + padding - 1) / padding * padding; }
};

/// Where the elements of streams go, one stream after another, each to entries of its own. There must be room for as
/// many elements as there are positions, for a last entry that lacks all but one, and for `PositionRows::padding` more.
struct EntryLanes {
  std::int16_t* values = nullptr;
  std::uint32_t* numbers = nullptr;  ///< of the positions
  std::size_t width = 1;  ///< elements of an entry; those that the last of a stream lacks are 0 and `nothing`
  std::uint32_t nothing = 0;
  const std::uint32_t* entries_of = nullptr;  ///< by number of elements, see `padding`
};

/// Stores the elements of streams, all of which are single non-zero values. @param elements of each stream @return
/// streams stored: all, or those before the first that needs placeholders
std::size_t store_nonzeros(const PositionRows& rows, std::size_t streams, const EntryLanes& lanes, int index_bits,
                           std::uint32_t* elements);

}  // namespace pruning
