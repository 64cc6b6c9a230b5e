#pragma once

#include <cstddef>
#include <cstdint>

namespace workloads {

/// Inner loops of the dense fixed-point convolution, with the widest instructions of this processor. The result does
/// not depend on them.

/// sums[i] += (weight * pixels[i] + half) >> shift, with half = 2^(shift - 1), or 0 for shift 0
void add_shifted_products(std::int32_t* sums, const std::int16_t* pixels, std::size_t count, std::int16_t weight,
                          int shift);

/// As above with the magnitudes of the shifted products.
void add_shifted_magnitudes(std::int32_t* sums, const std::int16_t* pixels, std::size_t count, std::int16_t weight,
                            int shift);

}  // namespace workloads
