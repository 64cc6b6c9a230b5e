#include "workloads/fixed_point_convolution.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/support/vector_targets.hpp"
#include "tests/workloads/random_geometry.hpp"

namespace workloads {
namespace {

using pruning::ConvolutionShape;
using Values = std::vector<std::int16_t>;

/// Values of one sign or of both, up to a random magnitude, some of them zero.
Values random_values(std::int64_t count) {
  const int magnitude = *rc::gen::element(1, 2, 7, 300, 32767);
  const int zeros_in_four = *rc::gen::inRange(0, 4);
  const int sign = *rc::gen::element(-1, 0, 1);
  std::mt19937 numbers(*rc::gen::arbitrary<std::uint32_t>());
  Values values(static_cast<std::size_t>(count));
  for (std::int16_t& value : values) {
    if (static_cast<int>(numbers() % 4) < zeros_in_four) continue;
    const int number = static_cast<int>(numbers() % static_cast<unsigned>(2 * magnitude + 1)) - magnitude;
    value = static_cast<std::int16_t>(sign == 0 ? number : sign * std::abs(number));
  }
  return values;
}

std::int64_t shifted(std::int16_t w, std::int16_t a, int shift) {
  const std::int64_t product = std::int64_t{w} * a;
  // Round half up by the floor of the quotient and its remainder, another way than the code under test.
  const std::int64_t unit = std::int64_t{1} << shift;
  const std::int64_t remainder = ((product % unit) + unit) % unit;
  return (product - remainder) / unit + (2 * remainder >= unit ? 1 : 0);
}

struct Sums {
  std::vector<std::int64_t> values;
  std::int64_t greatest_magnitudes = 0;
};

Sums literal_sums(const ConvolutionShape& shape, const Values& weights, const Values& activations, int shift) {
  const std::size_t outputs = static_cast<std::size_t>(shape.K * shape.P() * shape.Q());
  Sums sums{std::vector<std::int64_t>(outputs), 0};
  std::vector<std::int64_t> magnitudes(outputs);
  for_each_product(shape, [&](std::size_t output, std::size_t weight, std::size_t pixel) {
    const std::int64_t product = shift == 0 ? std::int64_t{weights[weight]} * activations[pixel]
                                            : shifted(weights[weight], activations[pixel], shift);
    sums.values[output] += product;
    magnitudes[output] += std::abs(product);
  });
  for (const std::int64_t sum : magnitudes) sums.greatest_magnitudes = std::max(sums.greatest_magnitudes, sum);
  return sums;
}

RC_GTEST_PROP(FixedPointConvolution, EqualsTheSumsWrittenOut, (const ConvolutionShape& shape)) {
  const Values weights = random_values(shape.weight_count());
  const Values activations = random_values(std::int64_t{1} * shape.C * shape.H * shape.W);
  const int shift = *rc::gen::inRange(0, 32);
  const std::vector<std::int64_t> expected = literal_sums(shape, weights, activations, shift).values;
  support::on_every_vector_target(
      [&](const char* /*target*/) { RC_ASSERT(convolve(shape, weights, activations, shift) == expected); });
}

/// Whether `sum_products` finds the smallest shift and its sums, on every vector target.
bool finds_the_smallest_shift(const ConvolutionShape& shape, const Values& weights, const Values& activations,
                              int bits) {
  const std::int64_t limit = std::int64_t{1} << (bits - 1);
  int shift = 0;
  while (literal_sums(shape, weights, activations, shift).greatest_magnitudes >= limit) ++shift;
  const std::vector<std::int64_t> sums = literal_sums(shape, weights, activations, shift).values;
  bool all = true;
  support::on_every_vector_target([&](const char* /*target*/) {
    const FixedPointSums found = sum_products(shape, weights, activations, bits);
    all = all && found.shift == shift && found.sums == sums;
  });
  return all;
}

RC_GTEST_PROP(FixedPointConvolution, TakesTheSmallestShiftThatFits, (const ConvolutionShape& shape)) {
  const Values weights = random_values(shape.weight_count());
  const Values activations = random_values(std::int64_t{1} * shape.C * shape.H * shape.W);
  RC_ASSERT(finds_the_smallest_shift(shape, weights, activations, *rc::gen::inRange(1, 63)));
}

// More filters than the first guess looks at, and the largest sum in any of them.
RC_GTEST_PROP(FixedPointConvolution, TakesTheSmallestShiftThatFitsAllOfManyFilters, ()) {
  const ConvolutionShape shape{.C = 2, .H = 5, .W = 6, .K = 100, .R = 2, .S = 3};
  Values weights = random_values(shape.weight_count());
  const Values activations = random_values(std::int64_t{1} * shape.C * shape.H * shape.W);
  weights[static_cast<std::size_t>(*rc::gen::inRange<std::int64_t>(0, shape.weight_count()))] = 32767;
  RC_ASSERT(finds_the_smallest_shift(shape, weights, activations, *rc::gen::inRange(1, 45)));
}

RC_GTEST_PROP(FixedPointConvolution, SumsDotProductsOfAnyLength, ()) {
  const ConvolutionShape shape{.C = *rc::gen::inRange(1, 200), .K = *rc::gen::inRange(1, 70)};
  const Values weights = random_values(shape.weight_count());
  RC_ASSERT(finds_the_smallest_shift(shape, weights, random_values(shape.C), *rc::gen::inRange(1, 63)));
}

// Every product is the largest there is, of either sign; from 45 bits on the sums leave 32 bits.
TEST(FixedPointConvolution, TakesExtremeValuesInAnyAccumulator) {
  const ConvolutionShape linear{.C = 70, .K = 3};
  const ConvolutionShape square{.C = 40, .H = 5, .W = 5, .K = 2, .R = 3, .S = 3};
  for (const ConvolutionShape& shape : {linear, square}) {
    for (const std::int16_t weight : Values{-32767, 32767}) {
      const Values weights(static_cast<std::size_t>(shape.weight_count()), weight);
      for (const std::int16_t pixel : Values{-32767, 32767}) {
        const Values activations(static_cast<std::size_t>(shape.C * shape.H * shape.W), pixel);
        for (int bits = 1; bits <= 62; ++bits) {
          EXPECT_TRUE(finds_the_smallest_shift(shape, weights, activations, bits))
              << weight << " times " << pixel << " in " << bits << " bits";
        }
      }
    }
  }
}

TEST(FixedPointConvolution, EqualsTheSumsWrittenOutForPlanesLargerThanOneBlock) {
  ConvolutionShape shape{.C = 2, .H = 150, .W = 131, .K = 3, .R = 3, .S = 5};
  shape.stride = {1, 2};
  shape.padding = {1, 2};
  std::mt19937 numbers(1);
  Values weights(static_cast<std::size_t>(shape.weight_count()));
  Values activations(static_cast<std::size_t>(shape.C * shape.H * shape.W));
  for (auto* values : {&weights, &activations}) {
    for (std::int16_t& value : *values) value = static_cast<std::int16_t>(static_cast<int>(numbers() % 65535) - 32767);
  }
  for (const int shift : {0, 9}) {
    EXPECT_EQ(convolve(shape, weights, activations, shift), literal_sums(shape, weights, activations, shift).values);
  }
}

TEST(FixedPointConvolution, SumsBeyond32BitsAreExact) {
  const ConvolutionShape linear{.C = 1000, .K = 2};
  const Values weights(2000, 32767);
  const Values activations(1000, -32767);
  EXPECT_EQ(convolve(linear, weights, activations, 0), (std::vector<std::int64_t>(2, -1000LL * 32767 * 32767)));
}

int shift_of(const ConvolutionShape& shape, const Values& weights, const Values& activations, int bits) {
  return sum_products(shape, weights, activations, bits).shift;
}

// One weight of 1 and pixels of +-2^13: with 15 bits the limit is 2^14 and no shift is needed for one such product.
TEST(ProductShift, CountsMagnitudesAndNotTheSum) {
  const ConvolutionShape one{.C = 1, .K = 1};
  EXPECT_EQ(shift_of(one, Values{1}, Values{8192}, 15), 0);
  const ConvolutionShape two{.C = 2, .K = 1};
  EXPECT_EQ(shift_of(two, Values{1, 1}, Values{8192, -8192}, 15), 1);
}

// Halves round up: 3/2 becomes 2 but -3/2 becomes -1, so the magnitudes of the two differ.
TEST(ProductShift, RoundsHalvesUp) {
  const ConvolutionShape one{.C = 1, .K = 1};
  EXPECT_EQ(shift_of(one, Values{1}, Values{3}, 2), 2);   // 3, 2, then 1 < 2
  EXPECT_EQ(shift_of(one, Values{1}, Values{-3}, 2), 1);  // -3, then -1
}

TEST(ProductShift, IsZeroWhereEverythingIsZero) {
  const ConvolutionShape shape{.C = 2, .H = 3, .W = 3, .K = 2, .R = 2, .S = 2};
  EXPECT_EQ(shift_of(shape, Values(16), Values(18), 1), 0);
}

}  // namespace
}  // namespace workloads
