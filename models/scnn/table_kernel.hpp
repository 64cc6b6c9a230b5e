#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace scnn {

/// Largest number of weights in an entry.
inline constexpr std::size_t most_weights = 256;

/// Rows of single weights, which depend on their taps alone: [kind][class][tap][byte]. Of every kind there is a row for
/// each border class.
struct TapRows {
  const std::uint8_t* bytes = nullptr;
  std::size_t kinds = 0;
  std::size_t classes = 0;
  std::size_t taps = 0;
  std::size_t row_bytes = 0;  ///< a multiple of 64
};

/// The rows of entries of `width` weights each, the last perhaps of fewer: sums of the rows of their weights.
/// @param rows [entry][kind][class, and one that is left alone][byte]
void sum_entries(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows);

/// The same for entries that are cut into layers.
/// @param layer_begins of each entry: number of its first layer; and the number of all
/// @param layer_of of each tap, within its entry; read if the entry has more than one layer
/// @param rows [layer][kind][class, and one that is left alone][byte]
void sum_layers(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows,
                std::span<const std::uint32_t> layer_begins, const std::uint8_t* layer_of, std::uint8_t* rows);

}  // namespace scnn
