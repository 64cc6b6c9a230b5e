// Do the functions that are made for the same results everywhere agree with the mathematical library?

#include "workloads/portable_math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace workloads {
namespace {

TEST(PortableMath, AgreesWithTheLibrary) {
  for (double x = 1e-9; x < 1e9; x *= 3.7)
    EXPECT_NEAR(natural_logarithm(x), std::log(x), 1e-14 * (1 + std::abs(std::log(x))));
  for (double x = -30; x < 30; x += 0.37) EXPECT_NEAR(exponential(x) / std::exp(x), 1, 1e-14);
  for (double x = -9; x < 9; x += 0.13) {
    EXPECT_NEAR(normal_probability(x), std::erfc(-x / std::numbers::sqrt2) / 2, 1e-14) << x;
  }
}

TEST(PortableMath, QuantilesInvertProbabilities) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  for (double x = -5; x < 5; x += 0.3) EXPECT_NEAR(normal_quantile(normal_probability(x)), x, 1e-8);
}

// Above the mean, Sheppard's formula: both with probability 1/4 + asin(r) / (2 pi).
TEST(PortableMath, FindsTheCorrelationThatJointProbabilitiesImply) {
  for (const double r : {-0.9, -0.3, 0.0, 0.2, 0.5, 0.8, 0.95}) {
    EXPECT_NEAR(normal_correlation(0, 0.25 + std::asin(r) / (2 * std::numbers::pi)), r, 0.002);
  }
  const double t = 0.8;
  const double single = 1 - normal_probability(t);
  EXPECT_NEAR(normal_correlation(t, single * single), 0, 1e-9);
  EXPECT_NEAR(normal_correlation(t, single), 1, 0.002);
  EXPECT_NEAR(normal_correlation(t, 0), -1, 0.002);
  // By numerical integration of the joint density in another program.
  EXPECT_NEAR(normal_correlation(1, 0.0625141), 0.5, 0.002);
}

}  // namespace
}  // namespace workloads
