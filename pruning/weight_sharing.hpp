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
/// their centroids by k-means. These start spread evenly from the smallest to the largest weight. In a round every
/// weight joins the nearest centroid, of two the lower, and each moves to the mean of its own, if it has any; at most
/// 100 rounds, or until nothing moves. A weight keeps the code of the last round. Means are exact fractions, rounded to
/// 16 bits (halves away from zero) at the very end; a shared value may be 0.
/// @param weight_bits of a code, 1 to 8
Codebook share_weights(std::span<const std::int16_t> weights, int weight_bits);

/// Puts shared values in the places of the weights.
void share_values(std::span<std::int16_t> weights, const Codebook& codebook);

}  // namespace pruning
