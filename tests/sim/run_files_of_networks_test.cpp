// Do the run files of the published networks simulate every layer, at densities that give the published totals?

#include <gtest/gtest.h>

#include <filesystem>

#include "sim/run_file.hpp"

namespace sim {
namespace {

const std::filesystem::path configs = std::filesystem::path(SCNN_SOURCE_DIR) / "configs";

double activation_density(const RunFile& run, const std::string& layer) {
  return std::get<workloads::SyntheticActivations>(run.activations).density.of(layer);
}

struct Density {
  double weights = 0;     ///< share of the network's weights that is kept
  double operations = 0;  ///< share of its multiplications of two values that are not zero
  double references = 0;  ///< output references of the dense convolutions, row by row
};

Density density_of(const RunFile& run) {
  Density density;
  double weights = 0;
  double operations = 0;
  for (const workloads::Layer& layer : run.network.layers) {
    if (!layer.on_accelerator()) continue;
    const auto count = static_cast<double>(layer.convolution.weight_count());
    const auto macs = static_cast<double>(layer.convolution.macs());
    const double kept = run.pruning.density_of(layer.name);
    const double inputs = activation_density(run, layer.name);
    weights += count;
    operations += macs;
    density.weights += count * kept;
    density.operations += macs * kept * inputs;
    if (layer.type == workloads::LayerType::conv) density.references += macs * inputs / layer.convolution.S;
  }
  density.weights /= weights;
  density.operations /= operations;
  return density;
}

RunFile read(const std::string& file, const std::vector<std::string>& settings = {}) {
  RunOptions options;
  options.set = settings;
  return read_run_file(configs / file, options);
}

TEST(RunFilesOfNetworks, SimulateEveryConvolutionAndFullyConnectedLayer) {
  EXPECT_EQ(read("alexnet.yaml").layers.size(), 8U);
  EXPECT_EQ(read("vgg16.yaml").layers.size(), 16U);
  EXPECT_EQ(read("googlenet.yaml").layers.size(), 58U);
  EXPECT_EQ(read("resnet50.yaml").layers.size(), 54U);
  EXPECT_EQ(read("resnet50.yaml", {"network=" + (configs / "../workloads/resnet50-v1.5.yaml").string()}).layers.size(),
            54U);
  EXPECT_EQ(read("densenet121.yaml").layers.size(), 121U);
  EXPECT_EQ(read("vgg16-scnn.yaml").layers.size(), 13U);
  EXPECT_EQ(read("googlenet-scnn.yaml").layers.size(), 54U);
}

// The 98.7 million and 3.16 billion references are behind Mao et al.'s tables of output references.
TEST(RunFilesOfNetworks, HaveTheTotalsOfHanEtAl) {
  const Density alexnet = density_of(read("alexnet.yaml"));
  EXPECT_NEAR(alexnet.weights, 0.11, 0.005);
  EXPECT_NEAR(alexnet.operations, 0.30, 0.005);
  EXPECT_NEAR(alexnet.references, 98.71e6, 0.005e6);
  const Density vgg16 = density_of(read("vgg16.yaml"));
  EXPECT_NEAR(vgg16.weights, 0.075, 0.0015);
  EXPECT_NEAR(vgg16.operations, 0.21, 0.005);
  EXPECT_NEAR(vgg16.references, 3.159e9, 0.0005e9);
}

TEST(RunFilesOfNetworks, TakeTheOtherDensitiesOfAlexNetWithTheirTotals) {
  const auto alexnet = [](const std::string& profile) {
    return density_of(read("alexnet.yaml", {"pruning.density.file=" + (configs / "densities" / profile).string()}));
  };
  const Density surgery = alexnet("alexnet-surgery-weights.csv");
  EXPECT_NEAR(surgery.weights, 0.057, 0.001);  // printed with fewer digits than its authors had
  EXPECT_NEAR(surgery.operations, 0.254, 0.001);
  const Density mao = alexnet("alexnet-mao-weights.csv");
  EXPECT_NEAR(mao.weights, 0.084, 0.0005);
  EXPECT_NEAR(mao.operations, 0.241, 0.0005);
}

// Figure 1 shows two modules of GoogLeNet; what the other layers have stands in the run file.
TEST(RunFilesOfNetworks, HaveTheDensitiesOfScnn) {
  const RunFile googlenet = read("googlenet.yaml");
  EXPECT_EQ(googlenet.pruning.densities.size(), 12U);
  EXPECT_EQ(googlenet.pruning.density_of("inception_3a/5x5"), 0.35);
  EXPECT_EQ(googlenet.pruning.density_of("inception_5b/pool_proj"), 0.32);
  EXPECT_EQ(googlenet.pruning.density_of("inception_4a/1x1"), 0.384);
  EXPECT_EQ(activation_density(googlenet, "inception_3a/pool_proj"), 0.96);
  EXPECT_EQ(activation_density(googlenet, "inception_4a/1x1"), 0.5);
  EXPECT_EQ(activation_density(googlenet, "conv1/7x7_s2"), 1.0);
  // Interpolated: module 4c is half way from 3a to 5b.
  const RunFile modules = read("googlenet-scnn.yaml");
  EXPECT_EQ(modules.pruning.density_of("inception_5b/pool_proj"), 0.32);
  EXPECT_DOUBLE_EQ(modules.pruning.density_of("inception_4c/1x1"), (0.38 + 0.32) / 2);
  EXPECT_DOUBLE_EQ(activation_density(modules, "inception_4c/1x1"), (0.71 + 0.31) / 2);
  const RunFile vgg16 = read("vgg16-scnn.yaml");
  EXPECT_EQ(vgg16.pruning.density_of("conv4_2"), 0.26);
  EXPECT_EQ(activation_density(vgg16, "conv4_2"), 0.5);
}

TEST(RunFilesOfNetworks, StandInsForSqueezeNetHaveItsProfile) {
  const RunFile run = read("squeezenet-synthetic.yaml");
  EXPECT_EQ(run.layers.size(), 26U);
  EXPECT_NEAR(density_of(run).weights, 0.334, 0.0005);
  EXPECT_EQ(std::get<workloads::SyntheticWeights>(run.weights).kernel_scale_sigma.by_layer.size(), 26U);
  const auto& activations = std::get<workloads::SyntheticActivations>(run.activations);
  EXPECT_EQ(activations.channel_spread.by_layer.size(), 26U);
  EXPECT_GT(activations.correlation_length.of("fire2.conv3x3_2"), 1);
}

}  // namespace
}  // namespace sim
