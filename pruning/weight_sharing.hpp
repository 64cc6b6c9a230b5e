#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace pruning {

/// Weight sharing of Deep Compression (Han et al., ICLR 2016), as EIE (ISCA 2016) reads it: a weight is a code into a
/// table of 16-bit values. Code 0 is zero and stands for no weight.
struct Codebook {
  std::vector<std::int16_t> shared;  ///< by code, 2^weight_bits; 0 where there are fewer values than codes
  std::vector<std::uint8_t> codes;   ///< by weight from -32768, 65536; 0 for a weight of 0, never for another

  [[nodiscard]] std::uint8_t code_of(std::int16_t weight) const {
    return codes[static_cast<std::size_t>(weight + 32768)];
  }
  [[nodiscard]] std::int16_t value_of(std::uint8_t code) const { return shared[code]; }
};

/// Finds the shared values of a layer: those of its non-zero weights if the codes suffice for all that differ, else
/// their centroids by k-means. These start spread evenly from the smallest to the largest weight and move at most 100
/// times; a weight half-way between two goes to the lower, and one without weights stays. Means are exact fractions,
/// rounded to 16 bits (halves away from zero) at the very end, after every weight has taken the code of the nearest. A
/// shared value may be 0.
/// @param weight_bits of a code, 1 to 8
Codebook share_weights(std::span<const std::int16_t> weights, int weight_bits);

/// The weights with shared values in their places.
std::vector<std::int16_t> shared_values(std::span<const std::int16_t> weights, const Codebook& codebook);

}  // namespace pruning
