// Do the networks beside the reader compute, in float32, what PyTorch computed with the same weights?

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "pruning/weights_file.hpp"
#include "workloads/activations_file.hpp"
#include "workloads/forward.hpp"

namespace workloads {
namespace {

using pruning::Tensor;

const std::filesystem::path folder = std::filesystem::path(SCNN_SOURCE_DIR) / "workloads";

/// Runs one image through the network. Outputs that the file holds are compared on the way.
/// @return the last layer's output
Tensor<float> evaluate(const Network& network, const pruning::WeightsFile& weights, const ActivationsFile& activations,
                       std::int64_t image, int& compared) {
  const Tensor<float> picture = activations.input(network.layers.front(), image);
  std::vector<Tensor<float>> outputs;
  for (const Layer& layer : network.layers) {
    std::vector<const Tensor<float>*> inputs;
    for (const int input : layer.inputs) {
      inputs.push_back(input < 0 ? &picture : &outputs[static_cast<std::size_t>(input)]);
    }
    if (!layer.on_accelerator()) {
      outputs.push_back(apply(layer, inputs, nullptr));
      continue;
    }
    const pruning::LayerWeights own = weights.read(layer.name);
    outputs.push_back(convolve(layer.convolution, *inputs.front(), own.weights, own.bias.value().values));
    if (activations.has_output(layer)) {
      const Tensor<float> expected = activations.output(layer, image);
      float largest = 0;
      float error = 0;
      for (std::size_t i = 0; i < expected.values.size(); ++i) {
        largest = std::max(largest, std::abs(expected.values[i]));
        error = std::max(error, std::abs(expected.values[i] - outputs.back().values[i]));
      }
      EXPECT_LT(error, 1e-5F * largest) << layer.name;  // float32 sums in another order
      ++compared;
    }
    if (layer.relu) rectify(outputs.back());
  }
  return outputs.back();
}

std::vector<std::int64_t> best(const Tensor<float>& scores, std::size_t count) {
  std::vector<std::int64_t> order(scores.values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return scores.values[static_cast<std::size_t>(a)] > scores.values[static_cast<std::size_t>(b)];
  });
  order.resize(count);
  return order;
}

TEST(TrainedNetworks, ShapesVggComputesWhatPyTorchDid) {
  const Network network = read_network(ConfigNode::load(folder / "shapes-vgg.yaml"));
  const pruning::WeightsFile weights(folder / "shapes-vgg.h5");
  const ActivationsFile activations(folder / "shapes-vgg-activations.h5", network);
  ASSERT_EQ(activations.images(), 4);
  int compared = 0;
  for (std::int64_t image = 0; image < 4; ++image) {
    const Tensor<float> scores = evaluate(network, weights, activations, image, compared);
    EXPECT_EQ(best(scores, 1)[0], activations.labels()[static_cast<std::size_t>(image)]);
  }
  EXPECT_EQ(compared, 4 * 8);
}

TEST(TrainedNetworks, SqueezeNetHasTheLayersOfItsPaper) {
  const Network network = read_network(ConfigNode::load(folder / "squeezenet.yaml"));
  std::int64_t convolutions = 0;
  std::int64_t weights = 0;
  for (const Layer& layer : network.layers) {
    if (!layer.on_accelerator()) continue;
    ++convolutions;
    weights += layer.convolution.weight_count();
  }
  EXPECT_EQ(convolutions, 26);
  EXPECT_EQ(weights, 1'244'448);
  EXPECT_EQ(network.layers.back().output, (PlaneShape{1000, 1, 1}));
}

TEST(TrainedNetworks, SqueezeNetRecognisesThePhotograph) {
  const char* data = std::getenv("SCNN_DATA");
  if (data == nullptr || !std::filesystem::exists(std::filesystem::path(data) / "squeezenet.h5")) {
    GTEST_SKIP() << "SCNN_DATA names no directory with squeezenet.h5 and squeezenet-activations.h5";
  }
  const Network network = read_network(ConfigNode::load(folder / "squeezenet.yaml"));
  const pruning::WeightsFile weights(std::filesystem::path(data) / "squeezenet.h5");
  const ActivationsFile activations(std::filesystem::path(data) / "squeezenet-activations.h5", network);
  int compared = 0;
  const Tensor<float> scores = evaluate(network, weights, activations, 0, compared);
  EXPECT_EQ(compared, 4);
  EXPECT_EQ(best(scores, 5), (std::vector<std::int64_t>{280, 279, 362, 383, 387}));
  const Tensor<float> expected = pruning::Hdf5File(activations.path()).read("scores");
  const float largest = *std::max_element(expected.values.begin(), expected.values.end());
  for (std::size_t i = 0; i < scores.values.size(); ++i) {
    EXPECT_NEAR(scores.values[i], expected.values[i], 1e-5F * largest) << i;
  }
}

}  // namespace
}  // namespace workloads
