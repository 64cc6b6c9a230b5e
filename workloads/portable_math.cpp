#include "workloads/portable_math.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace workloads {

namespace {

constexpr double farthest_normal = 8;  // a probability of 6e-16 lies beyond

}  // namespace

double exponential(double x) {
  const double twos = std::floor(x / std::numbers::ln2 + 0.5);
  const double rest = x - twos * std::numbers::ln2;
  double series = 1;
  for (int i = 16; i >= 1; --i) series = 1 + series * rest / i;
  return std::ldexp(series, static_cast<int>(twos));
}

double normal_probability(double x) {
  if (x < 0) return 1 - normal_probability(-x);
  if (x > farthest_normal) return 1;
  // The integral of the bell curve from 0 to x is its height at x times x + x^3 / 3 + x^5 / (3 5) + ...
  double term = x;
  double series = 0;
  for (int odd = 3; term > 1e-17 * series; odd += 2) {
    series += term;
    term *= x * x / odd;
  }
  constexpr double height = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return 0.5 + height * exponential(-x * x / 2) * series;
}

double normal_quantile(double probability) {
  double low = -farthest_normal;
  double high = farthest_normal;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    if (normal_probability(middle) < probability) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

double normal_correlation(double threshold, double both) {
  // How much the probability of both grows with the correlation r is the joint density at the threshold:
  // exp(-t^2 / (1 + r)) / (2 pi sqrt(1 - r^2)). With r = 2 u / (1 + u^2) it becomes a smooth function of u.
  constexpr int steps = 1000;
  constexpr double width = 1.0 / steps;
  const auto correlation = [](double u) { return 2 * u / (1 + u * u); };
  const double single = 1 - normal_probability(threshold);
  double missing = both - single * single;
  const double direction = missing < 0 ? -1 : 1;
  for (int i = 0; i < steps; ++i) {
    const double u = direction * (i + 0.5) * width;
    const double step =
        width * std::numbers::inv_pi * exponential(-threshold * threshold / (1 + correlation(u))) / (1 + u * u);
    if (step >= std::abs(missing)) return correlation(direction * (i + std::abs(missing) / step) * width);
    missing -= direction * step;
  }
  return direction;
}

}  // namespace workloads
