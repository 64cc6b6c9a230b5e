// Are the published networks beside the reader, layer by layer, those that the literature counts? Layers are matched by
// order: every framework has names of its own.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "workloads/network.hpp"

namespace workloads {
namespace {

const std::filesystem::path root = SCNN_SOURCE_DIR;

struct Geometry {
  std::string layer;
  std::string type;
  int C = 0;
  int K = 0;
  int H = 0;
  int W = 0;
  int R = 0;
  int S = 0;
  int stride = 0;
  int padding = 0;
  int groups = 0;
  int P = 0;
  int Q = 0;
  std::int64_t weights = 0;
  std::int64_t macs = 0;
};

std::string text_of(const Geometry& g) {
  std::ostringstream text;
  text << g.type;
  for (const int value : {g.C, g.K, g.H, g.W, g.R, g.S, g.stride, g.padding, g.groups, g.P, g.Q}) text << ' ' << value;
  text << ' ' << g.weights << ' ' << g.macs;
  return text.str();
}

/// The table's rows of one network, in order.
std::vector<Geometry> published(const std::string& network) {
  std::ifstream file(root / "tests/data/network_geometries.csv");
  std::vector<Geometry> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(network + ',')) continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    Geometry g;
    std::string name;
    std::istringstream(line) >> name >> g.layer >> g.type >> g.C >> g.K >> g.H >> g.W >> g.R >> g.S >> g.stride >>
        g.padding >> g.groups >> g.P >> g.Q >> g.weights >> g.macs;
    rows.push_back(g);
  }
  return rows;
}

Geometry geometry_of_convolution(const Layer& layer) {
  const pruning::ConvolutionShape& s = layer.convolution;
  EXPECT_EQ(s.stride.rows, s.stride.columns) << layer.name;
  EXPECT_EQ(s.padding.rows, s.padding.columns) << layer.name;
  EXPECT_EQ(s.dilation, (pruning::RowsColumns{1, 1})) << layer.name;
  return {.layer = layer.name,
          .type = layer.type == LayerType::conv ? "conv" : "fc",
          .C = s.C,
          .K = s.K,
          .H = s.H,
          .W = s.W,
          .R = s.R,
          .S = s.S,
          .stride = s.stride.rows,
          .padding = s.padding.rows,
          .groups = s.groups,
          .P = s.P(),
          .Q = s.Q(),
          .weights = s.weight_count(),
          .macs = s.macs()};
}

/// A pool of whole planes has a window of their size.
Geometry geometry_of_pool(const Layer& layer) {
  Pooling pooling = layer.pooling;
  if (layer.type == LayerType::global_average_pool) pooling.kernel = {layer.input.height, layer.input.width};
  EXPECT_EQ(pooling.stride.rows, pooling.stride.columns) << layer.name;
  EXPECT_EQ(pooling.padding.rows, pooling.padding.columns) << layer.name;
  return {.layer = layer.name,
          .type = layer.type == LayerType::max_pool ? "pool_max" : "pool_ave",
          .C = layer.input.channels,
          .K = layer.output.channels,
          .H = layer.input.height,
          .W = layer.input.width,
          .R = pooling.kernel.rows,
          .S = pooling.kernel.columns,
          .stride = pooling.stride.rows,
          .padding = pooling.padding.rows,
          .groups = layer.input.channels,
          .P = layer.output.height,
          .Q = layer.output.width,
          .weights = 0,
          .macs = 0};
}

bool is_pool(LayerType type) {
  return type == LayerType::max_pool || type == LayerType::average_pool || type == LayerType::global_average_pool;
}

struct Totals {
  int convolutions;
  int fully_connected;
  std::int64_t weights;
  double convolution_mmacs;  ///< millions of multiply-accumulates, without the fully connected layers'
};

class NetworkGeometries : public ::testing::TestWithParam<std::pair<const std::string, Totals>> {};

TEST_P(NetworkGeometries, AreThePublishedOnes) {
  const std::string& name = GetParam().first;
  const Totals& totals = GetParam().second;
  const Network network = read_network(ConfigNode::load(root / "workloads" / (name + ".yaml")));
  EXPECT_EQ(network.name, name);
  EXPECT_EQ(network.layers.back().output, (PlaneShape{1000, 1, 1}));

  const std::vector<Geometry> expected = published(name);
  std::size_t row = 0;
  Totals sum{};
  for (const Layer& layer : network.layers) {
    if (!layer.on_accelerator() && !is_pool(layer.type)) continue;
    ASSERT_LT(row, expected.size()) << layer.name;
    const Geometry geometry = is_pool(layer.type) ? geometry_of_pool(layer) : geometry_of_convolution(layer);
    EXPECT_EQ(text_of(geometry), text_of(expected[row])) << layer.name << " and " << expected[row].layer;
    sum.convolutions += layer.type == LayerType::conv ? 1 : 0;
    sum.fully_connected += layer.type == LayerType::linear ? 1 : 0;
    sum.weights += geometry.weights;
    if (layer.type == LayerType::conv) sum.convolution_mmacs += static_cast<double>(geometry.macs) / 1e6;
    ++row;
  }
  EXPECT_EQ(row, expected.size());
  EXPECT_EQ(sum.convolutions, totals.convolutions);
  EXPECT_EQ(sum.fully_connected, totals.fully_connected);
  EXPECT_EQ(sum.weights, totals.weights);
  EXPECT_NEAR(sum.convolution_mmacs, totals.convolution_mmacs, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Networks, NetworkGeometries,
                         ::testing::ValuesIn(std::map<std::string, Totals>{
                             {"alexnet", {5, 3, 60'954'656, 665.8}},
                             {"vgg16", {13, 3, 138'344'128, 15'346.6}},
                             {"googlenet", {57, 1, 6'990'272, 1'581.6}},
                             {"resnet50", {53, 1, 25'502'912, 3'855.9}},
                             {"resnet50-v1.5", {53, 1, 25'502'912, 4'087.1}},
                             {"densenet121", {120, 1, 7'894'208, 2'833.1}},
                         }),
                         [](const auto& test) {
                           std::string name = test.param.first;
                           std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
                           return name;
                         });

}  // namespace
}  // namespace workloads
