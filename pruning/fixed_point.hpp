#pragma once

#include <cstdint>
#include <span>

#include "pruning/tensor.hpp"

namespace pruning {

/// A tensor of 16-bit fixed-point numbers with one power-of-two scale: the value of an element
/// is `values[i] * 2^exponent`.
struct FixedPointTensor {
  Tensor<std::int16_t> tensor;
  int exponent = 0;
};

/// Rounds to the nearest, halves away from zero, with the finest scale at which the largest
/// magnitude still fits into 15 bits and a sign (so -32768 does not occur).
/// @throws std::domain_error for a NaN or an infinity
FixedPointTensor quantise(const Tensor<float>& values);

Tensor<float> dequantise(const FixedPointTensor& values);

/// `value / 2^shift` rounded to the nearest, halves up; a negative shift multiplies.
constexpr std::int64_t shift_round_half_up(std::int64_t value, int shift) {
  if (shift <= 0) return value * (std::int64_t{1} << -shift);
  return (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

/// The smallest right shift after which every magnitude in `values` is at most 32767 when rounded half up;
/// negative if the values leave room for a finer scale, 0 if all are zero.
int finest_shift_to_16_bits(std::int64_t smallest, std::int64_t largest);

/// Share of elements that are not zero; 0 for an empty span.
double density(std::span<const std::int16_t> values);

}  // namespace pruning
