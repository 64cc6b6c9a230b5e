#include "pruning/fixed_point.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace {

using pruning::FixedPointTensor;
using pruning::quantise;
using pruning::shift_round_half_up;
using pruning::Tensor;
using Codes = std::vector<std::int16_t>;

Tensor<float> tensor_of(std::vector<float> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return {{size}, std::move(values)};
}

/// Any finite number, of any magnitude.
float random_number() {
  const auto mantissa = static_cast<float>(*rc::gen::inRange(-(1 << 24), 1 << 24));
  return std::ldexp(mantissa, *rc::gen::inRange(-170, 100));
}

double magnitude_of(const Tensor<float>& tensor) {
  double largest = 0;
  for (const float value : tensor.values) largest = std::max(largest, std::abs(double{value}));
  return largest;
}

/// The code of a value at a scale, before it is known to fit.
double code(double value, int exponent) {
  return std::round(std::ldexp(value, -exponent));
}

// Is the scale the finest at which the largest magnitude fits, and every value the nearest code?
RC_GTEST_PROP(Quantise, TakesTheFinestScaleThatFits, ()) {
  std::vector<float> values(static_cast<std::size_t>(*rc::gen::inRange(1, 12)));
  for (float& value : values) value = random_number();
  const Tensor<float> tensor = tensor_of(values);
  const FixedPointTensor result = quantise(tensor);
  const double largest = magnitude_of(tensor);
  RC_PRE(largest > 0);
  RC_ASSERT(code(largest, result.exponent) <= 32767);
  RC_ASSERT(code(largest, result.exponent - 1) > 32767);
  for (std::size_t i = 0; i < values.size(); ++i) {
    RC_ASSERT(static_cast<double>(result.tensor.values[i]) == code(double{values[i]}, result.exponent));
    RC_ASSERT(result.tensor.values[i] >= -32767);
  }
  RC_ASSERT(result.tensor.shape == tensor.shape);
}

// Is what comes back within half a step of what went in?
RC_GTEST_PROP(Dequantise, IsWithinHalfAStep, ()) {
  std::vector<float> values(static_cast<std::size_t>(*rc::gen::inRange(1, 12)));
  for (float& value : values) value = random_number();
  const FixedPointTensor codes = quantise(tensor_of(values));
  const Tensor<float> back = pruning::dequantise(codes);
  const double half_step = std::ldexp(0.5, codes.exponent);
  for (std::size_t i = 0; i < values.size(); ++i) {
    RC_ASSERT(std::abs(double{back.values[i]} - double{values[i]}) <= half_step);
  }
}

// Are codes kept as they are once they have been made?
RC_GTEST_PROP(Dequantise, GivesWhatQuantisesToItself, ()) {
  std::vector<float> values(static_cast<std::size_t>(*rc::gen::inRange(1, 12)));
  for (float& value : values) value = std::ldexp(static_cast<float>(*rc::gen::inRange(-9999, 9999)), -8);
  const Tensor<float> once = pruning::dequantise(quantise(tensor_of(values)));
  RC_ASSERT(pruning::dequantise(quantise(once)).values == once.values);
}

TEST(Quantise, RoundsHalvesAwayFromZero) {
  // 16384 asks for steps of one.
  const FixedPointTensor result = quantise(tensor_of({16384, 0.5F, -0.5F, 1.5F, -2.5F, 0.499F, -0.499F, 2.501F}));
  EXPECT_EQ(result.exponent, 0);
  EXPECT_EQ(result.tensor.values, (Codes{16384, 1, -1, 2, -3, 0, 0, 3}));
}

// Where does rounding push the largest value out of 15 bits, so that the next coarser scale is needed?
TEST(Quantise, StaysBelowTheLargestCode) {
  EXPECT_EQ(quantise(tensor_of({32767})).exponent, 0);
  EXPECT_EQ(quantise(tensor_of({32767})).tensor.values, (Codes{32767}));
  EXPECT_EQ(quantise(tensor_of({32767.25F})).tensor.values, (Codes{32767}));
  EXPECT_EQ(quantise(tensor_of({32767.5F})).exponent, 1);
  EXPECT_EQ(quantise(tensor_of({32767.5F})).tensor.values, (Codes{16384}));
  EXPECT_EQ(quantise(tensor_of({-32768})).tensor.values, (Codes{-16384}));
  EXPECT_EQ(quantise(tensor_of({1})).exponent, -14);
  EXPECT_EQ(quantise(tensor_of({1})).tensor.values, (Codes{16384}));
}

// Do the smallest and largest numbers of float32 have a scale?
TEST(Quantise, CoversTheWholeRange) {
  const float smallest = std::numeric_limits<float>::denorm_min();
  const float largest = std::numeric_limits<float>::max();
  EXPECT_EQ(quantise(tensor_of({smallest})).tensor.values, (Codes{16384}));
  EXPECT_EQ(pruning::dequantise(quantise(tensor_of({smallest}))).values, (std::vector{smallest}));
  const FixedPointTensor codes = quantise(tensor_of({largest, smallest}));
  EXPECT_EQ(codes.exponent, 114);
  EXPECT_EQ(codes.tensor.values, (Codes{16384, 0}));
}

TEST(Quantise, TakesATensorOfZeros) {
  const FixedPointTensor result = quantise(tensor_of({0, -0.0F, 0}));
  EXPECT_EQ(result.exponent, 0);
  EXPECT_EQ(result.tensor.values, (Codes{0, 0, 0}));
  EXPECT_TRUE(quantise(tensor_of({})).tensor.values.empty());
}

TEST(Quantise, RefusesWhatIsNotFinite) {
  for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
    EXPECT_THROW(quantise(tensor_of({1, value})), std::domain_error);
  }
}

TEST(ShiftRoundHalfUp, RoundsHalvesTowardsPlusInfinity) {
  EXPECT_EQ(shift_round_half_up(5, 1), 3);
  EXPECT_EQ(shift_round_half_up(-5, 1), -2);
  EXPECT_EQ(shift_round_half_up(-3, 1), -1);
  EXPECT_EQ(shift_round_half_up(-1, 1), 0);
  EXPECT_EQ(shift_round_half_up(1, 1), 1);
  EXPECT_EQ(shift_round_half_up(5, 2), 1);
  EXPECT_EQ(shift_round_half_up(6, 2), 2);
  EXPECT_EQ(shift_round_half_up(-6, 2), -1);
  EXPECT_EQ(shift_round_half_up(-7, 2), -2);
  EXPECT_EQ(shift_round_half_up(-9, 0), -9);
  EXPECT_EQ(shift_round_half_up(3, -4), 48);
  EXPECT_EQ(shift_round_half_up(-3, -4), -48);
}

// Is it floor(value / 2^shift + 1/2) everywhere?
RC_GTEST_PROP(ShiftRoundHalfUp, IsTheFloorOfTheQuotientPlusAHalf, ()) {
  const auto value = *rc::gen::inRange<std::int64_t>(-(std::int64_t{1} << 40), std::int64_t{1} << 40);
  const int shift = *rc::gen::inRange(1, 41);
  const std::int64_t rounded = shift_round_half_up(value, shift);
  // rounded <= value / 2^shift + 1/2 < rounded + 1, in whole numbers
  const std::int64_t step = std::int64_t{1} << shift;
  RC_ASSERT(2 * rounded * step <= 2 * value + step);
  RC_ASSERT(2 * value + step < 2 * (rounded + 1) * step);
}

bool fits(std::int64_t smallest, std::int64_t largest, int shift) {
  return shift_round_half_up(largest, shift) <= 32767 && shift_round_half_up(smallest, shift) >= -32767;
}

// Does the shift make both ends fit, and would one bit less not?
RC_GTEST_PROP(FinestShift, IsTheSmallestThatFits, ()) {
  const int magnitude = *rc::gen::inRange(1, 47);
  const std::int64_t limit = std::int64_t{1} << magnitude;
  const auto a = *rc::gen::inRange<std::int64_t>(-limit, limit + 1);
  const auto b = *rc::gen::inRange<std::int64_t>(-limit, limit + 1);
  const auto [smallest, largest] = std::minmax(a, b);
  RC_PRE(smallest != 0 || largest != 0);
  const int shift = pruning::finest_shift_to_16_bits(smallest, largest);
  RC_ASSERT(fits(smallest, largest, shift));
  RC_ASSERT(!fits(smallest, largest, shift - 1));
}

TEST(FinestShift, KnowsTheBorders) {
  EXPECT_EQ(pruning::finest_shift_to_16_bits(0, 32767), 0);
  EXPECT_EQ(pruning::finest_shift_to_16_bits(-32767, 0), 0);
  EXPECT_EQ(pruning::finest_shift_to_16_bits(-32768, 0), 1);
  EXPECT_EQ(pruning::finest_shift_to_16_bits(0, 65534), 1);
  EXPECT_EQ(pruning::finest_shift_to_16_bits(0, 65535), 2);   // half of it rounds up to 32768
  EXPECT_EQ(pruning::finest_shift_to_16_bits(-65535, 0), 1);  // minus half of it rounds up to -32767
  EXPECT_EQ(pruning::finest_shift_to_16_bits(0, 16383), -1);
  EXPECT_EQ(pruning::finest_shift_to_16_bits(0, 1), -14);
  EXPECT_EQ(pruning::finest_shift_to_16_bits(0, 0), 0);
}

TEST(Density, IsTheShareOfValuesThatAreNotZero) {
  EXPECT_EQ(pruning::density(Codes{0, 1, -1, 0}), 0.5);
  EXPECT_EQ(pruning::density(Codes{0}), 0);
  EXPECT_EQ(pruning::density(Codes{}), 0);
}

}  // namespace
