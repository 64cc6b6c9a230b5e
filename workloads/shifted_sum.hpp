#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace workloads {

/// Inner loops of the dense fixed-point convolution, with the widest instructions of this processor. The result does
/// not depend on them. Both add terms (weight * pixel + half) >> shift, with half = 2^(shift - 1), or 0 for shift 0.
/// Pixels and weights are in -32767..32767, shifts in 0..31; the caller sees to it that
/// no sum of magnitudes exceeds 32 bits.

/// A non-zero weight and the pixel it meets for the first output.
struct Tap {
  std::uint32_t pixel;  ///< its place in the planes
  std::int16_t weight;
};

/// Outputs that are summed at once, at most.
inline constexpr std::size_t most_positions = 256;

/// Sums over all taps for each of `positions` outputs, of which output i meets pixels[tap.pixel + i]. It may read
/// pixels, and write sums, up to the next multiple of a vector, which divides `most_positions`.
void sum_taps(const std::int32_t* pixels, std::span<const Tap> taps, std::size_t positions, int shift,
              std::span<std::int32_t, most_positions> sums);

/// The two sums of one output.
struct ShiftedSum {
  std::int32_t sum;
  std::int32_t magnitude;
};

/// Sums over weights[i] and pixels[i], and those of the terms' magnitudes.
ShiftedSum sum_dot_product(const std::int32_t* pixels, std::span<const std::int16_t> weights, int shift);

}  // namespace workloads
