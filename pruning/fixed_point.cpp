#include "pruning/fixed_point.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace pruning {

namespace {

constexpr double largest_code = 32767.0;

/// Whether `magnitude / 2^exponent` rounds to a code that exists.
bool fits(double magnitude, int exponent) {
  return std::round(std::ldexp(magnitude, -exponent)) <= largest_code;
}

/// To the nearest, halves away from zero. @param value a float's digits, of which adding a half loses none that count
std::int16_t round_code(double value) {
  return static_cast<std::int16_t>(static_cast<std::int32_t>(value + std::copysign(0.5, value)));
}

}  // namespace

FixedPointTensor quantise(const Tensor<float>& values) {
  // Magnitudes are in the order of their bits, with what is not finite above all numbers.
  std::uint32_t largest_bits = 0;
  for (const float v : values.values) largest_bits = std::max(largest_bits, std::bit_cast<std::uint32_t>(std::abs(v)));
  const double largest = std::bit_cast<float>(largest_bits);
  if (!std::isfinite(largest)) throw std::domain_error("a value that is not finite cannot be quantised");
  FixedPointTensor result{Tensor<std::int16_t>(values.shape), 0};
  if (largest == 0.0) return result;

  // 2^14 <= largest / 2^exponent < 2^15 for this exponent; rounding may still push it out of range.
  result.exponent = std::ilogb(largest) - 14;
  if (!fits(largest, result.exponent)) ++result.exponent;
  const double scale = std::ldexp(1.0, -result.exponent);  // a power of two: the product is exact
  std::transform(values.values.begin(), values.values.end(), result.tensor.values.begin(),
                 [scale](float v) { return round_code(static_cast<double>(v) * scale); });
  return result;
}

Tensor<float> dequantise(const FixedPointTensor& values) {
  Tensor<float> result(values.tensor.shape);
  const double scale = std::ldexp(1.0, values.exponent);
  std::transform(values.tensor.values.begin(), values.tensor.values.end(), result.values.begin(),
                 [scale](std::int16_t v) { return static_cast<float>(v * scale); });
  return result;
}

int finest_shift_to_16_bits(std::int64_t smallest, std::int64_t largest) {
  if (smallest == 0 && largest == 0) return 0;
  const auto fit = [&](int shift) {
    return shift_round_half_up(largest, shift) <= 32767 && shift_round_half_up(smallest, shift) >= -32767;
  };
  int shift = -15;
  while (!fit(shift)) ++shift;
  return shift;
}

double density(std::span<const std::int16_t> values) {
  if (values.empty()) return 0.0;
  const auto nonzero = std::count_if(values.begin(), values.end(), [](std::int16_t v) { return v != 0; });
  return static_cast<double>(nonzero) / static_cast<double>(values.size());
}

}  // namespace pruning
