#include "workloads/random_stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/support/vector_targets.hpp"
#include "workloads/portable_math.hpp"

namespace workloads {
namespace {

TEST(RandomStream, TurnsTheNumbersOfTheStandardsEngineIntoUniformOnes) {
  std::mt19937_64 engine(5);
  boost::random::mt19937_64 ours(5);
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(ours(), engine());
  EXPECT_EQ(uniform_of(0), 0x1p-54);
  EXPECT_EQ(uniform_of((std::uint64_t{1} << 63) - 1), 0.5 - 0x1p-54);
  EXPECT_EQ(uniform_of(~std::uint64_t{0} - (1 << 11)), 1 - 0x1p-52);
  EXPECT_EQ(uniform_of(~std::uint64_t{0}), 1);
}

TEST(RandomStream, DiffersBySeedPurposeAndLayer) {
  const double number = RandomStream(7, "values", "layer").uniform();
  EXPECT_EQ(RandomStream(7, "values", "layer").uniform(), number);
  EXPECT_NE(RandomStream(8, "values", "layer").uniform(), number);
  EXPECT_NE(RandomStream(7, "weights", "layer").uniform(), number);
  EXPECT_NE(RandomStream(7, "values", "other").uniform(), number);
}

/// Marsaglia's polar method, point by point.
class PolarMethod {
 public:
  explicit PolarMethod(RandomStream& uniform) : uniform_(uniform) {}

  double normal() {
    if (has_second_) {
      has_second_ = false;
      return second_;
    }
    for (;;) {
      const double u = 2 * uniform_.uniform() - 1;
      const double v = 2 * uniform_.uniform() - 1;
      const double square = u * u + v * v;
      if (square >= 1 || square == 0) continue;
      const double factor = std::sqrt(-2 * natural_logarithm(square) / square);
      second_ = v * factor;
      has_second_ = true;
      return u * factor;
    }
  }

 private:
  RandomStream& uniform_;
  double second_ = 0;
  bool has_second_ = false;
};

// However many are asked for, between uniform ones too, and with every instruction set?
TEST(RandomStream, NormalValuesAreThoseOfThePolarMethod) {
  support::on_every_vector_target([](const char* target) {
    RandomStream uniform(7, "values", "layer");
    PolarMethod expected(uniform);
    RandomStream stream(7, "values", "layer");
    for (const std::size_t count : {3U, 0U, 1U, 2U, 1025U, 17U, 2048U, 20000U}) {
      std::vector<double> values(count);
      stream.normals(values);
      for (const double value : values) ASSERT_EQ(value, expected.normal()) << target;
      ASSERT_EQ(stream.normal(), expected.normal()) << target;
      ASSERT_EQ(stream.uniform(), uniform.uniform()) << target;
    }
  });
}

}  // namespace
}  // namespace workloads
