// Which of the 72 layers that SCNN was evaluated with have an input or an output that its memories do not hold?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "models/scnn/mapping.hpp"
#include "sim/layer_profile.hpp"
#include "workloads/network.hpp"

namespace sim::test {
namespace {

using ::testing::ElementsAre;
using workloads::Layer;
using workloads::Network;

const std::string source = SCNN_SOURCE_DIR;

/// Of what layers read, as published; `otherwise` where nobody published it.
using Densities = std::map<std::string, double>;

Densities published(const std::string& file) {
  Densities densities;
  for (const ProfileRow& row : read_layer_profile(source + "/configs/densities/" + file, "density", 0, 1)) {
    densities[row.layer] = row.value;
  }
  return densities;
}

/// Values of which so many are not zero, independently.
std::vector<std::int16_t> values(const workloads::PlaneShape& shape, double density) {
  std::mt19937 random(1);
  std::vector<std::int16_t> result(static_cast<std::size_t>(shape.channels) * static_cast<std::size_t>(shape.height) *
                                   static_cast<std::size_t>(shape.width));
  const auto limit = density * static_cast<double>(std::mt19937::max());
  for (std::int16_t& value : result) value = static_cast<double>(random()) <= limit ? 1 : 0;
  return result;
}

/// The convolution that reads a layer, perhaps through pooling and the like; its input is at least as dense as the
/// layer's output.
const Layer* reader(const Network& network, int layer) {
  for (const int next : network.readers(layer)) {
    const Layer& candidate = network.layers[static_cast<std::size_t>(next)];
    if (candidate.on_accelerator()) return &candidate;
    if (const Layer* found = reader(network, next)) return found;
  }
  return nullptr;
}

/// Names of the chosen layers that do not fit, with what of them.
/// @param prefix of the names of the layers that count
std::vector<std::string> layers_that_do_not_fit(const std::string& name, const std::string& prefix,
                                                const Densities& densities, double otherwise, int& layers) {
  const Network network = workloads::read_network(workloads::ConfigNode::load(source + "/workloads/" + name + ".yaml"));
  const auto density_of = [&](const Layer& layer) {
    const auto found = densities.find(layer.name);
    return found == densities.end() ? otherwise : found->second;
  };
  const scnn::Parameters machine;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (layer.type != workloads::LayerType::conv || !layer.name.starts_with(prefix)) continue;
    ++layers;
    scnn::LayerOperands operands;
    operands.shape = layer.convolution;
    operands.activations = values(layer.input, density_of(layer));
    const scnn::Pass pass =
        scnn::map_pass(operands.shape, {{0, operands.shape.P()}, {0, operands.shape.Q()}}, machine, true);
    const bool input = scnn::input_fits(operands, pass, machine);
    const Layer* next = reader(network, static_cast<int>(i));
    const auto outputs = values(layer.output, next == nullptr ? otherwise : density_of(*next));
    const bool output = scnn::oaram_use(operands, outputs, pass, machine).fullest_pe <= machine.oaram_elements;
    if (!input || !output) names.push_back(layer.name + (input ? "" : " in") + (output ? "" : " out"));
  }
  return names;
}

TEST(ChipMemory, DoesNotHoldNineOfTheSeventyTwoLayers) {
  int layers = 0;
  EXPECT_THAT(layers_that_do_not_fit("vgg16", "conv", published("vgg16-scnn-activations.csv"), 0.3, layers),
              ElementsAre("conv1_1 out", "conv1_2 in out", "conv2_1 in out", "conv2_2 in out", "conv3_1 in out",
                          "conv3_2 in out", "conv3_3 in out", "conv4_1 out", "conv4_2 in"));
  // Those of the inception modules fit whatever their densities.
  EXPECT_THAT(layers_that_do_not_fit("googlenet", "inception", {}, 1, layers), ElementsAre());
  // AlexNet's conv1 is pooled before conv2 reads it, over 3x3 values: 88% there are far fewer before, 60% at most.
  Densities alexnet = published("alexnet-han-activations.csv");
  alexnet["conv2"] = 0.6;
  EXPECT_THAT(layers_that_do_not_fit("alexnet", "conv", alexnet, 1, layers), ElementsAre());
  EXPECT_EQ(layers, 72);
}

}  // namespace
}  // namespace sim::test
