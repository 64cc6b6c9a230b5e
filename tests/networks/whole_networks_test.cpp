#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "sim/simulation.hpp"

/// Do trained networks come out of the simulated machine as their authors' frameworks computed them?

namespace {

const std::filesystem::path root = SCNN_SOURCE_DIR;

TEST(WholeNetworks, shapes_vgg_is_bit_exact_close_to_pytorch_and_classifies_its_images) {
  sim::RunOptions options;
  options.set = {"pruning.granularity=none"};
  const sim::RunFile run = sim::read_run_file(root / "configs/shapes-vgg.yaml", options);
  const sim::Results results = sim::simulate(run, 2, {});
  ASSERT_EQ(results.layers.size(), 8U);
  for (const sim::LayerResult& layer : results.layers) {
    EXPECT_EQ(layer.check.bit_exact, true) << layer.name;
    EXPECT_GT(layer.check.float32->snr_db().value(), 60.0) << layer.name;
    EXPECT_GT(layer.check.recorded->snr_db().value(), 60.0) << layer.name;
  }
  EXPECT_EQ(results.classification->correct(), 4);
}

TEST(WholeNetworks, squeezenet_gives_the_recorded_best_classes) {
  const char* data = std::getenv("SCNN_DATA");
  const std::filesystem::path directory = data != nullptr ? data : "";
  if (!std::filesystem::exists(directory / "squeezenet.h5")) {
    GTEST_SKIP() << "no squeezenet.h5 in the directory that SCNN_DATA names";
  }
  sim::RunOptions options;
  options.set = {"weights.file=" + (directory / "squeezenet.h5").string(),
                 "activations.file=" + (directory / "squeezenet-activations.h5").string()};
  const sim::RunFile run = sim::read_run_file(root / "configs/squeezenet.yaml", options);
  const sim::Results results = sim::simulate(run, 2, {});
  ASSERT_EQ(results.layers.size(), 26U);
  for (const sim::LayerResult& layer : results.layers) EXPECT_EQ(layer.check.bit_exact, true) << layer.name;
  EXPECT_EQ(results.classification->best.front(), (std::vector<int>{280, 279, 362, 383, 387}));
}

}  // namespace
