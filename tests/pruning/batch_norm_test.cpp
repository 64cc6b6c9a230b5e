#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "pruning/weights_file.hpp"

namespace {

using pruning::BatchNorm;
using pruning::LayerWeights;
using pruning::Tensor;

/// Output k of a layer of one input position.
double output(const LayerWeights& layer, const std::vector<double>& input, std::size_t k) {
  double sum = layer.bias ? static_cast<double>(layer.bias->values[k]) : 0.0;
  for (std::size_t i = 0; i < input.size(); ++i) {
    sum += static_cast<double>(layer.weights.values[k * input.size() + i]) * input[i];
  }
  return sum;
}

const std::vector<double> input = {0.5, -1.0, 2.0, 0.25};
const BatchNorm norm{{2.0F, -0.5F, 1.0F}, {0.1F, 0.2F, -3.0F}, {0.3F, -0.7F, 4.0F}, {0.04F, 9.0F, 0.0F}};

void expect_same_function(const LayerWeights& layer, double epsilon) {
  const LayerWeights folded = fold(layer, norm, epsilon);
  EXPECT_EQ(folded.weights.shape, layer.weights.shape);
  ASSERT_TRUE(folded.bias.has_value());
  for (std::size_t k = 0; k < 3; ++k) {
    const double normalised = static_cast<double>(norm.gamma[k]) *
                                  (output(layer, input, k) - static_cast<double>(norm.mean[k])) /
                                  std::sqrt(static_cast<double>(norm.variance[k]) + epsilon) +
                              static_cast<double>(norm.beta[k]);
    EXPECT_NEAR(output(folded, input, k), normalised, 1e-5 * (1.0 + std::abs(normalised))) << k;
  }
}

// Is the folded layer the same function as the layer and its normalisation, with and without a bias?
TEST(BatchNorm, FoldsIntoTheSameFunction) {
  LayerWeights layer{Tensor<float>({3, 4, 1, 1}, {1, 2, 3, 4, -1, 0.5F, 0, 2, 7, 0, 0, 1}), {}};
  expect_same_function(layer, 1e-3);
  layer.bias = Tensor<float>({3}, {0.25F, -2, 10});
  expect_same_function(layer, 1e-3);
  expect_same_function(layer, 0.5);
}

// Do removed weights stay removed?
TEST(BatchNorm, KeepsZeros) {
  const LayerWeights layer{Tensor<float>({3, 1, 1, 2}, {0, 2, 0, 0, 1, 0}), {}};
  const LayerWeights folded = fold(layer, norm, 1e-3);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(folded.weights.values[i] == 0.0F, layer.weights.values[i] == 0.0F);
}

// Is a normalisation of another number of channels refused?
TEST(BatchNorm, RefusesAnotherNumberOfChannels) {
  EXPECT_THROW(static_cast<void>(fold({Tensor<float>({2, 2}), {}}, norm, 1e-3)), std::invalid_argument);
}

}  // namespace
