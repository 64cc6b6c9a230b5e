// Is a run file read as documented: references, built-in defaults, overrides, the complete configuration?

#include "sim/run_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "pruning/input_error.hpp"
#include "sim/embedded_text.hpp"
#include "sim/network_yaml.hpp"
#include "sim/resolved_config.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

constexpr const char* network_text = R"(
name: tiny
input: {channels: 3, height: 8, width: 8}
layers:
  - {name: conv1, type: conv, output_channels: 8, kernel: 3, padding: 1, relu: true}
  - {name: pool1, type: max_pool, kernel: 2}
  - {name: conv2, type: conv, output_channels: 8, kernel: [1, 3], stride: [2, 1], bias: false}
  - {name: fc1, type: linear, output_features: 10}
)";

/// Files of a small run below `configs`, away from the working directory.
class RunFileTest : public ::testing::Test {
 protected:
  RunFileTest() {
    write_file("nets/tiny.yaml", network_text);
    write_file("data/weights.h5", "weights");
    write_file("data/images.h5", "images");
    write_file("configs/big.yaml", "pe: {rows: 16, columns: 16}\nindex_bits: 5\n");
  }

  static RunFile read(const std::string& text, const RunOptions& options = {}) {
    write_file("configs/run.yaml", text);
    return read_run_file("configs/run.yaml", options);
  }

  static inline const std::string minimal =
      "network: ../nets/tiny.yaml\nweights: {file: ../data/weights.h5}\nactivations: {file: ../data/images.h5}\n";

  WorkingDirectory directory_;
};

TEST_F(RunFileTest, NeedsOnlyNetworkWeightsAndActivations) {
  const RunFile run = read(minimal);
  EXPECT_EQ(run.network.name, "tiny");
  EXPECT_EQ(run.accelerator, scnn::Parameters{});
  EXPECT_EQ(run.energy_table.name, "scnn-16nm");
  EXPECT_EQ(run.pruning, PruningChoice{});
  EXPECT_TRUE(fs::equivalent(std::get<fs::path>(run.weights), "data/weights.h5"));
  const auto& activations = std::get<ActivationsFile>(run.activations);
  EXPECT_TRUE(fs::equivalent(activations.path, "data/images.h5"));
  EXPECT_THAT(activations.images, ElementsAre(0));
  EXPECT_EQ(activations.inputs, LayerInputs::recorded);
  EXPECT_THAT(run.layers, ElementsAre("conv1", "conv2", "fc1"));
  EXPECT_FALSE(run.timing_only);
  EXPECT_EQ(run.output, "out/tiny");
}

TEST_F(RunFileTest, FollowsReferencesFromTheFileThatNamesThem) {
  const RunFile run = read(minimal + "accelerator: big.yaml\nenergy: eyeriss-relative\n");
  EXPECT_EQ(run.accelerator.rows, 16);
  EXPECT_EQ(run.accelerator.index_bits, 5);
  EXPECT_EQ(run.accelerator.accumulator_banks, 32);
  EXPECT_EQ(run.energy_table.name, "eyeriss-relative");
  EXPECT_EQ(run.energy_table.unit, "MAC");
}

TEST_F(RunFileTest, TakesAnEnergyTableFromAFile) {
  std::string table(built_in_energy_tables()[0].text);
  table.replace(table.find("name: scnn-16nm"), 15, "name: my table");
  write_file("configs/mine.yaml", table);
  EXPECT_EQ(read(minimal + "energy: mine.yaml\n").energy_table.name, "my table");
}

TEST_F(RunFileTest, AppliesSettingsAfterReferencesInOrder) {
  RunOptions options;
  options.set = {"accelerator.pe.rows=4",      "accelerator.pe.bypass.registers_per_bank=1",
                 "accelerator.pe.rows=5",      "energy.components.dram.read_weights.energy_pj=100",
                 "pruning.granularity=kernel", "pruning.density=0.25",
                 "network.input.height=16"};
  const RunFile run = read(minimal + "accelerator: big.yaml\n", options);
  EXPECT_EQ(run.accelerator.rows, 5);
  EXPECT_EQ(run.accelerator.columns, 16);
  EXPECT_EQ(run.accelerator.bypass_registers, 1);
  EXPECT_EQ(run.energy_table.find("dram", "read_weights")->energy_pj, 100);
  EXPECT_EQ(run.pruning.granularity, pruning::Granularity::kernel);
  EXPECT_EQ(run.pruning.density, 0.25);
  EXPECT_EQ(run.network.input.height, 16);
}

TEST_F(RunFileTest, TakesReferencesInSettingsFromTheWorkingDirectory) {
  RunOptions options;
  options.set = {"accelerator=configs/big.yaml", "accelerator.pe.rows=3"};
  const RunFile run = read(minimal, options);
  EXPECT_EQ(run.accelerator.rows, 3);
  EXPECT_EQ(run.accelerator.columns, 16);
}

TEST_F(RunFileTest, GivesTheCommandLineTheLastWord) {
  RunOptions options;
  options.layers = {"fc1", "conv1"};
  options.timing_only = true;
  options.output = "elsewhere";
  const RunFile run = read(minimal + "layers: [conv2]\noutput: {directory: here}\n", options);
  EXPECT_THAT(run.layers, ElementsAre("conv1", "fc1"));  // in the network's order
  EXPECT_TRUE(run.timing_only);
  EXPECT_EQ(run.output, "elsewhere");
  EXPECT_EQ(read(minimal + "output: {directory: here}\n").output, "here");
}

TEST_F(RunFileTest, ReadsPruningPerLayer) {
  const PruningChoice choice = read(minimal +
                                    "pruning: {granularity: vector, density: {conv1: 0.58, default: 0.3}, "
                                    "exempt: [fc1], storage: {weight_bits: 4, index_bits: 3}}\n")
                                   .pruning;
  EXPECT_EQ(choice.density_of("conv1"), 0.58);
  EXPECT_EQ(choice.density_of("conv2"), 0.3);
  EXPECT_EQ(choice.granularity_of("conv2"), pruning::Granularity::vector);
  EXPECT_EQ(choice.granularity_of("fc1"), pruning::Granularity::none);
  EXPECT_EQ(choice.weight_bits, 4);
  EXPECT_EQ(choice.index_bits, 3);
}

TEST_F(RunFileTest, ReadsDensitiesFromAProfile) {
  write_file("configs/profile.csv", "# Source\nlayer,density\r\n  # measured\nconv1, 0.9\r\n\r\ndefault,0.25\r\n");
  const PruningChoice choice = read(minimal + "pruning: {granularity: fine, density: {file: profile.csv}}\n").pruning;
  EXPECT_EQ(choice.density_of("conv1"), 0.9);
  EXPECT_EQ(choice.density_of("fc1"), 0.25);
}

TEST_F(RunFileTest, ReadsActivationDensitiesFromAProfileAndWhatItLacksFromTheRunFile) {
  write_file("configs/profile.csv", "layer,density\nconv1,0.9\nconv2,0.8\n");
  const RunFile run = read(
      "network: ../nets/tiny.yaml\nweights: {synthetic: {}}\n"
      "activations: {synthetic: {density: {conv2: 0.7, file: profile.csv, default: 0.4}}}\n");
  const auto& activations = std::get<workloads::SyntheticActivations>(run.activations);
  EXPECT_EQ(activations.density, (workloads::PerLayer{0.4, {{"conv1", 0.9}, {"conv2", 0.7}}}));
}

TEST_F(RunFileTest, ReadsSyntheticTensors) {
  const RunFile run = read(
      "network: ../nets/tiny.yaml\nweights: {synthetic: {seed: 9, kernel_scale_sigma: 1.5}}\n"
      "activations: {synthetic: {seed: 3, density: {default: 0.4, conv1: 1}}}\n");
  const auto& weights = std::get<workloads::SyntheticWeights>(run.weights);
  EXPECT_EQ(weights.seed, 9U);
  EXPECT_EQ(weights.kernel_scale_sigma, (workloads::PerLayer{1.5, {}}));
  EXPECT_EQ(weights.distribution, workloads::WeightDistribution::normal);
  const auto& activations = std::get<workloads::SyntheticActivations>(run.activations);
  EXPECT_EQ(activations.seed, 3U);
  EXPECT_EQ(activations.density, (workloads::PerLayer{0.4, {{"conv1", 1}}}));
  EXPECT_TRUE(input_files(run).empty());
}

TEST_F(RunFileTest, ReadsStatisticsOfSyntheticTensorsFromAProfile) {
  write_file("configs/profile.csv",
             "# Measured\nlayer,weight_density,row_occupancy,kernel_scale_sigma,activation_density,channel_spread,"
             "correlation_length\n  # of two layers\nconv1,0.6,0.9,1.25,0.8,0.5,2.5\nconv2,0.3,0.5,1.5,0.4,0.25,0\n");
  const RunFile run = read(
      "network: ../nets/tiny.yaml\n"
      "weights: {synthetic: {distribution: laplacian, kernel_scale_sigma: {file: profile.csv}}}\n"
      "pruning: {granularity: fine, density: {file: profile.csv, default: 0.9}}\n"
      "activations: {synthetic: {density: {file: profile.csv, conv2: 0.45}, channel_spread: {file: profile.csv}, "
      "correlation_length: {file: profile.csv, default: 1}}}\n");
  using workloads::PerLayer;
  const auto& weights = std::get<workloads::SyntheticWeights>(run.weights);
  EXPECT_EQ(weights.distribution, workloads::WeightDistribution::laplacian);
  EXPECT_EQ(weights.kernel_scale_sigma, (PerLayer{0, {{"conv1", 1.25}, {"conv2", 1.5}}}));
  EXPECT_EQ(run.pruning.density_of("conv1"), 0.6);
  EXPECT_EQ(run.pruning.density_of("fc1"), 0.9);
  const auto& activations = std::get<workloads::SyntheticActivations>(run.activations);
  EXPECT_EQ(activations.density, (PerLayer{0.5, {{"conv1", 0.8}, {"conv2", 0.45}}}));
  EXPECT_EQ(activations.channel_spread, (PerLayer{0, {{"conv1", 0.5}, {"conv2", 0.25}}}));
  EXPECT_EQ(activations.correlation_length, (PerLayer{1, {{"conv1", 2.5}, {"conv2", 0}}}));
}

TEST_F(RunFileTest, TellsInputsOfOneNameApart) {
  write_file("other/weights.h5", "images");
  const RunFile run = read(
      "network: ../nets/tiny.yaml\nweights: {file: ../data/weights.h5}\n"
      "activations: {file: ../other/weights.h5}\n");
  const std::vector<InputFile> files = input_files(run);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "weights.h5");
  EXPECT_EQ(files[1].name, "weights-2.h5");
}

/// The configuration that comes out when a resolved one is run from a result directory of its own.
std::string resolved_again(const RunFile& run) {
  const fs::path results = "results";
  fs::remove_all(results);
  write_file(results / "config.yaml", resolved_config(run));
  fs::create_directories(results / "inputs");
  for (const InputFile& file : input_files(run)) {
    fs::create_symlink(fs::canonical(file.path), results / "inputs" / file.name);
  }
  return resolved_config(read_run_file(results / "config.yaml"));
}

TEST_F(RunFileTest, ResolvesToAConfigurationThatResolvesToItself) {
  write_file("other/weights.h5", "images");
  const std::vector<std::string> runs{
      minimal,
      "network: ../nets/tiny.yaml\nweights: {file: ../data/weights.h5}\nactivations: {file: ../other/weights.h5}\n",
      minimal + "energy: eyeriss-relative\naccelerator: {pe: {stationary: weight, bypass: {merge: true}}}\n",
      minimal +
          "layers: [fc1]\ntiming_only: true\npruning: {granularity: filter, density: {conv1: 0.1}, "
          "exempt: [conv2]}\n",
      "network: ../nets/tiny.yaml\nweights: {synthetic: {}}\nactivations: {synthetic: {density: {conv1: 0.125}}}\n",
      "network: ../nets/tiny.yaml\n"
      "weights: {synthetic: {distribution: laplacian, kernel_scale_sigma: {conv2: 0.7, default: 0.1}}}\n"
      "activations: {synthetic: {density: 0.3, channel_spread: 0.4, correlation_length: {fc1: 2.5}}}\n"};
  for (const std::string& text : runs) {
    const RunFile run = read(text);
    EXPECT_EQ(resolved_again(run), resolved_config(run)) << text;
  }
}

TEST_F(RunFileTest, ResolvesWithoutATraceOfWhereItRan) {
  const std::string text = resolved_config(read(minimal + "output: {directory: /some/where}\n"));
  EXPECT_EQ(text.find(directory_.path().string()), std::string::npos);
  EXPECT_EQ(text.find(".."), std::string::npos);
  EXPECT_EQ(text.find("some"), std::string::npos);
}

TEST_F(RunFileTest, ResolvesToTheTextThatIsKept) {
  expect_golden(
      resolved_config(read(minimal + "pruning: {granularity: vector, density: {conv1: 0.58, default: 0.3}}\n")),
      "tests/sim/golden/config.yaml");
}

TEST(NetworkYaml, SaysEverythingAboutEveryLayerType) {
  const std::string text = R"(
name: "odd: name"
input: {channels: 4, height: 9, width: 10}
layers:
  - {name: "a, b", type: conv, output_channels: 6, kernel: [3, 1], stride: 2, padding: [1, 0], dilation: [1, 2], groups: 2}
  - {name: bn, type: batch_norm, epsilon: 0.001, relu: true}
  - {name: n, type: lrn, size: 3, alpha: 0.5, beta: 0.25, k: 2}
  - {name: r, type: relu}
  - {name: sum, type: add, inputs: [bn, r], relu: true}
  - {name: cat, type: concat, inputs: [sum, "a, b"]}
  - {name: ap, type: average_pool, kernel: 3, stride: 2, padding: 1, ceil_mode: true, count_include_pad: false}
  - {name: mp, type: max_pool, kernel: [2, 1], ceil_mode: true}
  - {name: g, type: global_average_pool}
  - {name: "true", type: linear, output_features: 7, bias: true, relu: true}
  - {name: alone, type: conv, output_channels: 2, kernel: 1, input: {channels: 2, height: 3, width: 4}}
  - {name: image, type: conv, output_channels: 2, kernel: 1, inputs: input}
)";
  const workloads::Network network = workloads::read_network(workloads::ConfigNode::parse(text, "text"));
  const std::string written = network_yaml(network);
  const workloads::Network again = workloads::read_network(workloads::ConfigNode::parse(written, "written"));
  EXPECT_EQ(network_yaml(again), written);
  ASSERT_EQ(again.layers.size(), network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const workloads::Layer& a = network.layers[i];
    const workloads::Layer& b = again.layers[i];
    SCOPED_TRACE(a.name);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.inputs, b.inputs);
    EXPECT_EQ(a.input, b.input);
    EXPECT_EQ(a.output, b.output);
    EXPECT_EQ(a.convolution, b.convolution);
    EXPECT_EQ(a.bias, b.bias);
    EXPECT_EQ(a.relu, b.relu);
    EXPECT_EQ(a.pooling.ceil_mode, b.pooling.ceil_mode);
    EXPECT_EQ(a.pooling.count_padding, b.pooling.count_padding);
    EXPECT_EQ(a.lrn.size, b.lrn.size);
    EXPECT_EQ(a.lrn.alpha, b.lrn.alpha);
    EXPECT_EQ(a.lrn.beta, b.lrn.beta);
    EXPECT_EQ(a.lrn.k, b.lrn.k);
    EXPECT_EQ(a.epsilon, b.epsilon);
  }
}

}  // namespace
}  // namespace sim::test
