#pragma once

#include <cstddef>
#include <cstdint>

namespace workloads {

/// Pairs of draws that are looked at in one call, at most.
inline constexpr std::size_t most_points = 256;
/// Draws behind the last one, which a loop may read.
inline constexpr std::size_t draw_padding = 16;

/// A multiple of 2^-53 plus half of one, rounded: above 0 and, with a probability of 2^-54, as large as 1.
constexpr double uniform_of(std::uint64_t draw) {
  return (static_cast<double>(draw >> 11) + 0.5) * 0x1p-53;
}

/// Marsaglia's polar method with the widest instructions of this processor, on which the result does not depend: two
/// uniform numbers are a point in a square, and every point within the circle, but its centre, makes two normal values
/// (mean 0, standard deviation 1).
/// @param draws of 64 bits, [point][coordinate] @param points at most `most_points` @param values two of each point in
/// the circle @return points in the circle
std::size_t normal_pairs(const std::uint64_t* draws, std::size_t points, double* values);

}  // namespace workloads
