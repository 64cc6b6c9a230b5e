#pragma once

#include <cstddef>
#include <cstdint>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/issue_work.hpp"

namespace scnn {

/// References to entries of banks. An entry's products with one activation are laid out in layers in which no bank
/// occurs twice, in the order of their lanes. A layer has two rows for each border class: one of entry numbers and one
/// that is 255 where there is a product and 0 elsewhere, both read at the activation's offset. The first `banks` bytes
/// of a row of entry numbers, which are read for banks that lie beyond a wrap of the address, hold the next number.
struct ReferenceRows {
  const std::uint8_t* rows = nullptr;           ///< [layer][place of an entry][entry numbers, presence][class][byte]
  const std::uint16_t* layer_counts = nullptr;  ///< by place of an entry
  std::size_t layer_bytes = 0;                  ///< rows of a layer of all entries
  std::size_t class_bytes = 0;                  ///< rows of all classes
};

/// What an empty register holds: entry numbers stay below.
inline constexpr std::uint8_t no_entry = 255;

/// @param entry_numbers by place of an activation: added to the entry numbers of its products
/// @param held entry numbers in the bypass registers, [register, most recent first][bank], `most_banks` to a row
/// @return references that did not find their entry in a register of their bank
std::int64_t count_bypass_misses(const IssueWork& work, const ReferenceRows& references,
                                 const std::uint8_t* entry_numbers, std::size_t banks, std::size_t registers,
                                 std::uint8_t* held);

}  // namespace scnn
