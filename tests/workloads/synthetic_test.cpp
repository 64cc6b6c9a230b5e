#include "workloads/synthetic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "workloads/portable_math.hpp"

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
  const auto expect_at = [](const pruning::Tensor<float>& tensor, std::size_t start,
                            const std::vector<float>& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(tensor.values[start + i], expected[i]) << start + i;
  };
  expect_at(synthetic_weights(layer, {.seed = 7, .kernel_scale_sigma = {0.5, {}}}), 0,
            {-0.045133989F, -0.019961882F, -0.0078479070F, -0.045043655F});
  expect_at(synthetic_weights(layer, {.seed = 7, .distribution = WeightDistribution::laplacian}), 0,
            {-0.017595949F, -0.0071439804F, -0.0035182354F, -0.023832759F});
  expect_at(synthetic_input(layer, {.seed = 7, .density = {0.5, {}}}), 0,
            {2.1225519F, 0.067070663F, 1.1826481F, 0.79338491F, 0.62437534F, 0.39607078F, 0, 0});
  const auto field = synthetic_input(
      layer, {.seed = 7, .density = {0.5, {}}, .channel_spread = {0.5, {}}, .correlation_length = {2, {}}});
  expect_at(field, 0, {1.3916411F, 0.3104085F, 1.3250631F, 0.45125255F, 0, 0, 0, 0});
  expect_at(field, 10000, {0.50694495F, 0.4287847F, 0, 0, 0, 0.34786895F, 0, 0});
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
    const pruning::Tensor<float> weights = synthetic_weights(layer, {.seed = 1, .kernel_scale_sigma = {sigma, {}}});
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
    const pruning::Tensor<float> input = synthetic_input(layer, {.seed = 3, .density = {density, {}}});
    EXPECT_EQ(input.shape, (pruning::Shape{64, 20, 20}));
    EXPECT_NEAR(moments(input).density, density, 0.012);
    for (const float value : input.values) EXPECT_GE(value, 0.0F);
  }
  const SyntheticActivations own{.seed = 3, .density = {0.9, {{"a", 0.1}}}};
  EXPECT_NEAR(moments(synthetic_input(layer, own)).density, 0.1, 0.012);
}

TEST(Synthetic, LaplacianWeightsHaveTheSameDeviationAndLongerTails) {
  const Layer layer = network().layers[0];
  const pruning::Tensor<float> weights =
      synthetic_weights(layer, {.seed = 1, .distribution = WeightDistribution::laplacian});
  const Moments m = moments(weights);
  const double deviation = std::sqrt(2.0 / (32 * 9));
  EXPECT_NEAR(m.mean, 0, 4 * deviation / std::sqrt(48 * 32 * 9));
  EXPECT_NEAR(m.deviation / deviation, 1, 4 * std::sqrt(5.0 / (4 * 48 * 32 * 9)));  // four standard errors
  double beyond_two = 0;
  for (const float value : weights.values) beyond_two += std::abs(value) > 2 * deviation ? 1 : 0;
  EXPECT_NEAR(beyond_two / static_cast<double>(weights.size()), std::exp(-2 * std::sqrt(2.0)), 0.009);
}

// With a field just that share of the values is above zero, whatever the field.
TEST(Synthetic, FieldsHaveExactlyTheDensityAskedFor) {
  const Layer layer = network().layers[0];
  for (const double density : {0.0, 1e-5, 0.3, 0.99999, 1.0}) {
    for (const double spread : {0.0, 1.0}) {
      for (const double length : {0.5, 30.0}) {
        const pruning::Tensor<float> input = synthetic_input(
            layer, {.density = {density, {}}, .channel_spread = {spread, {}}, .correlation_length = {length, {}}});
        EXPECT_EQ(moments(input).density, std::floor(density * 25600 + 0.5) / 25600);
        for (const float value : input.values) EXPECT_GE(value, 0.0F);
      }
    }
  }
}

// Of density 1 the field shows itself, above its least value.
TEST(Synthetic, FieldsAreCorrelatedAsAskedFor) {
  const Network wide = read_network(
      ConfigNode::parse("name: n\nlayers:\n- {name: a, type: conv, input: {channels: 400, height: 40, width: 40}, "
                        "output_channels: 1, kernel: 1}\n",
                        "net.yaml"));
  const auto correlation = [](const pruning::Tensor<float>& t, std::size_t dy, std::size_t dx, std::size_t first,
                              std::size_t last) {
    const Moments m = moments(t);
    double sum = 0;
    double count = 0;
    for (std::size_t c = 0; c < 400; ++c) {
      for (std::size_t y = first; y + dy < last; ++y) {
        for (std::size_t x = first; x + dx < last; ++x) {
          const std::size_t at = (c * 40 + y) * 40 + x;
          sum += (t.values[at] - m.mean) * (t.values[at + 40 * dy + dx] - m.mean);
          ++count;
        }
      }
    }
    return sum / count / (m.deviation * m.deviation);
  };
  const auto input = synthetic_input(wide.layers[0], {.density = {1, {}}, .correlation_length = {3, {}}});
  for (const auto& [dy, dx] : {std::pair{1, 0}, {0, 1}, {3, 0}, {0, 3}, {2, 2}, {0, 9}}) {
    const double expected = std::exp(-(dy + dx) / 3.0);
    const auto rows = static_cast<std::size_t>(dy);
    const auto columns = static_cast<std::size_t>(dx);
    EXPECT_NEAR(correlation(input, rows, columns, 0, 40), expected, 0.02) << dy << " " << dx;
    EXPECT_NEAR(correlation(input, rows, columns, 0, 12), expected, 0.04) << "at the border";
  }
  EXPECT_NEAR(correlation(input, 0, 0, 0, 6), 1, 0.06);  // the variance at the border is that of all

  // Offsets of channels add a correlation at any distance.
  const auto spread = synthetic_input(wide.layers[0], {.density = {1, {}}, .channel_spread = {1, {}}});
  EXPECT_NEAR(correlation(spread, 0, 1, 0, 40), 0.5, 0.06);
  EXPECT_NEAR(correlation(spread, 20, 0, 0, 40), 0.5, 0.06);
}

// The probits of the channels' densities are normal with the deviation asked for.
TEST(Synthetic, ChannelsSpreadAsAskedFor) {
  const Network wide = read_network(
      ConfigNode::parse("name: n\nlayers:\n- {name: a, type: conv, input: {channels: 400, height: 40, width: 40}, "
                        "output_channels: 1, kernel: 1}\n",
                        "net.yaml"));
  const auto input = synthetic_input(wide.layers[0], {.density = {0.4, {}}, .channel_spread = {0.6, {}}});
  pruning::Tensor<float> probits({400});
  for (std::size_t c = 0; c < 400; ++c) {
    const auto first = input.values.begin() + static_cast<std::ptrdiff_t>(c) * 1600;
    const auto set = 1600 - std::count(first, first + 1600, 0.0F);
    probits.values[c] = static_cast<float>(normal_quantile((static_cast<double>(set) + 0.5) / 1601));
  }
  EXPECT_NEAR(moments(probits).deviation, 0.6, 4 * 0.6 / std::sqrt(2 * 400));
  // P = Phi(t / sqrt(1 + spread^2)) for the mean t of the probits.
  EXPECT_NEAR(moments(probits).mean, normal_quantile(0.4) * std::sqrt(1 + 0.36), 4 * 0.6 / std::sqrt(400));
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
  const auto sparse = synthetic_input(all.layers[0], {.seed = 1, .density = {0.2, {}}}).values;
  const auto dense = synthetic_input(all.layers[0], {.seed = 1, .density = {0.7, {}}}).values;
  for (std::size_t i = 0; i < sparse.size(); ++i) EXPECT_TRUE(sparse[i] == 0 || sparse[i] == dense[i]);
}

}  // namespace
}  // namespace workloads
