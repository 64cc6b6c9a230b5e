#include "workloads/synthetic.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace workloads {
namespace {

Network network() {
  return read_network(
      ConfigNode::parse("name: n\ninput: {channels: 64, height: 20, width: 20}\nlayers:\n"
                        "- {name: a, type: conv, output_channels: 48, kernel: 3, groups: 2}\n"
                        "- {name: b, type: conv, output_channels: 8, kernel: 1}\n"
                        "- {name: c, type: linear, output_features: 5}\n",
                        "net.yaml"));
}

struct Moments {
  double mean = 0;
  double deviation = 0;
  double density = 0;
};

Moments moments(const pruning::Tensor<float>& tensor) {
  Moments m;
  for (const float value : tensor.values) {
    m.mean += value;
    m.deviation += double{value} * value;
    m.density += value != 0 ? 1 : 0;
  }
  const double count = static_cast<double>(tensor.size());
  m.mean /= count;
  m.density /= count;
  m.deviation = std::sqrt(m.deviation / count - m.mean * m.mean);
  return m;
}

// Values of an independent program (another language, its own mathematical library).
TEST(Synthetic, GivesTheSameValuesEverywhere) {
  const Layer layer = network().layers[0];
  const pruning::Tensor<float> weights = synthetic_weights(layer, {.seed = 7, .kernel_scale_sigma = 0.5});
  const pruning::Tensor<float> input = synthetic_input(layer, {.seed = 7, .density = 0.5, .per_layer = {}});
  const auto first = [](const pruning::Tensor<float>& t, int count) {
    return std::vector<float>(t.values.begin(), t.values.begin() + count);
  };
  EXPECT_EQ(first(weights, 4), (std::vector<float>{-0.045133989F, -0.019961882F, -0.0078479070F, -0.045043655F}));
  EXPECT_EQ(first(input, 8),
            (std::vector<float>{2.1225519F, 0.067070663F, 1.1826481F, 0.79338491F, 0.62437534F, 0.39607078F, 0, 0}));
}

TEST(Synthetic, WeightsAreNormal) {
  const Layer layer = network().layers[0];
  const pruning::Tensor<float> weights = synthetic_weights(layer, {});
  EXPECT_EQ(weights.shape, (pruning::Shape{48, 32, 3, 3}));
  const Moments m = moments(weights);
  const double deviation = std::sqrt(2.0 / (32 * 9));
  EXPECT_NEAR(m.mean, 0, 4 * deviation / std::sqrt(48 * 32 * 9));  // four standard errors
  EXPECT_NEAR(m.deviation / deviation, 1, 4 / std::sqrt(2 * 48 * 32 * 9));
  double within_one = 0;
  for (const float value : weights.values) within_one += std::abs(value) < deviation ? 1 : 0;
  EXPECT_NEAR(within_one / static_cast<double>(weights.size()), 0.6827, 0.016);
  EXPECT_EQ(synthetic_weights(network().layers[2], {}).shape, (pruning::Shape{5, 8 * 18 * 18}));
}

TEST(Synthetic, KernelScalesSpreadTheSizesOfKernels) {
  const Layer layer = network().layers[0];
  const auto spread = [&](double sigma) {
    const pruning::Tensor<float> weights = synthetic_weights(layer, {.seed = 1, .kernel_scale_sigma = sigma});
    pruning::Tensor<float> logarithms({48 * 32});
    for (std::size_t k = 0; k < logarithms.values.size(); ++k) {
      double squares = 0;
      for (std::size_t i = 0; i < 9; ++i) squares += std::pow(weights.values[9 * k + i], 2);
      logarithms.values[k] = static_cast<float>(std::log(squares) / 2);
    }
    return moments(logarithms).deviation;
  };
  const double own = spread(0);  // of nine normal values
  EXPECT_NEAR(std::hypot(own, 1.0), spread(1), 0.08);
}

TEST(Synthetic, InputsHaveTheDensityAskedFor) {
  const Layer layer = network().layers[0];
  for (const double density : {0.0, 0.3, 1.0}) {
    const pruning::Tensor<float> input = synthetic_input(layer, {.seed = 3, .density = density, .per_layer = {}});
    EXPECT_EQ(input.shape, (pruning::Shape{64, 20, 20}));
    EXPECT_NEAR(moments(input).density, density, 0.012);
    for (const float value : input.values) EXPECT_GE(value, 0.0F);
  }
  const SyntheticActivations own{.seed = 3, .density = 0.9, .per_layer = {{"a", 0.1}}};
  EXPECT_NEAR(moments(synthetic_input(layer, own)).density, 0.1, 0.012);
}

TEST(Synthetic, ValuesDependOnSeedAndNameAlone) {
  const Network all = network();
  Layer renamed = all.layers[0];
  renamed.name = "other";
  const auto weights = synthetic_weights(all.layers[0], {.seed = 1}).values;
  EXPECT_EQ(synthetic_weights(all.layers[0], {.seed = 1}).values, weights);
  EXPECT_NE(synthetic_weights(all.layers[0], {.seed = 2}).values, weights);
  EXPECT_NE(synthetic_weights(renamed, {.seed = 1}).values, weights);
  // A denser input adds values to a sparser one; it does not change those that were there.
  const auto sparse = synthetic_input(all.layers[0], {.seed = 1, .density = 0.2, .per_layer = {}}).values;
  const auto dense = synthetic_input(all.layers[0], {.seed = 1, .density = 0.7, .per_layer = {}}).values;
  for (std::size_t i = 0; i < sparse.size(); ++i) EXPECT_TRUE(sparse[i] == 0 || sparse[i] == dense[i]);
}

}  // namespace
}  // namespace workloads
