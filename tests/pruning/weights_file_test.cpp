#include "pruning/weights_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/support/framework_files.hpp"

namespace {

using pruning::WeightsFile;
using pruning::WeightsLayout;
using support::FrameworkFile;
using support::in_out;
using support::input_error;
using support::oihw;
using support::Storage;
using support::tags;
using support::TemporaryDirectory;
using ::testing::ElementsAre;

std::vector<std::string> names_of(const WeightsFile& file) {
  std::vector<std::string> names;
  for (const auto& entry : file.layers()) names.push_back(entry.name);
  return names;
}

void expect_tagged(const WeightsFile& file, const std::string& layer, const pruning::Shape& shape) {
  SCOPED_TRACE(layer);
  ASSERT_NE(file.find(layer), nullptr);
  EXPECT_EQ(file.find(layer)->shape, shape);
  const auto read = file.read(layer);
  EXPECT_EQ(read.weights.shape, shape);
  EXPECT_EQ(read.weights.values,
            shape.size() == 4 ? tags(shape[0], shape[1], shape[2], shape[3]) : tags(shape[0], shape[1]));
}

// Is a PyTorch state_dict read with its convolutions, linear layers and batch normalisations?
TEST(WeightsFile, ReadsPyTorch) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    file.data_set("features.10.weight", {3, 2, 3, 2}, oihw(3, 2, 3, 2), {Storage::Type::float16, {}, false, false});
    file.data_set("features.10.bias", {3}, {1, 2, 3});
    file.data_set("features.2.weight", {3, 1, 1, 5}, oihw(3, 1, 1, 5));
    file.data_set("features.3.weight", {3}, {5, 6, 7});
    file.data_set("features.3.bias", {3}, {1, 1, 2});
    file.data_set("features.3.running_mean", {3}, {0, -1, 0.5});
    file.data_set("features.3.running_var", {3}, {1, 4, 0.25});
    file.data_set("features.3.num_batches_tracked", {}, {12}, {Storage::Type::int64, {}, false, false});
    file.data_set("plain_norm.running_mean", {1}, {3});
    file.data_set("plain_norm.running_var", {1}, {2});
    file.data_set("classifier.weight", {4, 5}, oihw(4, 5, 1, 1));
  }
  const WeightsFile file(directory / "a.h5");
  EXPECT_EQ(file.layout(), WeightsLayout::pytorch);
  EXPECT_THAT(names_of(file), ElementsAre("classifier", "features.2", "features.10"));
  expect_tagged(file, "features.10", {3, 2, 3, 2});
  expect_tagged(file, "features.2", {3, 1, 1, 5});
  expect_tagged(file, "classifier", {4, 5});
  EXPECT_TRUE(file.find("features.10")->has_bias);
  EXPECT_FALSE(file.find("features.2")->has_bias);
  EXPECT_FALSE(file.find("features.2")->has_mask);
  EXPECT_THAT(file.read("features.10").bias->values, ElementsAre(1, 2, 3));
  EXPECT_FALSE(file.read("features.2").bias.has_value());

  EXPECT_THAT(file.batch_norms(), ElementsAre("features.3", "plain_norm"));
  const auto norm = file.read_batch_norm("features.3");
  EXPECT_THAT(norm.gamma, ElementsAre(5, 6, 7));
  EXPECT_THAT(norm.beta, ElementsAre(1, 1, 2));
  EXPECT_THAT(norm.mean, ElementsAre(0, -1, 0.5));
  EXPECT_THAT(norm.variance, ElementsAre(1, 4, 0.25));
  EXPECT_THAT(file.read_batch_norm("plain_norm").gamma, ElementsAre(1));
  EXPECT_THAT(file.read_batch_norm("plain_norm").beta, ElementsAre(0));
}

// Are the weights of a checkpoint found in its group, under the names of the state_dict?
TEST(WeightsFile, ReadsPyTorchCheckpoints) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    file.data_set("state_dict/conv1.weight", {2, 2, 3, 3}, oihw(2, 2, 3, 3));
    file.data_set("state_dict/conv1.bias", {2}, {1, 2});
    file.data_set("epoch", {}, {7});
  }
  const WeightsFile file(directory / "a.h5");
  EXPECT_THAT(names_of(file), ElementsAre("conv1"));
  expect_tagged(file, "conv1", {2, 2, 3, 3});
  EXPECT_THAT(file.read("conv1").bias->values, ElementsAre(1, 2));
}

// Are weights that torch.nn.utils.prune has masked, but not yet overwritten, read as the network uses them?
TEST(WeightsFile, AppliesTheMaskOfUnfinishedPyTorchPruning) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    file.data_set("fc.weight_orig", {2, 2}, {1, 2, 3, 4});
    file.data_set("fc.weight_mask", {2, 2}, {1, 0, 0, 1});
  }
  const WeightsFile file(directory / "a.h5");
  EXPECT_TRUE(file.find("fc")->has_mask);
  EXPECT_THAT(file.read("fc").weights.values, ElementsAre(1, 0, 0, 4));
}

/// @param root group of the weights
void write_keras2(const std::filesystem::path& path, const std::string& root, bool split) {
  FrameworkFile file(path);
  if (!root.empty()) file.group(root);
  const std::vector<std::string> layers = {"input_1",   "z_conv", "conv1/bn", "conv1/conv", "depthwise",
                                           "separable", "vgg",    "old",      "fc"};
  if (split) {
    file.strings(root, "layer_names0", {layers.begin(), layers.begin() + 4});
    file.strings(root, "layer_names1", {layers.begin() + 4, layers.end()});
  } else {
    file.strings(root, "layer_names", layers, support::Strings::variable);
  }
  file.string(root, "backend", "tensorflow");
  file.keras2_layer("input_1", {}, root);
  file.keras2_layer(
      "z_conv", {{"z_conv/kernel:0", {3, 2, 4, 5}, support::hwio(5, 4, 3, 2)}, {"z_conv/bias:0", {5}, {1, 2, 3, 4, 5}}},
      root);
  file.keras2_layer("conv1/bn",
                    {{"conv1/bn/gamma:0", {2}, {1, 2}},
                     {"conv1/bn/beta:0", {2}, {3, 4}},
                     {"conv1/bn/moving_mean:0", {2}, {5, 6}},
                     {"conv1/bn/moving_variance:0", {2}, {7, 8}}},
                    root);
  file.keras2_layer("conv1/conv", {{"conv1/conv/kernel:0", {1, 1, 3, 2}, support::hwio(2, 3, 1, 1)}}, root);
  file.keras2_layer("depthwise", {{"depthwise/depthwise_kernel:0", {3, 3, 2, 2}, support::hwcm(2, 2, 3, 3)}}, root);
  file.keras2_layer("separable",
                    {{"separable/depthwise_kernel:0", {3, 2, 4, 1}, support::hwcm(4, 1, 3, 2)},
                     {"separable/pointwise_kernel:0", {1, 1, 4, 3}, support::hwio(3, 4, 1, 1)},
                     {"separable/bias:0", {3}, {1, 2, 3}}},
                    root);
  file.keras2_layer("vgg",
                    {{"block1/kernel:0", {2, 2, 2, 3}, support::hwio(3, 2, 2, 2)},
                     {"block2/kernel:0", {2, 3, 3, 3}, support::hwio(3, 3, 2, 3)},
                     {"block2/bias:0", {3}, {0, 0, 0}}},
                    root);
  file.keras2_layer("old", {{"old_W_1:0", {2, 2, 2, 2}, support::hwio(2, 2, 2, 2)}, {"old_b_1:0", {2}, {8, 9}}}, root);
  file.keras2_layer("fc", {{"fc/kernel:0", {5, 3}, in_out(3, 5)}, {"fc/bias:0", {3}, {1, 1, 1}}}, root);
}

// Is every kind of Keras 2 layer read, in the order of the attributes, from weights files and full models?
TEST(WeightsFile, ReadsKeras2) {
  const TemporaryDirectory directory;
  for (const std::string root : {"", "model_weights"}) {
    for (const bool split : {false, true}) {
      SCOPED_TRACE(root + (split ? " split" : " whole"));
      write_keras2(directory / "a.h5", root, split);
      const WeightsFile file(directory / "a.h5");
      EXPECT_EQ(file.layout(), WeightsLayout::keras2);
      EXPECT_THAT(names_of(file), ElementsAre("z_conv", "conv1/conv", "depthwise", "separable/depthwise_kernel",
                                              "separable/pointwise_kernel", "vgg/block1", "vgg/block2", "old", "fc"));
      expect_tagged(file, "z_conv", {5, 4, 3, 2});
      expect_tagged(file, "conv1/conv", {2, 3, 1, 1});
      expect_tagged(file, "depthwise", {4, 1, 3, 3});
      expect_tagged(file, "separable/depthwise_kernel", {4, 1, 3, 2});
      expect_tagged(file, "separable/pointwise_kernel", {3, 4, 1, 1});
      expect_tagged(file, "vgg/block1", {3, 2, 2, 2});
      expect_tagged(file, "vgg/block2", {3, 3, 2, 3});
      expect_tagged(file, "old", {2, 2, 2, 2});
      expect_tagged(file, "fc", {3, 5});
      EXPECT_THAT(file.read("z_conv").bias->values, ElementsAre(1, 2, 3, 4, 5));
      EXPECT_THAT(file.read("old").bias->values, ElementsAre(8, 9));
      EXPECT_FALSE(file.find("separable/depthwise_kernel")->has_bias);
      EXPECT_TRUE(file.find("separable/pointwise_kernel")->has_bias);
      EXPECT_THAT(file.batch_norms(), ElementsAre("conv1/bn"));
      EXPECT_THAT(file.read_batch_norm("conv1/bn").variance, ElementsAre(7, 8));
    }
  }
}

// Are Theano's flipped kernels turned back, in both orders in which Keras stored them?
TEST(WeightsFile, TurnsTheanoKernelsBack) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    file.strings("", "layer_names", {"conv", "later"});
    file.string("", "backend", "theano", support::Strings::variable);
    file.keras2_layer("conv", {{"conv/kernel:0", {4, 2, 3, 2}, support::oihw_flipped(4, 2, 3, 2)},
                               {"conv/bias:0", {4}, {1, 2, 3, 4}}});
    std::vector<double> flipped = support::hwio(5, 2, 2, 1);  // R = 2: the two rows change places
    std::rotate(flipped.begin(), flipped.begin() + 10, flipped.end());
    file.keras2_layer("later", {{"later/kernel:0", {2, 1, 2, 5}, flipped}, {"later/bias:0", {5}, {1, 2, 3, 4, 5}}});
  }
  const WeightsFile file(directory / "a.h5");
  expect_tagged(file, "conv", {4, 2, 3, 2});
  expect_tagged(file, "later", {5, 2, 2, 1});
}

// Is Keras 3 read with nested models, own names, depthwise kernels and without the optimiser's variables?
TEST(WeightsFile, ReadsKeras3) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    const auto add = [&](const std::string& layer, int variable, const pruning::Shape& shape,
                         const std::vector<double>& values) {
      file.data_set(layer + "/vars/" + std::to_string(variable), shape, values);
    };
    add("layers/conv2d", 0, {3, 2, 4, 5}, support::hwio(5, 4, 3, 2));
    add("layers/conv2d", 1, {5}, {1, 2, 3, 4, 5});
    add("layers/conv2d_10", 0, {1, 1, 2, 2}, support::hwio(2, 2, 1, 1));
    add("layers/conv2d_9", 0, {1, 1, 2, 3}, support::hwio(3, 2, 1, 1));
    add("layers/functional/layers/conv2d_3", 0, {2, 2, 2, 2}, support::hwio(2, 2, 2, 2));
    add("layers/depthwise_conv2d_1", 0, {2, 3, 3, 1}, support::hwcm(3, 1, 2, 3));
    add("layers/dense", 0, {5, 3}, in_out(3, 5));
    add("layers/dense", 1, {3}, {7, 8, 9});
    file.string("layers/dense", "name", "predictions");
    for (int variable = 0; variable < 4; ++variable) {
      add("layers/batch_normalization", variable, {2}, {10.0 * variable, 10.0 * variable + 1});
    }
    add("layers/batch_normalization_1", 0, {1}, {4});
    add("layers/batch_normalization_1", 1, {1}, {5});
    file.group("layers/flatten/vars");
    file.data_set("optimizer/vars/0", {3, 2, 4, 5}, oihw(3, 2, 4, 5));
  }
  const WeightsFile file(directory / "a.h5");
  EXPECT_EQ(file.layout(), WeightsLayout::keras3);
  EXPECT_THAT(names_of(file), ElementsAre("conv2d", "conv2d_9", "conv2d_10", "predictions", "depthwise_conv2d_1",
                                          "functional/conv2d_3"));
  expect_tagged(file, "conv2d", {5, 4, 3, 2});
  expect_tagged(file, "conv2d_10", {2, 2, 1, 1});
  expect_tagged(file, "conv2d_9", {3, 2, 1, 1});
  expect_tagged(file, "functional/conv2d_3", {2, 2, 2, 2});
  expect_tagged(file, "depthwise_conv2d_1", {3, 1, 2, 3});
  expect_tagged(file, "predictions", {3, 5});
  EXPECT_THAT(file.read("predictions").bias->values, ElementsAre(7, 8, 9));
  EXPECT_THAT(file.batch_norms(), ElementsAre("batch_normalization", "batch_normalization_1"));
  EXPECT_THAT(file.read_batch_norm("batch_normalization").gamma, ElementsAre(0, 1));
  EXPECT_THAT(file.read_batch_norm("batch_normalization").beta, ElementsAre(10, 11));
  EXPECT_THAT(file.read_batch_norm("batch_normalization").mean, ElementsAre(20, 21));
  EXPECT_THAT(file.read_batch_norm("batch_normalization").variance, ElementsAre(30, 31));
  EXPECT_THAT(file.read_batch_norm("batch_normalization_1").mean, ElementsAre(4));
}

// Is Caffe read with slashed names, doubles, inner products, and BatchNorm joined with its Scale?
TEST(WeightsFile, ReadsCaffe) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    const Storage doubles{Storage::Type::float64, {}, false, false};
    file.data_set("data/conv1/0", {3, 2, 3, 3}, oihw(3, 2, 3, 3), doubles);
    file.data_set("data/conv1/1", {3}, {1, 2, 3}, doubles);
    file.data_set("data/inception_3a/3x3/0", {2, 3, 3, 3}, oihw(2, 3, 3, 3));
    file.data_set("data/fc6/0", {4, 5}, oihw(4, 5, 1, 1));
    file.data_set("data/bn1/0", {2}, {2, 4});
    file.data_set("data/bn1/1", {2}, {6, 8});
    file.data_set("data/bn1/2", {1}, {2});
    file.data_set("data/scale1/0", {2}, {3, 5});
    file.data_set("data/scale1/1", {2}, {7, 9});
    file.data_set("data/lone_norm/0", {1}, {2});
    file.data_set("data/lone_norm/1", {1}, {6});
    file.data_set("data/lone_norm/2", {1}, {0});
    file.data_set("data/prelu/0", {2}, {0.25, 0.25});
  }
  const WeightsFile file(directory / "a.h5");
  EXPECT_EQ(file.layout(), WeightsLayout::caffe);
  EXPECT_THAT(names_of(file), ElementsAre("conv1", "fc6", "inception_3a/3x3"));
  expect_tagged(file, "conv1", {3, 2, 3, 3});
  expect_tagged(file, "inception_3a/3x3", {2, 3, 3, 3});
  expect_tagged(file, "fc6", {4, 5});
  EXPECT_THAT(file.read("conv1").bias->values, ElementsAre(1, 2, 3));
  EXPECT_THAT(file.batch_norms(), ElementsAre("bn1", "lone_norm"));
  const auto norm = file.read_batch_norm("bn1");
  EXPECT_THAT(norm.mean, ElementsAre(1, 2));
  EXPECT_THAT(norm.variance, ElementsAre(3, 4));
  EXPECT_THAT(norm.gamma, ElementsAre(3, 5));
  EXPECT_THAT(norm.beta, ElementsAre(7, 9));
  ASSERT_EQ(file.unsupported().size(), 1U);
  EXPECT_EQ(file.unsupported().begin()->first, "prelu");
  // A factor of 0 means an empty average: Caffe takes 0 then.
  EXPECT_THAT(file.read_batch_norm("lone_norm").mean, ElementsAre(0));
  EXPECT_THAT(file.read_batch_norm("lone_norm").gamma, ElementsAre(1));
}

// Does a fully connected layer behind a feature map get its inputs in C, H, W order from every framework?
TEST(WeightsFile, ReordersFlattenedInputs) {
  const TemporaryDirectory directory;
  // Two channels of 1 x 3: as C, H, W the inputs are 0 1 2 | 3 4 5; Keras stores pixel by pixel.
  {
    FrameworkFile keras(directory / "keras.h5");
    keras.strings("", "layer_names", {"fc"});
    keras.keras2_layer("fc", {{"fc/kernel:0", {6, 1}, {0, 3, 1, 4, 2, 5}}});
    FrameworkFile(directory / "torch.h5").data_set("fc.weight", {1, 6}, {0, 1, 2, 3, 4, 5});
  }
  const WeightsFile keras(directory / "keras.h5");
  const WeightsFile torch(directory / "torch.h5");
  EXPECT_THAT(keras.read("fc", {{2, 1, 3}}).weights.values, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(torch.read("fc", {{2, 1, 3}}).weights.values, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(keras.read("fc").weights.values, ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_EQ(input_error(directory,
                        [&] {
                          static_cast<void>(torch.read("fc", {{2, 2, 2}}));
                        }),
            "torch.h5: fc.weight: has 6 inputs, but the feature map in front of it 2 x 2 x 2 values");
}

// Does the network that comes with the project load, every layer of it?
TEST(WeightsFile, ReadsShapesVgg) {
  const WeightsFile file(std::filesystem::path(SCNN_SOURCE_DIR) / "workloads" / "shapes-vgg.h5");
  EXPECT_THAT(names_of(file),
              ElementsAre("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "fc1", "fc2"));
  std::size_t weights = 0;
  for (const auto& entry : file.layers()) {
    EXPECT_TRUE(entry.has_bias) << entry.name;
    weights += file.read(entry.name).weights.values.size();
  }
  EXPECT_EQ(weights, 549984U);
}

// Does a real trained network load: SqueezeNet after Deep Compression, of whose weights a third is left?
TEST(WeightsFile, ReadsSqueezeNet) {
  const char* data = std::getenv("SCNN_DATA");
  const std::filesystem::path path = std::filesystem::path(data == nullptr ? "" : data) / "squeezenet.h5";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "SCNN_DATA names no directory with squeezenet.h5";
  const WeightsFile file(path);
  ASSERT_EQ(file.layers().size(), 26U);
  std::int64_t weights = 0;
  std::int64_t left = 0;
  for (const auto& entry : file.layers()) {
    EXPECT_TRUE(entry.has_bias) << entry.name;
    for (const float value : file.read(entry.name).weights.values) {
      ++weights;
      left += value != 0.0F ? 1 : 0;
    }
  }
  EXPECT_EQ(weights, 1244448);
  EXPECT_NEAR(static_cast<double>(left) / static_cast<double>(weights), 0.334, 0.001);
}

}  // namespace
