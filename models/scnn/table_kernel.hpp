#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace scnn {

/// Rows of single weights, which depend on their taps alone. Those of class 0 stay as they are.
struct TapRows {
  const std::uint8_t* rows = nullptr;      ///< by number
  std::size_t row_bytes = 0;               ///< a multiple of 64
  bool halves_equal = false;               ///< the second half of every row is its first half again
  const std::uint16_t* numbers = nullptr;  ///< [class][tap]
  std::size_t classes = 0;
  std::size_t taps = 0;
};

/// The rows of entries of `width` weights each: sums of the rows of their weights.
/// @param rows [entry][class][byte]
void sum_entries(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows);

/// The rows of entries of `width` weights each: in every byte that of the first, and that of the last, of their weights
/// that has its top bit set there; without, a byte with its top bit clear.
/// @param rows [entry][first, last][class][byte]
void find_ends(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows);

}  // namespace scnn
