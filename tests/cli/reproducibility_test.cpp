// Are the results of a run the same bytes wherever and however it runs, and are they what is documented?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace cli::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using Contents = std::map<std::string, std::string>;

class Reproducibility : public ::testing::Test {
 protected:
  Reproducibility() {
    sim::test::write_tiny_tensors();
    sim::test::write_file("run.yaml", sim::test::tiny_run() + "pruning: {granularity: vector, density: 0.4}\n");
  }

  /// Runs a file and returns what the result directory holds, without the figures of the host.
  static Contents results_of(const std::string& file, const std::string& output,
                             const std::vector<std::string>& options = {}) {
    std::vector<std::string> arguments{"run", file, "--output", output};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Finished finished = scnn_sim(arguments);
    EXPECT_EQ(finished.status, 0) << finished.err;
    Contents contents = contents_of(output);
    EXPECT_EQ(contents.erase("host.json"), 1U);
    return contents;
  }

  static void expect_equal(const Contents& some, const Contents& others) {
    EXPECT_EQ(names_of(some), names_of(others));
    for (const auto& [name, content] : some) {
      const auto other = others.find(name);
      EXPECT_TRUE(other == others.end() || content == other->second) << name << " differs";
    }
  }
  static std::vector<std::string> names_of(const Contents& contents) {
    std::vector<std::string> names;
    for (const auto& [name, content] : contents) names.push_back(name);
    return names;
  }
  static std::vector<std::string> keys_of(const json& object) {
    std::vector<std::string> keys;
    for (const auto& item : object.items()) keys.push_back(item.key());
    return keys;
  }

  sim::test::WorkingDirectory directory;
};

TEST_F(Reproducibility, EqualInputGivesEqualBytes) {
  const Contents first = results_of("run.yaml", "first");
  EXPECT_THAT(names_of(first),
              ElementsAre("ERT.yaml", "action_counts.yaml", "config.yaml", "inputs", "inputs/images.h5",
                          "inputs/weights.h5", "layers.csv", "results.h5", "results.json"));
  expect_equal(results_of("run.yaml", "second"), first);
  expect_equal(results_of("run.yaml", "parallel", {"--jobs", "3"}), first);
  expect_equal(results_of("run.yaml", "deep/down/quiet", {"--quiet", "--jobs", "2"}), first);
  expect_equal(results_of("run.yaml", "first", {"--overwrite"}), first);
  expect_equal(results_of("run.yaml", "detailed", {"--detailed"}), first);
  expect_equal(results_of("run.yaml", "traced", {"--trace", "a.vcd", "--trace-layer", "left", "--jobs", "2"}), first);
  const std::string waveform = sim::test::read_file("a.vcd");
  expect_equal(results_of("run.yaml", "traced-again", {"--trace", "a.vcd", "--trace-layer", "left"}), first);
  EXPECT_EQ(sim::test::read_file("a.vcd"), waveform);
}

// Nothing of the place where it ran is in a file (links to the inputs apart).
TEST_F(Reproducibility, ResultsHoldNoPath) {
  for (const auto& [name, content] : results_of("run.yaml", "somewhere")) {
    if (content.starts_with("-> ")) continue;
    EXPECT_EQ(content.find(directory.path().string()), std::string::npos) << name;
    EXPECT_EQ(content.find("somewhere"), std::string::npos) << name;
  }
}

// The configuration that a run writes gives the same results again, but for the command that asked for them.
TEST_F(Reproducibility, WrittenConfigurationGivesTheSameResults) {
  const std::vector<std::vector<std::string>> runs{
      {},
      {"--set", "accelerator.pe.rows=3", "--set", "accelerator.pe.stationary=weight", "--layers", "left,fc"},
      {"--set", "machine=dcnn-opt"},
      {"--set", "machines=[scnn-sparse-w, dcnn, scnn-oracle]", "--jobs", "2"},
      {"--timing-only", "--set", "activations.images=[2,0]", "--set", "pruning={granularity: none}"},
      {"--set", "weights={synthetic: {seed: 5, kernel_scale_sigma: 0.7}}", "--set",
       "activations={synthetic: {density: {default: 0.3, left: 0.6}}}"},
      {"--set", "weights={synthetic: {distribution: laplacian, kernel_scale_sigma: {left: 1}}}", "--set",
       "activations={synthetic: {density: 0.4, channel_spread: {fc: 0.5, default: 1}, correlation_length: 2.5}}"}};
  int number = 0;
  for (const auto& options : runs) {
    const std::string output = "run" + std::to_string(++number);
    SCOPED_TRACE(::testing::PrintToString(options));
    Contents first = results_of("run.yaml", output, options);
    Contents again = results_of(output + "/config.yaml", output + "-again");
    json one = json::parse(first.at("results.json"));
    json other = json::parse(again.at("results.json"));
    EXPECT_EQ(other.at("provenance").at("command"), "scnn-sim run config.yaml");
    one.at("provenance").erase("command");
    other.at("provenance").erase("command");
    EXPECT_EQ(one, other);
    // results.h5 holds the command as well, and nothing else that could differ.
    for (Contents* contents : {&first, &again}) {
      contents->erase("results.json");
      contents->erase("results.h5");
    }
    expect_equal(first, again);
  }
}

TEST_F(Reproducibility, ResultsFollowTheSchema) {
  const json results = json::parse(results_of("run.yaml", "out").at("results.json"));
  EXPECT_EQ(results.at("schema"), "scnn-sim/results/1");
  const json& provenance = results.at("provenance");
  EXPECT_THAT(keys_of(provenance), IsSupersetOf({"version", "commit", "command", "seeds", "inputs"}));
  EXPECT_EQ(provenance.at("command"), "scnn-sim run run.yaml");
  EXPECT_THAT(keys_of(provenance.at("inputs")), ElementsAre("images.h5", "weights.h5"));
  for (const auto& hash : provenance.at("inputs")) EXPECT_EQ(hash.get<std::string>().size(), 64U);

  ASSERT_EQ(results.at("layers").size(), 4U);
  std::vector<std::string> names;
  for (const json& layer : results.at("layers")) {
    names.push_back(layer.at("name"));
    EXPECT_TRUE(layer.at("cycles").is_number_integer());
    EXPECT_THAT(keys_of(layer.at("mapping")), IsSupersetOf({"output_channels_per_group", "groups", "temporal_tiles"}));
    EXPECT_EQ(layer.at("mapping").at("temporal_tiles").size(), 2U);
    EXPECT_THAT(keys_of(layer.at("densities")), IsSupersetOf({"weights", "activations"}));
    EXPECT_THAT(keys_of(layer.at("counters")), IsSupersetOf({"issues",
                                                             "multiplier_slots",
                                                             "products",
                                                             "products_discarded",
                                                             "products_merged",
                                                             "products_accumulated",
                                                             "accumulator_references",
                                                             "bypass_hits",
                                                             "row_references",
                                                             "placeholder_lanes",
                                                             "iaram_vector_reads",
                                                             "weight_fifo_reads",
                                                             "weight_fifo_writes",
                                                             "crossbar_transfers",
                                                             "halo_values",
                                                             "ppu_values",
                                                             "oaram_elements_written",
                                                             "dram_weight_bytes_read",
                                                             "dram_activation_bytes_read",
                                                             "dram_activation_bytes_written"}));
    EXPECT_THAT(keys_of(layer.at("pe_cycles")),
                ElementsAre("barrier", "conflict", "drain", "fifo", "flush", "issue", "supply"));
    EXPECT_THAT(keys_of(layer.at("energy_pj")), IsSupersetOf({"multipliers", "crossbar", "total"}));
    EXPECT_THAT(keys_of(layer.at("storage")), IsSupersetOf({"ratio", "weight_bits", "index_bits", "placeholders"}));
    EXPECT_THAT(keys_of(layer.at("check")), IsSupersetOf({"bit_exact", "snr_db"}));
    EXPECT_EQ(layer.at("check").at("bit_exact"), true);

    const json& counters = layer.at("counters");
    const auto count = [&](const char* name) { return counters.at(name).get<std::int64_t>(); };
    EXPECT_EQ(count("products_accumulated"), count("products") - count("products_discarded"));
    EXPECT_EQ(count("crossbar_transfers"), count("products_accumulated") - count("products_merged"));
    EXPECT_EQ(count("crossbar_transfers"), count("accumulator_references") + count("bypass_hits"));
    std::int64_t pe_cycles = 0;
    for (const auto& cycles : layer.at("pe_cycles")) pe_cycles += cycles.get<std::int64_t>();
    EXPECT_EQ(pe_cycles, 4 * layer.at("cycles").get<std::int64_t>());
  }
  EXPECT_THAT(names, ElementsAre("conv1", "left", "right", "fc"));

  const json& totals = results.at("totals");
  for (const auto& item : totals.at("counters").items()) {
    std::int64_t sum = 0;
    for (const json& layer : results.at("layers")) sum += layer.at("counters").at(item.key()).get<std::int64_t>();
    EXPECT_EQ(item.value(), sum) << item.key();
  }
}

}  // namespace
}  // namespace cli::test
