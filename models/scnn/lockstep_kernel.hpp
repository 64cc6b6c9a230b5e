#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/scnn/compressed_pass.hpp"

namespace scnn {

/// Marks the outputs that get a product. @param pixels by PE: a bit for each output of its tile that gets one from a
/// segment's stream @param touched [filter][PE] @param taps of the segment, filters @param none a tap without a value
void mark_outputs(std::span<const std::uint32_t> taps, std::uint32_t none, std::span<const std::uint32_t> pixels,
                  std::uint32_t* touched);

/// Adds the products of a segment with its stream in all PEs. @param pixels [output of a tile][PE]: activations, zeros
/// where none is stored @param sums [filter][output of a tile][PE] @param shift right shift of every product, rounding
/// half up
void add_products(std::span<const Multiplicand> weights, std::span<const std::int32_t> pixels, int shift,
                  std::int32_t* sums);

}  // namespace scnn
