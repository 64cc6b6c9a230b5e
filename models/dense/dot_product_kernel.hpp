#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace dense {

/// Operands are padded with zeros to a multiple of so many, with which any processor's vectors divide them.
inline constexpr std::size_t dot_product_padding = 16;

/// Sum of the products, each shifted right and rounded half up, with the widest instructions of this processor. No sum
/// of the magnitudes of some of them may exceed 32 bits.
/// @param activations in -32767..32767, as weights, and as many
/// @param shift 0 to 31
std::int32_t dot_product(std::span<const std::int32_t> activations, std::span<const std::int16_t> weights, int shift);

}  // namespace dense
