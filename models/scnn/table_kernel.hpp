#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace scnn {

/// Rows of single weights, which depend on their taps alone: [kind][class][tap][byte]. Of every kind there is a row for
/// each border class.
struct TapRows {
  const std::uint8_t* bytes = nullptr;
  std::size_t kinds = 0;
  std::size_t classes = 0;
  std::size_t taps = 0;
  std::size_t row_bytes = 0;  ///< a multiple of 64
};

/// The rows of entries of `width` weights each: sums of the rows of their weights.
/// @param rows [entry][kind][class, and one that is left alone][byte]
void sum_entries(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows);

}  // namespace scnn
