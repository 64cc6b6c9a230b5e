#pragma once

#include <bit>
#include <cstdint>

namespace scnn {

inline constexpr std::int64_t value_bits = 16;  ///< of a weight or activation, and of a multiplier's operands

/// Bits that tell `places` places apart.
inline std::int64_t address_bits(std::int64_t places) {
  return static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(places - 1)));
}

}  // namespace scnn
