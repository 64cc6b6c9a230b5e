// Is what `storage` reckons from shapes and densities what pruning the tensors leaves, and what is published?

#include "sim/command_storage.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "pruning/input_error.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

const std::filesystem::path configs = std::filesystem::path(SCNN_SOURCE_DIR) / "configs";

/// Rows of the written file, the header first.
std::vector<std::vector<std::string>> reckoned(const std::filesystem::path& file, const RunOptions& options = {}) {
  std::ostringstream out;
  storage({file, options, "layers.csv"}, out);
  std::vector<std::vector<std::string>> rows;
  std::istringstream text(read_file("layers.csv"));
  for (std::string line; std::getline(text, line);) {
    rows.emplace_back();
    std::istringstream cells(line + ',');
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

TEST(Storage, IsThatOfThePrunedTensors) {
  const WorkingDirectory directory;
  write_tiny_tensors();
  for (const char* granularity : {"fine", "vector", "kernel", "filter"}) {
    SCOPED_TRACE(granularity);
    RunOptions options;
    options.set = {fmt::format("pruning={{granularity: {}, density: 0.37}}", granularity)};
    write_file("run.yaml", tiny_run());
    const auto rows = reckoned("run.yaml", options);
    const Results results = simulated(tiny_run(), options);
    ASSERT_EQ(rows.size(), results.layers.size() + 1);
    for (std::size_t i = 0; i < results.layers.size(); ++i) {
      const pruning::StorageSize& size = results.layers[i].storage;
      const auto text = [](std::int64_t value) { return fmt::format("{}", value); };
      const auto& row = rows[i + 1];
      EXPECT_EQ(row[0], results.layers[i].name);
      EXPECT_EQ(row[3], text(size.weights));
      EXPECT_EQ(row[4], text(size.kept_weights));
      EXPECT_EQ(row[5], text(size.kept_grains));
      EXPECT_EQ(row[6], text(size.weight_bits));
      EXPECT_EQ(row[7], text(size.index_bits));
      EXPECT_EQ(row[8], text(size.dense_bits));
      EXPECT_EQ(row[10], "") << "activations from a file have no stated density";
    }
  }
}

struct Published {
  const char* densities;
  const char* granularity;
  double convolutions;  ///< storage in percent
  double all;
};

// Mao et al. (2017), table of AlexNet beside earlier work.
TEST(Storage, OfAlexNetIsThePublishedOne) {
  const WorkingDirectory directory;
  const std::array<Published, 5> table{{{"han", "fine", 55.6, 16.7},
                                        {"surgery", "fine", 48.3, 8.5},
                                        {"mao", "fine", 36.4, 12.6},
                                        {"mao", "vector", 28.0, 12.3},
                                        {"mao", "kernel", 25.5, 12.2}}};
  for (const Published& published : table) {
    SCOPED_TRACE(fmt::format("{} {}", published.densities, published.granularity));
    const auto file = configs / "densities" / fmt::format("alexnet-{}-weights.csv", published.densities);
    RunOptions options;
    options.set = {
        fmt::format("pruning={{granularity: {}, density: {{file: {}}}}}", published.granularity, file.string())};
    double bits = 0;
    double dense = 0;
    double convolutions = 0;  // stand before all fully connected layers
    for (const auto& row : reckoned(configs / "alexnet.yaml", options)) {
      if (row[0] == "layer") continue;
      if (row[1] == "linear" && convolutions == 0) convolutions = bits / dense;
      bits += std::stod(row[6]) + std::stod(row[7]);
      dense += std::stod(row[8]);
    }
    EXPECT_NEAR(100 * convolutions, published.convolutions, 0.1);
    EXPECT_NEAR(100 * bits / dense, published.all, 0.1);
  }
}

TEST(Storage, ExpectsMultiplicationsOfTwoNonZeroValues) {
  const WorkingDirectory directory;
  RunOptions options;
  options.set = {"pruning={granularity: fine, density: 0.5}", "activations.synthetic.density=0.25"};
  options.layers = {"fc7"};
  const auto rows = reckoned(configs / "alexnet.yaml", options);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1][9], "16777216");
  EXPECT_EQ(rows[1][10], "2097152");
}

TEST(Storage, NeedsADirectoryToWriteInto) {
  const WorkingDirectory directory;
  std::ostringstream out;
  EXPECT_THROW(storage({configs / "alexnet.yaml", {}, "nowhere/layers.csv"}, out), pruning::InputError);
}

}  // namespace
}  // namespace sim::test
