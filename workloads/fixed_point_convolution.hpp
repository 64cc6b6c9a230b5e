#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pruning/convolution_shape.hpp"

namespace workloads {

/// The machine's arithmetic done densely: products of 16-bit values are shifted right, rounded half up, and added.
/// Weights are (K, C/G, R, S), activations (C, H, W). As `pruning::quantise` makes them: -32768 does not occur.

struct FixedPointSums {
  int shift = 0;
  std::vector<std::int64_t> sums;  ///< exact, (K, P, Q)
};

/// The sums for the smallest shift s >= 0 for which the magnitudes of the shifted products of every output sum to
/// less than 2^(accumulator_bits - 1).
/// @param accumulator_bits 1 to 62
FixedPointSums sum_products(const pruning::ConvolutionShape& shape, std::span<const std::int16_t> weights,
                            std::span<const std::int16_t> activations, int accumulator_bits);

/// The exact sums for a given shift, (K, P, Q).
/// @param shift 0 to 31
std::vector<std::int64_t> convolve(const pruning::ConvolutionShape& shape, std::span<const std::int16_t> weights,
                                   std::span<const std::int16_t> activations, int shift);

}  // namespace workloads
