// Do measured statistics give back what tensors were made with, and what is published of trained ones?

#include "workloads/tensor_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "pruning/fixed_point.hpp"
#include "pruning/grain.hpp"
#include "workloads/synthetic.hpp"

namespace workloads {
namespace {

Layer layer_of(int channels, int side, int filters = 1, int kernel = 1) {
  const std::string text = "name: n\nlayers:\n- {name: a, type: conv, input: {channels: " + std::to_string(channels) +
                           ", height: " + std::to_string(side) + ", width: " + std::to_string(side) +
                           "}, output_channels: " + std::to_string(filters) + ", kernel: " + std::to_string(kernel) +
                           "}\n";
  return read_network(ConfigNode::parse(text, "net.yaml")).layers[0];
}

WeightStatistics of_weights(const Layer& layer, const SyntheticWeights& parameters, double density) {
  pruning::Tensor<float> weights = synthetic_weights(layer, parameters);
  const pruning::Mask mask = pruning::select_grains(weights, pruning::Granularity::fine, density);
  return weight_statistics(layer.convolution,
                           pruning::quantise(pruning::apply(mask, std::move(weights))).tensor.values);
}

ActivationStatistics of_input(const Layer& layer, const SyntheticActivations& parameters) {
  const pruning::FixedPointTensor input = pruning::quantise(synthetic_input(layer, parameters));
  return activation_statistics(layer.convolution, {input.tensor.values});
}

// What VGG-16 keeps of its filter rows (Mao et al., 2017) as its printed references imply, and a log-normal scale of
// sigma 1.5 gives; independent zeros leave many more rows.
TEST(TensorStatistics, KernelScalesOfTrainedNetworksLeaveThePublishedRows) {
  const Layer layer = layer_of(128, 8, 128, 3);
  const struct {
    double density;
    double clustered;
    double independent;
    double published;
  } cases[] = {{0.401, 0.572, 0.785, 0.560}, {0.331, 0.490, 0.701, 0.484}, {0.275, 0.419, 0.619, 0.421}};
  for (const auto& c : cases) {
    EXPECT_NEAR(expected_row_occupancy(c.density, 1.5, 3), c.clustered, 0.002);
    EXPECT_NEAR(expected_row_occupancy(c.density, 0, 3), c.independent, 0.001);
    const double rows = of_weights(layer, {.kernel_scale_sigma = {1.5, {}}}, c.density).row_occupancy;
    EXPECT_NEAR(rows, c.clustered, 0.01);
    EXPECT_NEAR(rows, c.published, 0.02);
    EXPECT_NEAR(of_weights(layer, {}, c.density).row_occupancy, c.independent, 0.005);
  }
}

TEST(TensorStatistics, FindTheSpreadOfKernels) {
  const Layer layer = layer_of(128, 8, 128, 3);
  for (const double sigma : {0.0, 0.5, 1.0, 1.5, 2.0}) {
    const WeightStatistics found = of_weights(layer, {.kernel_scale_sigma = {sigma, {}}}, 0.3);
    EXPECT_NEAR(found.density, 0.3, 0.001);
    EXPECT_NEAR(found.kernel_scale_sigma, sigma, sigma == 0 ? 0.15 : 0.05) << sigma;
  }
}

TEST(TensorStatistics, WeightsThatTellNothingHaveNoSpread) {
  // Rows of one weight, and layers that are not pruned.
  EXPECT_EQ(of_weights(layer_of(64, 8, 64, 1), {.kernel_scale_sigma = {1, {}}}, 0.3).kernel_scale_sigma, 0);
  pruning::ConvolutionShape shape = layer_of(2, 8, 2, 3).convolution;
  const std::vector<std::int16_t> full(36, 1);
  EXPECT_EQ(weight_statistics(shape, full).kernel_scale_sigma, 0);
  EXPECT_EQ(weight_statistics(shape, full).row_occupancy, 1);
  // One weight in every row: emptier of clusters than chance.
  std::vector<std::int16_t> even(36, 0);
  for (std::size_t i = 0; i < even.size(); i += 3) even[i] = 5;
  EXPECT_EQ(weight_statistics(shape, even).kernel_scale_sigma, 0);
  EXPECT_EQ(weight_statistics(shape, std::vector<std::int16_t>(36, 0)).density, 0);
  // Whole kernels: more of a cluster than any scale makes.
  std::vector<std::int16_t> whole(36, 0);
  std::fill(whole.begin(), whole.begin() + 9, std::int16_t{7});
  EXPECT_NEAR(weight_statistics(shape, whole).kernel_scale_sigma, 2.5, 0.01);
}

TEST(TensorStatistics, FindDensitySpreadAndCorrelationOfInputs) {
  const Layer layer = layer_of(400, 32);
  for (const double density : {0.2, 0.5, 0.85}) {
    for (const double spread : {0.0, 0.7}) {
      for (const double length : {0.0, 1.5, 4.0}) {
        const ActivationStatistics found = of_input(
            layer, {.density = {density, {}}, .channel_spread = {spread, {}}, .correlation_length = {length, {}}});
        SCOPED_TRACE(::testing::Message() << density << " " << spread << " " << length);
        EXPECT_NEAR(found.density, density, 0.001);
        EXPECT_NEAR(found.channel_spread, spread, spread == 0 ? 0.11 : 0.07);
        const auto neighbours = [](double l) { return l == 0 ? 0 : std::exp(-1 / l); };
        EXPECT_NEAR(neighbours(found.correlation_length), neighbours(length), 0.015);
      }
    }
  }
}

TEST(TensorStatistics, TakeSeveralImagesTogether) {
  const Layer layer = layer_of(64, 24);
  const pruning::FixedPointTensor one = pruning::quantise(synthetic_input(layer, {.seed = 1, .density = {0.2, {}}}));
  const pruning::FixedPointTensor two = pruning::quantise(synthetic_input(layer, {.seed = 2, .density = {0.6, {}}}));
  const ActivationStatistics found = activation_statistics(layer.convolution, {one.tensor.values, two.tensor.values});
  EXPECT_NEAR(found.density, 0.4, 0.01);
}

TEST(TensorStatistics, InputsThatTellNothingHaveNoCorrelation) {
  pruning::ConvolutionShape shape = layer_of(4, 6).convolution;
  for (const std::int16_t value : {std::int16_t{0}, std::int16_t{3}}) {
    const std::vector<std::int16_t> values(static_cast<std::size_t>(4 * 6 * 6), value);
    const ActivationStatistics found = activation_statistics(shape, {values});
    EXPECT_EQ(found.density, value == 0 ? 0 : 1);
    EXPECT_EQ(found.channel_spread, 0);
    EXPECT_EQ(found.correlation_length, 0);
  }
  shape = layer_of(6, 1).convolution;
  const std::vector<std::int16_t> flat{1, 0, 1, 0, 0, 0};
  EXPECT_NEAR(activation_statistics(shape, {flat}).density, 1.0 / 3, 1e-12);
  EXPECT_EQ(activation_statistics(shape, {flat}).correlation_length, 0);
}

}  // namespace
}  // namespace workloads
