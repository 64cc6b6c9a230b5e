#pragma once

#include <bit>
#include <cstdint>
#include <numbers>

namespace workloads {

// The mathematical library may round differently on another host; sums, products, quotients and square roots do not.
// These functions are made of them, so their results are the same bits everywhere.

/// @param x above 0, no subnormal number
inline double natural_logarithm(double x) {
  constexpr std::uint64_t digits = (std::uint64_t{1} << 52) - 1;
  constexpr std::uint64_t half_exponent = std::uint64_t{1022} << 52;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const double half_to_one = std::bit_cast<double>((bits & digits) | half_exponent);
  const bool small = half_to_one < std::numbers::sqrt2 / 2;
  const double mantissa = small ? 2 * half_to_one : half_to_one;
  const int exponent = static_cast<int>(bits >> 52) - 1022 - (small ? 1 : 0);
  const double z = (mantissa - 1) / (mantissa + 1);
  double series = 0;
  for (int odd = 23; odd >= 1; odd -= 2) series = series * z * z + 1.0 / odd;
  return 2 * z * series + exponent * std::numbers::ln2;
}
double exponential(double x);

/// Probability that a normal value (mean 0, standard deviation 1) lies below x, to about 1e-15.
double normal_probability(double x);
/// The x below which a normal value lies with that probability, from -8 to 8.
double normal_quantile(double probability);

/// Correlation of two jointly normal values of which each exceeds `threshold` with the probability that this implies,
/// and both together with probability `both` (the tetrachoric correlation), to about 0.002. Between -1 and 1.
double normal_correlation(double threshold, double both);

}  // namespace workloads
