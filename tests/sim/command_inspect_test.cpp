#include "sim/command_inspect.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "pruning/hdf5_writer.hpp"
#include "tests/support/framework_files.hpp"

namespace {

using pruning::Hdf5Writer;
using support::FrameworkFile;
using support::input_error;
using support::Storage;
using support::TemporaryDirectory;

std::string inspected(const std::filesystem::path& file) {
  std::ostringstream out;
  sim::inspect(file, out);
  return out.str();
}

// What is printed of weights?
TEST(Inspect, ShowsWeights) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    file.data_set("conv.weight", {2, 1, 2, 3}, {0, 0, 0, 2, 2, 2, 0, 0, 3, 0, 0, 0});
    file.data_set("conv.weight_mask", {2, 1, 2, 3}, {0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0});
    file.data_set("conv.bias", {2}, {1, 2});
    file.data_set("fc.weight", {2, 2}, {1, 0, 0, 2});
    file.data_set("bn.running_mean", {2}, {0, 0});
    file.data_set("bn.running_var", {2}, {1, 1});
    file.data_set("audio.weight", {2, 2, 3}, std::vector<double>(12));
  }
  EXPECT_EQ(inspected(directory / "a.h5"),
            "a.h5: weights, PyTorch layout\n"
            "\n"
            "layer  shape          weights  density  non-empty rows  share  bias  mask\n"
            "-------------------------------------------------------------------------\n"
            "conv   2 x 1 x 2 x 3       12    33.3%               2  50.0%  yes   yes\n"
            "fc     2 x 2                4    50.0%               2  50.0%  no    no\n"
            "-------------------------------------------------------------------------\n"
            "total                      16    37.5%               4  50.0%\n"
            "\n"
            "Batch normalisations: bn\n"
            "\n"
            "Not usable: audio: audio.weight has the shape 2 x 2 x 3; a convolution has four dimensions and a fully "
            "connected layer two\n");
}

// What is printed of activations?
TEST(Inspect, ShowsActivations) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    file.data_set("conv/input", {1, 1, 2, 2}, {0, 1, 0.25, 0});
    file.data_set("conv/output", {1, 1, 1, 2}, {-3, 4});
    file.data_set("labels", {2}, {7, 1}, {Storage::Type::int64, {}, false, false});
  }
  EXPECT_EQ(inspected(directory / "a.h5"),
            "a.h5: activations\n"
            "\n"
            "tensor       shape          values  density  least  greatest\n"
            "------------------------------------------------------------\n"
            "conv/input   1 x 1 x 2 x 2       4    50.0%      0         1\n"
            "conv/output  1 x 1 x 1 x 2       2   100.0%     -3         4\n"
            "\n"
            "Labels: 7, 1\n");
}

// What is printed of the results of a run?
TEST(Inspect, ShowsResults) {
  const TemporaryDirectory directory;
  Hdf5Writer writer(directory / "results.h5");
  writer.write_attribute("", "schema", "scnn-sim/results/1");
  writer.write_table("layers/table",
                     {{"name", std::vector<std::string>{"conv1", "fc"}}, {"cycles", std::vector<std::int64_t>{7, 8}}});
  writer.save();
  EXPECT_EQ(inspected(directory / "results.h5"),
            "results.h5: results of a run, schema scnn-sim/results/1\n"
            "\n"
            "data set      type   shape  columns\n"
            "-----------------------------------\n"
            "layers/table  table  2            2\n"
            "\n"
            "layers/table: name, cycles\n");
}

// What is a user told whose file is none of these?
TEST(Inspect, RefusesOtherFiles) {
  const TemporaryDirectory directory;
  const auto error = [&] { return input_error(directory, [&] { inspected(directory / "a.h5"); }); };
  EXPECT_EQ(error(), "a.h5: no such file");
  FrameworkFile(directory / "a.h5").data_set("x", {1}, {1});
  EXPECT_EQ(error(),
            "a.h5: holds neither weights (Keras 2: root attribute layer_names or group model_weights; Keras 3: data "
            "sets .../vars/0; Caffe: data sets data/LAYER/0; PyTorch: data sets LAYER.weight) nor activations (data "
            "sets LAYER/input or LAYER/output) nor results (root attribute schema); found 1 data set: x");
  FrameworkFile(directory / "a.h5").string("", "schema", "scnn-sim/results/2");
  EXPECT_EQ(error(), "a.h5: @schema: is 'scnn-sim/results/2'; this program knows 'scnn-sim/results/1'");
}

}  // namespace
