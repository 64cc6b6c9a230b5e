// Is a run's profile right, and do stand-ins made from it have the same one?

#include "sim/command_profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "pruning/input_error.hpp"
#include "sim/layer_profile.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string profiled(const std::string& text, const std::string& output, const RunOptions& options = {}) {
  write_file("run.yaml", text);
  std::ostringstream out;
  profile({"run.yaml", options, output}, out);
  return out.str();
}

std::map<std::string, double> column(const std::string& file, std::string_view name) {
  std::map<std::string, double> values;
  for (const ProfileRow& row : read_layer_profile(file, name, 0, 1000)) values[row.layer] = row.value;
  return values;
}

TEST(Profile, MeasuresATrainedNetwork) {
  const WorkingDirectory directory;
  write_tiny_tensors();
  RunOptions options;
  options.layers = {"conv1", "right"};
  const std::string printed = profiled(tiny_run(), "tiny.csv", options);
  EXPECT_THAT(printed, StartsWith("tiny.csv: "));
  EXPECT_THAT(printed, HasSubstr("\nconv1 "));
  const std::string text = read_file("tiny.csv");
  EXPECT_THAT(text, StartsWith("layer,weight_density,row_occupancy,kernel_scale_sigma,activation_density,"
                               "channel_spread,correlation_length\nconv1,"));
  const Results results = simulated(tiny_run(), options);
  const auto weights = column("tiny.csv", profile_columns::weight_density);
  const auto activations = column("tiny.csv", profile_columns::activation_density);
  ASSERT_EQ(weights.size(), 2U);
  for (const LayerResult& layer : results.layers) {
    EXPECT_NEAR(weights.at(layer.name), static_cast<double>(layer.nonzero_weights) / static_cast<double>(layer.weights),
                1e-6);
    EXPECT_NEAR(activations.at(layer.name),
                static_cast<double>(layer.nonzero_activations) / static_cast<double>(layer.activations), 1e-6);
  }
  EXPECT_EQ(column("tiny.csv", profile_columns::row_occupancy).at("right"), weights.at("right"));  // rows of one weight
}

TEST(Profile, OfStandInsIsTheOneTheyWereMadeFrom) {
  const WorkingDirectory directory;
  const std::string network =
      "network:\n  name: n\n  layers:\n"
      "  - {name: a, type: conv, input: {channels: 128, height: 24, width: 24}, output_channels: 32, kernel: 3}\n"
      "  - {name: b, type: conv, input: {channels: 128, height: 20, width: 30}, output_channels: 48, kernel: [1, 5]}\n";
  write_file("made.csv",
             "layer,weight_density,kernel_scale_sigma,activation_density,channel_spread,correlation_length\n"
             "a,0.3,1.2,0.4,0.8,2\nb,0.5,0.6,0.7,0.3,4\n");
  profiled(network +
               "weights: {synthetic: {kernel_scale_sigma: {file: made.csv}}}\n"
               "pruning: {granularity: fine, density: {file: made.csv}}\n"
               "activations: {synthetic: {density: {file: made.csv}, channel_spread: {file: made.csv}, "
               "correlation_length: {file: made.csv}}}\n",
           "found.csv");
  const std::vector<std::pair<std::string_view, double>> tolerances{{profile_columns::weight_density, 1e-3},
                                                                    {profile_columns::kernel_scale_sigma, 0.1},
                                                                    {profile_columns::activation_density, 1e-3},
                                                                    {profile_columns::channel_spread, 0.15},
                                                                    {profile_columns::correlation_length, 0.4}};
  for (const auto& [name, tolerance] : tolerances) {
    const auto made = column("made.csv", name);
    const auto found = column("found.csv", name);
    ASSERT_EQ(found.size(), 2U);
    for (const auto& [layer, value] : made) EXPECT_NEAR(found.at(layer), value, tolerance) << layer << " " << name;
  }
}

TEST(Profile, RefusesWhatCannotBeReadBack) {
  const WorkingDirectory directory;
  const auto message_of = [](const std::string& name) -> std::string {
    try {
      profiled("network:\n  name: n\n  layers:\n  - {name: \"" + name +
                   "\", type: conv, input: {channels: 1, height: 4, width: 4}, output_channels: 1, kernel: 1}\n"
                   "weights: {synthetic: {}}\nactivations: {synthetic: {}}\n",
               "n.csv");
    } catch (const pruning::InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  for (const char* name : {"a, b", "#1", "default"}) {
    EXPECT_THAT(message_of(name), HasSubstr("cannot stand in a profile")) << name;
  }
  EXPECT_EQ(message_of("inception_3a/1x1"), "accepted");
}

}  // namespace
}  // namespace sim::test
