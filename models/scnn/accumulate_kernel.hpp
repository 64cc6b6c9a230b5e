#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/scnn/compressed_pass.hpp"

namespace scnn {

/// A pixel plane is read in vectors: this many zeros must follow its last pixel, and as many partial sums the last that
/// a product can reach.
inline constexpr std::size_t accumulate_padding = 16;

/// The products of one segment with one activation stream, laid out as a plane of pixels with zeros where no activation
/// is stored. A weight moves the whole plane by its tap's distance; so the plane of partial sums must be as much
/// larger, and products outside the output plane fall into its margin.
struct AccumulateBlock {
  std::span<const Multiplicand> weights;
  const std::int32_t* pixels = nullptr;
  std::size_t pixel_count = 0;
  std::int32_t* sums = nullptr;  ///< partial sum of a pixel at position 0 and a tap at distance 0
};

/// Adds all products. Partial sums are exact, so their order does not matter.
/// @param tap_distance by tap: partial sums from a pixel's position to its product's
/// @param shift right shift of every product, rounding half up
void accumulate(std::span<const AccumulateBlock> blocks, const std::int32_t* tap_distance, int shift);

}  // namespace scnn
