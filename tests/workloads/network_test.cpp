#include "workloads/network.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/workloads/message_of.hpp"

namespace workloads {
namespace {

Network parsed(const std::string& text) {
  return read_network(ConfigNode::parse(text, "net.yaml"));
}

/// A network of a 4x8x6 image with one layer in each line, from line 4 on.
std::string with_layers(const std::vector<std::string>& layers) {
  std::string text = "name: small\ninput: {channels: 4, height: 8, width: 6}\nlayers:\n";
  for (const std::string& layer : layers) text += "- {" + layer + "}\n";
  return text;
}

TEST(Network, InfersTheShapesOfEveryLayerType) {
  const Network network = parsed(with_layers({
      "name: a, type: conv, output_channels: 6, kernel: [3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2], "
      "groups: 2, bias: false, relu: true",
      "name: b, type: conv, inputs: input, output_channels: 6, kernel: 1, stride: 2",
      "name: c, type: max_pool, inputs: [a], kernel: 2, stride: 1, padding: [0, 1]",
      "name: d, type: average_pool, inputs: a, kernel: 3, ceil_mode: true, count_include_pad: false",
      "name: e, type: concat, inputs: [a, a, a]",
      "name: f, type: batch_norm, epsilon: 0.001, relu: true",
      "name: g, type: lrn, size: 3, alpha: 0.1, beta: 0.5, k: 2",
      "name: h, type: add, inputs: [f, g], relu: true",
      "name: i, type: relu",
      "name: j, type: global_average_pool",
      "name: k, type: linear, inputs: i, output_features: 10, bias: true",
  }));
  const std::vector<PlaneShape> outputs = {{6, 4, 4},  {6, 4, 3},  {6, 3, 5},  {6, 2, 2},  {18, 4, 4}, {18, 4, 4},
                                           {18, 4, 4}, {18, 4, 4}, {18, 4, 4}, {18, 1, 1}, {10, 1, 1}};
  ASSERT_EQ(network.layers.size(), outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(network.layers[i].output, outputs[i]) << i;

  const Layer& a = network.layers[0];
  EXPECT_EQ(a.inputs, std::vector<int>{Layer::network_input});
  EXPECT_EQ(a.convolution, (pruning::ConvolutionShape{4, 8, 6, 6, 3, 2, {2, 1}, {1, 0}, {1, 2}, 2}));
  EXPECT_EQ(a.bias, Bias::absent);
  EXPECT_TRUE(a.relu);
  EXPECT_EQ(a.location.line, 4);
  EXPECT_EQ(network.layers[1].bias, Bias::if_present);
  EXPECT_EQ(network.layers[1].input, (PlaneShape{4, 8, 6}));
  EXPECT_EQ(network.layers[2].pooling.padding, (pruning::RowsColumns{0, 1}));
  EXPECT_EQ(network.layers[3].pooling.stride, (pruning::RowsColumns{3, 3}));  // PyTorch: the kernel's
  EXPECT_FALSE(network.layers[3].pooling.count_padding);
  EXPECT_EQ(network.layers[5].epsilon, 0.001);
  EXPECT_EQ(network.layers[5].inputs, std::vector<int>{4});
  EXPECT_EQ(network.layers[6].lrn.size, 3);
  EXPECT_EQ(network.layers[6].lrn.k, 2.0);
  EXPECT_EQ(network.layers[7].inputs, (std::vector<int>{5, 6}));
  const Layer& k = network.layers[10];
  EXPECT_EQ(k.convolution, (pruning::ConvolutionShape{.C = 18 * 4 * 4, .K = 10}));
  EXPECT_EQ(k.bias, Bias::required);
  EXPECT_EQ(network.readers(0), (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(network.find("k"), 10);
  EXPECT_EQ(network.find("z"), -1);
}

// Of 5 pixels, kernel 2 and stride 2: rounding up adds a third window, which begins inside. With
// padding 1 on 4 pixels, kernel 2 and stride 3 a third would begin behind the last pixel and is dropped.
TEST(Network, RoundsPoolingUpOnlyForWindowsThatBeginInside) {
  const auto extent = [](int size, const std::string& keys) {
    return parsed(fmt::format("name: n\ninput: {{channels: 1, height: {0}, width: {0}}}\nlayers:\n"
                              "- {{name: p, type: max_pool, {1}}}\n",
                              size, keys))
        .layers[0]
        .output.height;
  };
  EXPECT_EQ(extent(5, "kernel: 2"), 2);
  EXPECT_EQ(extent(5, "kernel: 2, ceil_mode: true"), 3);
  EXPECT_EQ(extent(5, "kernel: 2, stride: 3, padding: 1"), 2);
  EXPECT_EQ(extent(5, "kernel: 2, stride: 3, padding: 1, ceil_mode: true"), 2);
  EXPECT_EQ(extent(2, "kernel: 3, stride: 2, ceil_mode: true"), 1);
  EXPECT_EQ(extent(111, "kernel: 3, stride: 2, ceil_mode: true"), 55);
  EXPECT_EQ(extent(54, "kernel: 3, stride: 2, ceil_mode: true"), 27);
}

TEST(Network, LetsLayersStandAlone) {
  const Network network = parsed(
      "name: parts\nlayers:\n- {name: a, type: conv, input: {channels: 8, height: 5, width: 7}, output_channels: 2, "
      "kernel: 3}\n- {name: b, type: conv, input: {channels: 3, height: 9, width: 9}, output_channels: 4, kernel: 1}\n"
      "- {name: c, type: relu}\n");
  EXPECT_EQ(network.layers[0].inputs, std::vector<int>{Layer::stands_alone});
  EXPECT_EQ(network.layers[1].input, (PlaneShape{3, 9, 9}));
  EXPECT_EQ(network.layers[2].inputs, std::vector<int>{1});
  EXPECT_TRUE(network.readers(0).empty());
}

struct BadNetwork {
  std::vector<std::string> layers;
  std::string message;
};

TEST(Network, NamesBothLayersOfAMismatch) {
  const std::string a = "name: a, type: conv, output_channels: 6, kernel: 3";  // 6x6x4
  const std::vector<BadNetwork> networks = {
      {{a, "name: s, type: add, inputs: [input, a]"},
       "net.yaml:5:32: layers[1].inputs: the inputs of 's' must have the same shape, got 4x8x6 from the network's "
       "input and 6x6x4 from 'a'"},
      {{a, "name: b, type: relu, inputs: input", "name: s, type: concat, inputs: [a, b]"},
       "net.yaml:6:35: layers[2].inputs: the inputs of 's' must have the same height and width, got 6x6x4 from 'a' and "
       "4x8x6 from 'b'"},
      {{a, "name: b, type: conv, output_channels: 8, kernel: 1, groups: 4"},
       "net.yaml:5:64: layers[1].groups: must divide the 6 channels that 'b' reads from 'a', got 4"},
      {{a, "name: b, type: conv, output_channels: 8, kernel: 1, groups: 3"},
       "net.yaml:5:64: layers[1].groups: must divide the 8 output channels of 'b', got 3"},
      {{a, "name: b, type: conv, output_channels: 8, kernel: 3, dilation: 3, padding: [1, 0]"},
       "net.yaml:5:53: layers[1].kernel: 'b' spans 7x7 with its dilation, more than the 6x4 that it reads from 'a' "
       "with "
       "padding 1x0"},
      {{a, "name: b, type: average_pool, kernel: [2, 5]"},
       "net.yaml:5:41: layers[1].kernel: 'b' spans 2x5, more than the 6x4 that it reads from 'a' with padding 0x0"},
      {{a, "name: b, type: max_pool, kernel: 2, padding: 2"},
       "net.yaml:5:49: layers[1].padding: must be smaller than the kernel, 2x2, got 2x2"},
  };
  for (const BadNetwork& network : networks) {
    EXPECT_EQ(message_of([&] { return parsed(with_layers(network.layers)); }), network.message);
  }
}

TEST(Network, RefusesWhatNoNetworkCanBe) {
  const std::string a = "name: a, type: relu";
  const std::vector<BadNetwork> networks = {
      {{a, "name: a, type: relu"},
       "net.yaml:5:10: layers[1].name: 'a' is the name of layer 1 already; names must differ"},
      {{"name: input, type: relu"},
       "net.yaml:4:10: layers[0].name: a layer must not be called 'input', which stands for the network's image"},
      {{"name: '', type: relu"}, "net.yaml:4:10: layers[0].name: a layer's name must not be empty"},
      {{"type: relu"}, "net.yaml:4:3: layers[0].name: is required, but missing"},
      {{"name: a, type: rleu"},
       "net.yaml:4:19: layers[0].type: must be one of conv, linear, max_pool, average_pool, global_average_pool, relu, "
       "concat, add, batch_norm, lrn; got 'rleu'; did you mean 'relu'?"},
      {{"name: a, type: relu, kernel: 3"},
       "net.yaml:4:25: layers[0].kernel: unknown key (known: name, type, inputs, input)"},
      {{"name: a, type: conv, output_channels: 3, kernal: 3"},
       "net.yaml:4:45: layers[0].kernal: unknown key; did you mean 'kernel'? (known: name, type, inputs, input, "
       "output_channels, kernel, stride, padding, dilation, groups, bias, relu)"},
      {{"name: a, type: conv, output_channels: 0, kernel: 3"},
       "net.yaml:4:42: layers[0].output_channels: must be an integer from 1 to 65536, got 0"},
      {{"name: a, type: conv, output_channels: 3, kernel: [3]"},
       "net.yaml:4:53: layers[0].kernel: must be a number or [rows, columns], got a list of 1"},
      {{"name: a, type: conv, output_channels: 3, kernel: [3, 0]"},
       "net.yaml:4:57: layers[0].kernel[1]: must be an integer from 1 to 4096, got 0"},
      {{a, "name: b, type: relu, inputs: [a, input]"},
       "net.yaml:5:33: layers[1].inputs: a layer of type relu reads one layer, got 2"},
      {{a, "name: b, type: add, inputs: a"},
       "net.yaml:5:32: layers[1].inputs: a layer of type add reads at least two layers, got 1"},
      {{a, "name: b, type: concat"}, "net.yaml:5:3: layers[1].inputs: is required, but missing"},
      {{"name: conv1, type: relu", "name: b, type: relu, inputs: conv2"},
       "net.yaml:5:33: layers[1].inputs: there is no layer 'conv2'; did you mean 'conv1'?"},
      {{a, "name: b, type: relu, inputs: b"}, "net.yaml:5:33: layers[1].inputs: layer 'b' cannot read itself"},
      {{"name: a, type: relu, inputs: b", "name: b, type: relu"},
       "net.yaml:4:33: layers[0].inputs: layer 'a' cannot read 'b', which comes after it; layers stand in the order of "
       "evaluation"},
      {{"name: a, type: relu, inputs: input, input: {channels: 1, height: 1, width: 1}"},
       "net.yaml:4:33: layers[0].inputs: must not stand beside 'input', which makes the layer stand alone"},
      {{"name: a, type: lrn, size: 4"}, "net.yaml:4:30: layers[0].size: must be odd, got 4"},
      {{"name: a, type: conv, input: {channels: 60000, height: 100, width: 100}, output_channels: 60000, kernel: 90"},
       "net.yaml:4:3: layers[0]: 'a' would take 3.53e+15 multiply-accumulates; at most 1e+14 are allowed"},
      {{"name: a, type: conv, input: {channels: 1, height: 60000, width: 60000}, output_channels: 2, kernel: 1"},
       "net.yaml:4:3: layers[0]: the output of 'a' would be 2x60000x60000; at most 2147483647 values are allowed"},
  };
  for (const BadNetwork& network : networks) {
    EXPECT_EQ(message_of([&] { return parsed(with_layers(network.layers)); }), network.message);
  }
  EXPECT_EQ(message_of([] { return parsed("name: n\nlayers: []\n"); }),
            "net.yaml:2:9: layers: must hold at least one layer, got an empty list");
  EXPECT_EQ(message_of([] { return parsed("name: n\nlayers: [{name: a, type: relu}]\n"); }),
            "net.yaml:2:10: layers[0]: layer 'a' reads the network's input, but neither it nor the network states "
            "'input'");
  EXPECT_EQ(message_of([] { return parsed("name: ../n\nlayers: []\n"); }),
            "net.yaml:1:7: name: must be usable as a folder's name, got '../n'");
}

TEST(Network, NamesTheNearestLayer) {
  const Network network = parsed(with_layers({"name: conv1_1, type: relu", "name: conv1_2, type: relu"}));
  const pruning::Location where{"run.yaml", 3, 4, "pruning.density"};
  EXPECT_EQ(&layer_named(network, "conv1_2", where), &network.layers[1]);
  EXPECT_EQ(message_of([&] { return layer_named(network, "conv1-1", where); }),
            "run.yaml:3:4: pruning.density: network 'small' has no layer 'conv1-1'; did you mean 'conv1_1'?");
  EXPECT_EQ(message_of([&] { return layer_named(network, "zz", where); }),
            "run.yaml:3:4: pruning.density: network 'small' has no layer 'zz'");
}

}  // namespace
}  // namespace workloads
