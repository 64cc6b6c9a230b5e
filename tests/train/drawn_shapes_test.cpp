#include "pruning/train/drawn_shapes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/sha256.hpp"

namespace train {
namespace {

constexpr workloads::PlaneShape size{3, 16, 16};

std::vector<float> image(const LabelledImages& drawn, std::size_t number) {
  const auto values = drawn.images.values.size() / drawn.labels.size();
  const auto begin = drawn.images.values.begin() + static_cast<std::ptrdiff_t>(number * values);
  return {begin, begin + static_cast<std::ptrdiff_t>(values)};
}

// Are the images the same bytes on every machine?
TEST(DrawnShapes, AreTheSameEverywhere) {
  Drawing drawing;
  drawing.specks = 3;
  const LabelledImages drawn = draw_shapes(drawing, 7, "training", 0, 20, size);
  std::string bytes;
  for (const float value : drawn.images.values) bytes += static_cast<char>(static_cast<int>(value * 128));
  for (const std::int64_t label : drawn.labels) bytes += static_cast<char>(label);
  EXPECT_EQ(sim::sha256_of(bytes), "b8839950760451c9bd83d90c3ff54307eeee6ebd6c3a5607dbde8f381d2996b7");
}

// Does an image depend on its number alone, and not on those drawn with it?
TEST(DrawnShapes, DependOnTheirNumberAlone) {
  const LabelledImages all = draw_shapes({}, 1, "training", 10, 5, size);
  const LabelledImages one = draw_shapes({}, 1, "training", 13, 1, size);
  EXPECT_EQ(one.labels.front(), all.labels[3]);
  EXPECT_EQ(image(one, 0), image(all, 3));
}

// Do other seeds and sets give other images?
TEST(DrawnShapes, DifferBySeedAndSet) {
  const std::set<std::vector<float>> images{draw_shapes({}, 1, "training", 0, 1, size).images.values,
                                            draw_shapes({}, 2, "training", 0, 1, size).images.values,
                                            draw_shapes({}, 1, "test", 0, 1, size).images.values};
  EXPECT_EQ(images.size(), 3U);
}

// Are all classes drawn, about equally often, with values in range?
TEST(DrawnShapes, ShowEveryClass) {
  const LabelledImages drawn = draw_shapes({}, 1, "training", 0, 400, size);
  for (std::int64_t shape = 0; shape < shape_classes; ++shape) {
    const auto count = std::count(drawn.labels.begin(), drawn.labels.end(), shape);
    EXPECT_GT(count, 20) << "class " << shape;
    EXPECT_LT(count, 60) << "class " << shape;
  }
  const auto [least, most] = std::minmax_element(drawn.images.values.begin(), drawn.images.values.end());
  EXPECT_GE(*least, -1.0F);
  EXPECT_LE(*most, 127.0F / 128);
}

// Does noise change what it says it does, by no more than it says?
TEST(DrawnShapes, AreAsNoisyAsAsked) {
  Drawing quiet;
  quiet.noise = 0;
  Drawing noisy = quiet;
  noisy.noise = 0.1;
  const std::vector<float> without = draw_shapes(quiet, 1, "training", 0, 10, size).images.values;
  const std::vector<float> with = draw_shapes(noisy, 1, "training", 0, 10, size).images.values;
  double most = 0;
  for (std::size_t i = 0; i < with.size(); ++i) most = std::max(most, std::abs(double{with[i]} - double{without[i]}));
  EXPECT_LE(most, 0.2 + 2.0 / 128);  // of full scale, which is 2, and rounding
  EXPECT_GT(most, 0.15);
}

}  // namespace
}  // namespace train
