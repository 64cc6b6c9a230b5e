#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "pruning/weights_file.hpp"
#include "tests/support/framework_files.hpp"

namespace {

using pruning::WeightsFile;
using support::FrameworkFile;
using support::input_error;
using support::oihw;
using support::TemporaryDirectory;
using ::testing::IsEmpty;

// What is a user told whose weights cannot be used?
TEST(WeightsErrors, SaysWhatIsWrong) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    std::vector<double> values = oihw(2, 2, 2, 2);
    values[13] = std::numeric_limits<double>::infinity();
    file.data_set("infinite.weight", {2, 2, 2, 2}, values);
    file.data_set("conv1d.weight", {2, 3, 3}, std::vector<double>(18));
    file.data_set("empty.weight", {0, 3, 3, 3}, {});
    file.data_set("conv.weight", {2, 2, 1, 1}, oihw(2, 2, 1, 1));
    file.data_set("conv.bias", {3}, {1, 2, 3});
    file.data_set("bn.running_mean", {1}, {0});
    file.data_set("bn.running_var", {1}, {-1});
  }
  const WeightsFile file(directory / "a.h5");
  const auto read = [&](const std::string& layer) {
    return input_error(directory, [&] { static_cast<void>(file.read(layer)); });
  };
  EXPECT_EQ(read("infinite"),
            "a.h5: infinite.weight: the value at [1, 1, 0, 1] is inf; a finite float32 number is needed");
  EXPECT_EQ(
      read("conv1d"),
      "a.h5: conv1d: cannot be used: conv1d.weight has the shape 2 x 3 x 3; a convolution has four dimensions and "
      "a fully connected layer two");
  EXPECT_EQ(read("empty"),
            "a.h5: empty: cannot be used: empty.weight has the shape 0 x 3 x 3 x 3; it holds no weights");
  EXPECT_EQ(read("conv"), "a.h5: conv.bias: has 3 values, but the layer has 2 output channels");
  EXPECT_EQ(read("other"),
            "a.h5: other: no convolution or fully connected layer of this name; the file holds conv, infinite");
  EXPECT_EQ(input_error(directory, [&] { static_cast<void>(file.read_batch_norm("bn")); }),
            "a.h5: bn.running_var: the variance of channel 0 is negative");
}

// Is a file of no layout, or of two, refused with what was looked for and what was found?
TEST(WeightsErrors, RefusesUnknownAndAmbiguousLayouts) {
  const TemporaryDirectory directory;
  const auto open = [&] { return input_error(directory, [&] { WeightsFile(directory / "a.h5"); }); };
  const std::string known =
      "(Keras 2: root attribute layer_names or group model_weights; Keras 3: data sets .../vars/0; "
      "Caffe: data sets data/LAYER/0; PyTorch: data sets LAYER.weight)";
  FrameworkFile(directory / "a.h5").data_set("some/thing", {1}, {1});
  EXPECT_EQ(open(), "a.h5: holds no weights of a known layout " + known + "; found 1 data set: some/thing");
  {
    FrameworkFile file(directory / "a.h5");
    file.data_set("data/conv/0", {1, 1, 1, 1}, {1});
    file.data_set("conv.weight", {1, 1, 1, 1}, {1});
  }
  EXPECT_EQ(open(), "a.h5: looks like weights of Caffe and PyTorch at once; one layout is allowed " + known);
  {
    FrameworkFile file(directory / "a.h5");
    file.data_set("model/conv.weight", {1, 1, 1, 1}, {1});
    file.data_set("average/conv.weight", {1, 1, 1, 1}, {1});
  }
  EXPECT_EQ(open(), "a.h5: holds PyTorch weights in several groups (/average, /model); one is allowed");
  {
    FrameworkFile file(directory / "a.h5");
    file.strings("", "layer_names", {"conv"});
    file.group("conv");
    file.strings("conv", "weight_names", {"conv/kernel:0"});
  }
  EXPECT_EQ(open(), "a.h5: conv/conv/kernel:0: no such data set");
  {
    FrameworkFile file(directory / "a.h5");
    file.strings("", "layer_names", {"conv"});
  }
  EXPECT_EQ(open(), "a.h5: conv: no such group, but layer_names lists it");
}

// Is a Keras 3 normalisation of three variables, whose absent one nobody can tell, refused and not guessed?
TEST(WeightsErrors, DoesNotGuessNormalisations) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    for (const char* variable : {"0", "1", "2"}) {
      file.data_set(std::string("layers/batch_normalization/vars/") + variable, {1}, {1});
    }
  }
  const WeightsFile file(directory / "a.h5");
  EXPECT_THAT(file.batch_norms(), IsEmpty());
  EXPECT_EQ(input_error(directory, [&] { static_cast<void>(file.read_batch_norm("batch_normalization")); }),
            "a.h5: batch_normalization: cannot be used: layers/batch_normalization/vars has 3 variables; of four or "
            "two it is known which they are, of three it is not whether gamma or beta is absent");
}

}  // namespace
