#include "workloads/forward.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <filesystem>
#include <random>

#include "tests/workloads/random_geometry.hpp"

namespace workloads {
namespace {

using pruning::ConvolutionShape;
using pruning::Tensor;

Tensor<float> random_tensor(const pruning::Shape& shape, unsigned seed) {
  std::mt19937 numbers(seed);
  Tensor<float> tensor(shape);
  for (float& value : tensor.values) value = static_cast<float>(numbers() % 2001) / 1000.0F - 1.0F;
  return tensor;
}

// A sum of n rounded float32 products of values up to 1 strays from the exact one by at most n^2 / 2 units of 2^-24;
// here n <= 4 * 4 * 4 + 1, and in practice errors are far smaller.
constexpr double tolerance = 1e-4;

RC_GTEST_PROP(Convolve, EqualsTheSumsInDoublePrecision, (const ConvolutionShape& shape, bool with_bias)) {
  const Tensor<float> input = random_tensor({shape.C, shape.H, shape.W}, 1);
  const Tensor<float> weights = random_tensor({shape.K, shape.channels_per_group(), shape.R, shape.S}, 2);
  const Tensor<float> bias = random_tensor({with_bias ? shape.K : 0}, 3);
  const Tensor<float> output = convolve(shape, input, weights, bias.values);
  RC_ASSERT(output.shape == (pruning::Shape{shape.K, shape.P(), shape.Q()}));

  std::vector<double> expected(output.values.size());
  const std::size_t plane = static_cast<std::size_t>(shape.P() * shape.Q());
  for (std::size_t i = 0; with_bias && i < expected.size(); ++i) expected[i] = bias.values[i / plane];
  for_each_product(shape, [&](std::size_t out, std::size_t weight, std::size_t pixel) {
    expected[out] += double{weights.values[weight]} * input.values[pixel];
  });
  for (std::size_t i = 0; i < expected.size(); ++i) {
    RC_ASSERT(std::abs(output.values[i] - expected[i]) < tolerance);
  }
}

TEST(Convolve, LeavesNoThreadsBehind) {
  const ConvolutionShape shape{.C = 32, .H = 64, .W = 64, .K = 64, .R = 3, .S = 3};
  (void)convolve(shape, random_tensor({32, 64, 64}, 1), random_tensor({64, 32, 3, 3}, 2), {});
  const std::filesystem::directory_iterator threads("/proc/self/task");
  EXPECT_EQ(std::distance(begin(threads), end(threads)), 1);
}

/// Reads one layer behind an image of 2x3x4, or several that all read that image.
Layer layer_of(const std::string& keys) {
  const std::string text = "name: n\ninput: {channels: 2, height: 3, width: 4}\nlayers: [{name: x, " + keys + "}]";
  return read_network(ConfigNode::parse(text, "net.yaml")).layers[0];
}

const Tensor<float> image({2, 3, 4}, {1, 2,  3, 4,  5, -6, 7, 8, 9, 10, 11, 12,  //
                                      0, -1, 2, -3, 4, 5,  6, 7, 8, 9,  10, -11});

std::vector<float> applied(const std::string& keys, const std::vector<const Tensor<float>*>& inputs = {&image}) {
  const Layer layer = layer_of(keys);
  const Tensor<float> output = apply(layer, inputs, nullptr);
  EXPECT_EQ(output.shape, (pruning::Shape{layer.output.channels, layer.output.height, layer.output.width}));
  return output.values;
}

using Floats = std::vector<float>;

TEST(Apply, PoolsMaxima) {
  EXPECT_EQ(applied("type: max_pool, kernel: 2"), (Floats{5, 8, 5, 7}));
  EXPECT_EQ(applied("type: max_pool, kernel: 2, ceil_mode: true"), (Floats{5, 8, 10, 12, 5, 7, 9, 10}));
  EXPECT_EQ(applied("type: max_pool, kernel: [1, 3], stride: [2, 3], padding: [0, 1]"),
            (Floats{2, 4, 10, 12, 0, 2, 9, 10}));
}

TEST(Apply, PoolsAverages) {
  EXPECT_EQ(applied("type: average_pool, kernel: 2"), (Floats{0.5F, 5.5F, 2, 3}));
  // Rows -1 and 0, columns -1 and 0: one pixel; then columns 1 and 2: two; columns 3 and 4: one.
  EXPECT_EQ(applied("type: average_pool, kernel: 2, padding: 1, stride: 2, count_include_pad: false"),
            (Floats{1, 2.5F, 4, 7, 5.5F, 10, 0, 0.5F, -3, 6, 7.5F, -2}));
  EXPECT_EQ(applied("type: average_pool, kernel: 2, padding: 1, stride: 2"),
            (Floats{0.25F, 1.25F, 1, 3.5F, 5.5F, 5, 0, 0.25F, -0.75F, 3, 7.5F, -1}));
  // What lies beyond the padding is not counted: the last row of windows has one row.
  EXPECT_EQ(applied("type: average_pool, kernel: 2, ceil_mode: true"),
            (Floats{0.5F, 5.5F, 9.5F, 11.5F, 2, 3, 8.5F, -0.5F}));
  EXPECT_EQ(applied("type: global_average_pool"), (Floats{5.5F, 3}));
}

TEST(Apply, JoinsLayers) {
  const Tensor<float> ones({2, 3, 4}, Floats(24, 1));
  Floats sums = image.values;
  Floats rectified = image.values;
  for (float& value : sums) value = std::max(value + 1, 0.0F);
  for (float& value : rectified) value = std::max(value, 0.0F);
  EXPECT_EQ(applied("type: add, inputs: [input, input], relu: true", {&image, &ones}), sums);
  EXPECT_EQ(applied("type: relu"), rectified);
  Floats joined = ones.values;
  joined.insert(joined.end(), image.values.begin(), image.values.end());
  EXPECT_EQ(applied("type: concat, inputs: [input, input]", {&ones, &image}), joined);
}

TEST(Apply, NormalisesBatches) {
  const Layer layer = layer_of("type: batch_norm, epsilon: 1");
  const pruning::BatchNorm norm{.gamma = {2, 1}, .beta = {0.5F, -1}, .mean = {1, 0}, .variance = {3, 0}};
  const Tensor<float> output = apply(layer, {&image}, &norm);
  for (std::size_t i = 0; i < 24; ++i) {
    const float x = image.values[i];
    EXPECT_FLOAT_EQ(output.values[i], i < 12 ? 2 * (x - 1) / 2 + 0.5F : x - 1);
  }
  EXPECT_THROW(apply(layer, {&image}, nullptr), std::invalid_argument);
}

TEST(Apply, NormalisesResponsesAcrossChannels) {
  for (const double beta : {0.5, 0.75, 1.0, 0.6}) {
    Layer layer = layer_of("type: lrn, size: 3, alpha: 0.3, k: 2");
    layer.lrn.beta = beta;
    const Tensor<float> output = apply(layer, {&image}, nullptr);
    for (std::size_t i = 0; i < 24; ++i) {
      const double a = image.values[i % 12];
      const double b = image.values[i % 12 + 12];
      EXPECT_FLOAT_EQ(output.values[i],
                      static_cast<float>(image.values[i] / std::pow(2 + 0.1 * (a * a + b * b), beta)));
    }
  }
}

TEST(Apply, NormalisesResponsesOverTheWindowAlone) {
  const std::string text =
      "{name: n, input: {channels: 4, height: 1, width: 1}, layers: [{name: x, type: lrn, size: 3, alpha: 3, beta: "
      "1}]}";
  const Layer layer = read_network(ConfigNode::parse(text, "net.yaml")).layers[0];
  const Tensor<float> input({4, 1, 1}, {1, 2, 3, 4});
  EXPECT_EQ(apply(layer, {&input}, nullptr).values, (Floats{1.0F / 6, 2.0F / 15, 3.0F / 30, 4.0F / 26}));
}

}  // namespace
}  // namespace workloads
