#include "sim/command_prune.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pruning/weights_file.hpp"
#include "tests/support/framework_files.hpp"

namespace {

using pruning::Granularity;
using pruning::WeightsFile;
using sim::PruneOptions;
using support::FrameworkFile;
using support::input_error;
using support::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Prune : public ::testing::Test {
 protected:
  Prune() {
    FrameworkFile file(directory / "dense.h5");
    // Rows (k, r) of saliency 1, 6, 3 and 0.
    file.data_set("conv.weight", {2, 1, 2, 3}, {1, 0, 0, 2, 2, 2, 0, 0, 3, 0, 0, 0});
    file.data_set("fc.weight", {2, 2}, {1, 0, 0, 2});
    options.weights = directory / "dense.h5";
    options.output = directory / "out.h5";
    options.granularity = Granularity::vector;
    options.density = "0.5";
  }

  std::string error() {
    return input_error(directory, [&] { sim::prune(options, out); });
  }
  [[nodiscard]] std::vector<float> pruned(const std::string& layer) const {
    return WeightsFile(directory / "out.h5").read(layer).weights.values;
  }

  TemporaryDirectory directory;
  PruneOptions options;
  std::ostringstream out;
};

// What is printed of a pruned and an exempt layer, worked out by hand?
TEST_F(Prune, PrintsEveryLayerAndTheTotal) {
  options.exempt = {"fc"};
  options.stream_index_bits = 1;
  sim::prune(options, out);
  EXPECT_EQ(out.str(),
            "dense.h5: 2 layers (PyTorch), pruned into out.h5\n"
            "\n"
            "layer  grain   weights  density  kept grains  of  non-empty rows  share  placeholders  storage\n"
            "----------------------------------------------------------------------------------------------\n"
            "conv   vector       12    33.3%            2   4               2  50.0%             1    58.3%\n"
            "fc     none          4    50.0%            2   4               2  50.0%             0    75.0%\n"
            "----------------------------------------------------------------------------------------------\n"
            "total               16    37.5%            4   8               4  50.0%             1    62.5%\n"
            "\n"
            "Storage: 8-bit weights and a 4-bit index per kept grain, relative to dense 8-bit weights.\n"
            "Placeholders: in streams of 8 output channels and one input channel with 1-bit indices, at stride 1; not "
            "part of the storage.\n");
  EXPECT_THAT(pruned("conv"), ElementsAre(0, 0, 0, 2, 2, 2, 0, 0, 3, 0, 0, 0));
  EXPECT_THAT(pruned("fc"), ElementsAre(1, 0, 0, 2));
  const WeightsFile file(directory / "out.h5");
  EXPECT_TRUE(file.find("conv")->has_mask);
  EXPECT_FALSE(file.find("fc")->has_mask);
}

// Does a stream end after eight output channels? With one, the run between the two weights would need more
// placeholders.
TEST_F(Prune, CountsPlaceholdersInStreamsOfEightOutputChannels) {
  FrameworkFile(directory / "dense.h5").data_set("conv.weight", {12, 1, 1, 1}, {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1});
  options.granularity = Granularity::none;
  options.stream_index_bits = 1;
  sim::prune(options, out);
  EXPECT_THAT(out.str(),
              HasSubstr("conv   none        12    16.7%            2  12               2  16.7%             2"));
}

// Do the three ways to say a density prune the same?
TEST_F(Prune, TakesDensitiesPerLayerAndFromAFile) {
  std::ofstream(directory / "densities.csv") << "layer,density\nconv,0.25\ndefault,0.75\n";
  for (const std::string& density : {std::string("conv=0.25,default=0.75"), (directory / "densities.csv").string()}) {
    SCOPED_TRACE(density);
    options.density = density;
    sim::prune(options, out);
    EXPECT_THAT(pruned("conv"), ElementsAre(0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0));
    EXPECT_THAT(pruned("fc"), ElementsAre(1, 0, 0, 2));  // one of the zeros goes
  }
  options.density = "fc=0.25";  // layers that are not named keep every grain
  sim::prune(options, out);
  EXPECT_THAT(pruned("conv"), ElementsAre(1, 0, 0, 2, 2, 2, 0, 0, 3, 0, 0, 0));
  EXPECT_THAT(pruned("fc"), ElementsAre(0, 0, 0, 2));
}

// Does granularity `none` copy the file, without a density?
TEST_F(Prune, WithoutGrainsIsACopy) {
  options.granularity = Granularity::none;
  options.density.clear();
  sim::prune(options, out);
  EXPECT_THAT(pruned("conv"), ElementsAre(1, 0, 0, 2, 2, 2, 0, 0, 3, 0, 0, 0));
  EXPECT_FALSE(WeightsFile(directory / "out.h5").find("conv")->has_mask);
}

// What is a user told whose options cannot be followed, and is nothing printed or written then?
TEST_F(Prune, SaysWhatIsWrongAndDoesNothing) {
  const PruneOptions good = options;
  const auto with_density = [&](const std::string& density) {
    options = good;
    options.density = density;
    return error();
  };
  EXPECT_EQ(with_density("1.5"), "--density: must be a number from 0 to 1, LAYER=DENSITY,... or a CSV file, got '1.5'");
  EXPECT_EQ(with_density("nan"), "--density: must be a number from 0 to 1, LAYER=DENSITY,... or a CSV file, got 'nan'");
  EXPECT_EQ(with_density(""), "--density: must be a number from 0 to 1, LAYER=DENSITY,... or a CSV file, got ''");
  EXPECT_EQ(with_density("conv=0.5,cnov=0.5"), "--density: dense.h5 has no layer 'cnov'; did you mean 'conv'?");
  EXPECT_EQ(with_density("conv=half"), "--density: must be LAYER=DENSITY with a density from 0 to 1, got 'conv=half'");
  EXPECT_EQ(with_density("conv=0.5,,fc=1"), "--density: must be LAYER=DENSITY with a density from 0 to 1, got ''");
  EXPECT_EQ(with_density("conv=0.5,"), "--density: must be LAYER=DENSITY with a density from 0 to 1, got ''");
  EXPECT_EQ(with_density("conv=0.5,conv=0.4"), "--density: gives layer 'conv' twice");
  std::ofstream(directory / "d.csv") << "layer,density\nconv2,0.25\n";
  EXPECT_EQ(with_density((directory / "d.csv").string()),
            "d.csv:2: conv2: dense.h5 has no layer 'conv2'; did you mean 'conv'?");

  options = good;
  options.exempt = {"fc7"};
  EXPECT_EQ(error(), "--exempt: dense.h5 has no layer 'fc7'; did you mean 'fc'?");
  options = good;
  options.weight_bits = 0;
  EXPECT_EQ(error(), "--weight-bits: must be from 1 to 32, got 0");
  options = good;
  options.stream_index_bits = 9;
  EXPECT_EQ(error(), "--stream-index-bits: must be from 1 to 8, got 9");
  options = good;
  options.output = options.weights;
  EXPECT_EQ(error(), "dense.h5: is the weights file itself; the pruned weights need a file of their own");
  options = good;
  options.output = directory / "absent" / "out.h5";
  EXPECT_EQ(error(), "absent/out.h5: cannot be written: No such file or directory");
  options = good;
  options.weights = directory / "absent.h5";
  EXPECT_EQ(error(), "absent.h5: no such file");

  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(directory.names(), ElementsAre("d.csv", "dense.h5"));
}

}  // namespace
