#include "workloads/activations_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "pruning/hdf5_writer.hpp"
#include "tests/workloads/message_of.hpp"

namespace workloads {
namespace {

using pruning::Shape;
using pruning::Tensor;

Tensor<float> counting(const Shape& shape) {
  Tensor<float> tensor(shape);
  std::iota(tensor.values.begin(), tensor.values.end(), 0.0F);
  return tensor;
}

class ActivationsFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::path(::testing::TempDir()) / "scnn_activations_file_test.h5";
    std::filesystem::remove(path_);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void write(const std::vector<std::pair<std::string, Tensor<float>>>& data_sets,
             const std::vector<std::int64_t>& labels = {}) const {
    pruning::Hdf5Writer writer(path_);
    for (const auto& [name, values] : data_sets) writer.write(name, values);
    if (!labels.empty()) writer.write<std::int64_t>("labels", {static_cast<std::int64_t>(labels.size())}, labels);
    writer.save();
  }

  [[nodiscard]] ActivationsFile open() const { return ActivationsFile(path_, network_); }
  [[nodiscard]] std::string opening() const {
    return message_of([&] { return open(); });
  }
  [[nodiscard]] std::string at(const std::string& rest) const { return path_.string() + ": " + rest; }

  std::filesystem::path path_;
  Network network_ =
      read_network(ConfigNode::parse("name: small\ninput: {channels: 2, height: 3, width: 4}\nlayers:\n"
                                     "- {name: conv, type: conv, output_channels: 5, kernel: 3, padding: 1}\n"
                                     "- {name: group/fc, type: linear, output_features: 6}\n",
                                     "net.yaml"));
};

TEST_F(ActivationsFiles, GiveOneImageAtATime) {
  write({{"conv/input", counting({3, 2, 3, 4})},
         {"conv/output", counting({3, 5, 3, 4})},
         {"group/fc/input", counting({3, 60})},
         {"group/fc/output", counting({3, 6, 1, 1})}},
        {7, 8, 9});
  const ActivationsFile file = open();
  EXPECT_EQ(file.path(), path_);
  EXPECT_EQ(file.images(), 3);
  EXPECT_EQ(file.labels(), (std::vector<std::int64_t>{7, 8, 9}));
  const Layer& conv = network_.layers[0];
  const Layer& fc = network_.layers[1];
  EXPECT_EQ(file.input(conv, 2).shape, (Shape{2, 3, 4}));
  EXPECT_EQ(file.input(conv, 2).values.front(), 48);
  EXPECT_EQ(file.input(conv, 2).values.back(), 71);
  EXPECT_EQ(file.output(conv, 0).values.back(), 59);
  EXPECT_EQ(file.input(fc, 1).shape, (Shape{5, 3, 4}));
  EXPECT_EQ(file.input(fc, 1).values.front(), 60);
  EXPECT_EQ(file.output(fc, 1).values, (std::vector<float>{6, 7, 8, 9, 10, 11}));
}

TEST_F(ActivationsFiles, MayLackLayersAndLabels) {
  write({{"conv/input", counting({1, 2, 3, 4})}, {"other/input", counting({2, 2})}});
  const ActivationsFile file = open();
  EXPECT_TRUE(file.has_input(network_.layers[0]));
  EXPECT_FALSE(file.has_output(network_.layers[0]));
  EXPECT_FALSE(file.has_input(network_.layers[1]));
  EXPECT_TRUE(file.labels().empty());
  EXPECT_EQ(message_of([&] { return file.input(network_.layers[0], 1); }),
            at("conv/input: there is no image 1; the file holds images 0 to 0"));
  EXPECT_EQ(message_of([&] { return file.input(network_.layers[0], -1); }),
            at("conv/input: there is no image -1; the file holds images 0 to 0"));
}

TEST_F(ActivationsFiles, MustFitTheNetwork) {
  write({{"conv/input", counting({1, 2, 4, 3})}});
  EXPECT_EQ(opening(), at("conv/input: the network needs shape N x 2 x 3 x 4, got 1 x 2 x 4 x 3"));
  write({{"conv/input", counting({1, 24})}});
  EXPECT_EQ(opening(), at("conv/input: the network needs shape N x 2 x 3 x 4, got 1 x 24"));
  write({{"group/fc/output", counting({1, 7})}});
  EXPECT_EQ(opening(), at("group/fc/output: the network needs shape N x 6 x 1 x 1 or N x 6, got 1 x 7"));
  write({{"conv/input", counting({2, 2, 3, 4})}, {"conv/output", counting({1, 5, 3, 4})}});
  EXPECT_EQ(opening(), at("conv/output: holds 1 images, but conv/input holds 2"));
  write({{"conv/input", counting({0, 2, 3, 4})}});
  EXPECT_EQ(opening(), at("conv/input: must hold at least one image, got none"));
  write({{"conv/input", counting({2, 2, 3, 4})}}, {1, 2, 3});
  EXPECT_EQ(opening(), at("labels: must hold one class for each of the 2 images, got shape 3"));
  write({{"conv1/input", counting({1, 2, 3, 4})}});
  EXPECT_EQ(opening(), at("holds no <layer>/input and no <layer>/output of any layer of network 'small'"));
}

TEST_F(ActivationsFiles, MustHoldFiniteNumbers) {
  Tensor<float> values = counting({1, 2, 3, 4});
  values.values[17] = std::nanf("");
  write({{"conv/input", values}});
  const ActivationsFile file = open();
  const std::string message = message_of([&] { return file.input(network_.layers[0], 0); });
  EXPECT_EQ(message.find(at("conv/input: ")), 0U) << message;
  EXPECT_NE(message.find("nan"), std::string::npos) << message;
}

TEST_F(ActivationsFiles, MustBeHdf5) {
  std::ofstream(path_) << "no HDF5 at all";
  EXPECT_EQ(opening().find(path_.string() + ": "), 0U) << opening();
  std::filesystem::remove(path_);
  EXPECT_EQ(opening().find(path_.string() + ": "), 0U) << opening();
}

}  // namespace
}  // namespace workloads
