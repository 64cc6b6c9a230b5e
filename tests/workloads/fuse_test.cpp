#include "workloads/fuse.hpp"

#include <gtest/gtest.h>

namespace workloads {
namespace {

FusedNetwork fused(const std::string& layers) {
  return fuse(read_network(
      ConfigNode::parse("name: n\ninput: {channels: 2, height: 4, width: 4}\nlayers:\n" + layers, "net.yaml")));
}

std::vector<std::string> names(const Network& network) {
  std::vector<std::string> all;
  for (const Layer& layer : network.layers) all.push_back(layer.name);
  return all;
}

using Names = std::vector<std::string>;

TEST(Fuse, FoldsNormAndReluIntoTheLayerBefore) {
  const FusedNetwork result = fused(
      "- {name: conv, type: conv, output_channels: 2, kernel: 1}\n"
      "- {name: bn, type: batch_norm, epsilon: 0.5}\n"
      "- {name: relu, type: relu}\n"
      "- {name: sum, type: add, inputs: [relu, input]}\n"
      "- {name: relu2, type: relu}\n"
      "- {name: fc, type: linear, output_features: 3}\n"
      "- {name: bn2, type: batch_norm, relu: true}\n"
      "- {name: end, type: concat, inputs: [bn2, bn2]}\n");
  EXPECT_EQ(names(result.network), (Names{"conv", "sum", "fc", "end"}));
  const std::vector<Layer>& layers = result.network.layers;
  EXPECT_TRUE(layers[0].relu);
  EXPECT_TRUE(layers[1].relu);
  EXPECT_TRUE(layers[2].relu);
  EXPECT_EQ(layers[1].inputs, (std::vector<int>{0, Layer::network_input}));
  EXPECT_EQ(layers[2].inputs, std::vector<int>{1});
  EXPECT_EQ(layers[3].inputs, (std::vector<int>{2, 2}));
  ASSERT_EQ(result.folded.size(), 2U);
  EXPECT_EQ(result.folded.at("conv").name, "bn");
  EXPECT_EQ(result.folded.at("conv").epsilon, 0.5);
  EXPECT_EQ(result.folded.at("fc").name, "bn2");
}

TEST(Fuse, KeepsWhatAnotherLayerAlsoReads) {
  const FusedNetwork result = fused(
      "- {name: conv, type: conv, output_channels: 2, kernel: 1}\n"
      "- {name: bn, type: batch_norm}\n"
      "- {name: sum, type: add, inputs: [conv, bn]}\n"
      "- {name: relu, type: relu}\n"
      "- {name: end, type: concat, inputs: [sum, relu]}\n");
  EXPECT_EQ(names(result.network), (Names{"conv", "bn", "sum", "relu", "end"}));
  EXPECT_TRUE(result.folded.empty());
  for (const Layer& layer : result.network.layers) EXPECT_FALSE(layer.relu);
}

TEST(Fuse, KeepsNormsThatFollowReluOrAnotherNorm) {
  const FusedNetwork result = fused(
      "- {name: a, type: conv, output_channels: 2, kernel: 1, relu: true}\n"
      "- {name: bn1, type: batch_norm}\n"
      "- {name: b, type: conv, output_channels: 2, kernel: 1}\n"
      "- {name: bn2, type: batch_norm}\n"
      "- {name: bn3, type: batch_norm}\n"
      "- {name: relu, type: relu}\n"
      "- {name: pool, type: max_pool, kernel: 2}\n"
      "- {name: relu2, type: relu}\n");
  EXPECT_EQ(names(result.network), (Names{"a", "bn1", "b", "bn3", "pool", "relu2"}));
  EXPECT_EQ(result.folded.at("b").name, "bn2");
  EXPECT_TRUE(result.network.layers[3].relu);  // bn3 takes the relu over
  EXPECT_EQ(result.network.layers[5].inputs, std::vector<int>{4});
}

}  // namespace
}  // namespace workloads
