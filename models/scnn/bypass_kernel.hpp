#pragma once

#include <cstddef>
#include <cstdint>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/issue_work.hpp"

namespace scnn {

/// A reference to an entry of a bank is this bit and the entry's number, as a byte. Where there is none it is clear.
inline constexpr std::uint8_t reference_bit = 128;

/// What an empty register holds: no reference.
inline constexpr std::uint8_t no_reference = 127;

/// References of an entry's weights to the banks, in rows that are read at an activation's offset and to which the
/// activation adds its own entry number. The first `banks` bytes of a row, which are read for banks that lie beyond a
/// wrap of the address, hold the next number.
struct ReferenceRows {
  /// [place of an entry][first, last][class][byte]: the first and the last of its weights that refer to a bank
  const std::uint8_t* rows = nullptr;
  std::size_t class_bytes = 0;  ///< rows of all classes

  /// [place of an entry][weight][class][byte]: the same of single weights; nullptr if the ends tell enough
  const std::uint8_t* weight_rows = nullptr;
  std::size_t weights = 0;                ///< of an entry
  const std::uint8_t* repeats = nullptr;  ///< by place of an entry: whether some of its weights share a bank
};

/// Whether the ends tell enough: with one register to a bank, and fewer entries than `no_reference`, so that the byte
/// of an activation that makes no reference is never taken for an empty register.
constexpr bool ends_suffice(std::int64_t registers, std::int64_t entries) {
  return registers == 1 && entries <= no_reference;
}

/// @param entry_numbers of the shares' activations: added to the entry numbers of their products
/// @param held references in the bypass registers, [PE][register, most recent first][bank], `most_banks` to a row
/// @return references of all PEs that found their entry in a register of their bank
std::int64_t count_bypass_hits(const SegmentIssues& issues, const ReferenceRows& references,
                               const std::uint8_t* entry_numbers, std::size_t banks, std::size_t registers,
                               std::uint8_t* held);

}  // namespace scnn
