// Does a run give every layer to the machine that it chooses, and report both as one network?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pruning/input_error.hpp"
#include "sim/comparison.hpp"
#include "sim/report.hpp"
#include "sim/resolved_config.hpp"
#include "sim/results_accelergy.hpp"
#include "sim/results_csv.hpp"
#include "sim/results_json.hpp"
#include "sim/shared_tensors.hpp"
#include "sim/whole_network.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string both = "machine: {conv: scnn, linear: eie}\n";
/// A run of the tiny network that leaves the accelerator to the test.
const std::string published_machine = tiny_network() + "weights: {file: weights.h5}\nactivations: {file: images.h5}\n";

class EieRun : public ::testing::Test {
 protected:
  EieRun() { write_tiny_tensors(); }
  static Results run(const std::string& machine, const RunOptions& options = {}, std::int64_t jobs = 1) {
    return simulated(tiny_run() + machine, options, jobs);
  }
  static std::string error_of(const std::string& machine, const RunOptions& options = {}) {
    try {
      static_cast<void>(run(machine, options));
    } catch (const pruning::InputError& error) {
      return error.what();
    }
    return "no error";
  }

  WorkingDirectory directory;
};

RunOptions layers(const std::string& name) {
  RunOptions options;
  options.layers = {name};
  return options;
}

TEST_F(EieRun, RunsEveryLayerOnTheMachineOfItsType) {
  const Results results = run(both);
  const Results scnn = run("machine: scnn\n");
  ASSERT_EQ(results.layers.size(), scnn.layers.size());
  for (std::size_t i = 0; i < results.layers.size(); ++i) {
    const bool linear = results.layers[i].name == "fc";
    EXPECT_EQ(results.layers[i].machine, linear ? Machine::eie : Machine::scnn);
    EXPECT_TRUE(results.layers[i].check.bit_exact.value());
    if (!linear) {
      EXPECT_EQ(results.layers[i].cycles, scnn.layers[i].cycles);
    }
  }
  const LayerResult& fc = results.layers.back();
  EXPECT_GT(fc.eie_counters.broadcasts, 0);
  EXPECT_EQ(fc.eie_counters.broadcasts, fc.nonzero_activations);
  EXPECT_EQ(fc.counters.products, 0);
  ASSERT_EQ(results.totals.size(), 2U);
  EXPECT_EQ(results.totals[1].eie_counters, fc.eie_counters);
}

// The last convolution's output is written by one machine and read by the other; the result leaves the network.
TEST_F(EieRun, ActivationsGoFromOneMachineToTheOtherThroughDram) {
  const Results results = run(both);
  const LayerResult& fc = results.layers.back();
  EXPECT_EQ(fc.eie_counters.dram_activation_bytes_read, 2 * 24);
  EXPECT_EQ(fc.eie_counters.dram_activation_bytes_written, 2 * 5);
  for (const LayerResult& layer : results.layers) {
    if (layer.name == "left" || layer.name == "right") {
      EXPECT_GT(layer.counters.dram_activation_bytes_written, 0);
    }
  }
  const Results alone = run("machine: eie\n", layers("fc"));
  EXPECT_EQ(alone.layers.at(0).eie_counters, fc.eie_counters);
  EXPECT_EQ(alone.layers.at(0).cycles, fc.cycles);
}

TEST_F(EieRun, AddsUpTheWholeNetworkInMicroseconds) {
  const Results results = run(both + "energy: scnn-16nm\n");
  const WholeNetwork whole = whole_network(results);
  double time = 0;
  double energy = 0;
  for (const LayerResult& layer : results.layers) {
    time += static_cast<double>(layer.cycles) / (layer.machine == Machine::eie ? 0.8 : 1.0) / 1000;
    energy += layer.energy.total_pj;
    EXPECT_GT(layer.energy.total_pj, 0);
  }
  EXPECT_NEAR(whole.microseconds, time, 1e-9);
  EXPECT_NEAR(whole.energy_pj, energy, 1e-6 * energy);
  const std::string text = report(results);
  EXPECT_THAT(text, HasSubstr("The whole network"));
  EXPECT_THAT(text, HasSubstr("EIE of 64 PEs, queues of 8 activations, 0.8 GHz"));
  EXPECT_THAT(text, Not(HasSubstr("warning")));
}

TEST_F(EieRun, WritesCountersAndMachineOfEveryLayer) {
  const Results results = run(both);
  const ordered_json json = ordered_json::parse(results_json(results));
  const ordered_json& fc = json.at("layers").back();
  EXPECT_EQ(fc.at("machine"), "eie");
  for (const char* name : {"broadcasts", "entries", "placeholders", "empty_columns", "pointer_reads",
                           "spmat_word_reads", "accumulator_updates", "accumulator_bypasses"}) {
    EXPECT_TRUE(fc.at("counters").contains(name)) << name;
  }
  const ordered_json& classes = fc.at("pe_cycles");
  EXPECT_EQ(classes.at("busy").get<std::int64_t>() + classes.at("starved").get<std::int64_t>() +
                classes.at("latency").get<std::int64_t>(),
            64 * fc.at("cycles").get<std::int64_t>());
  EXPECT_TRUE(fc.at("mapping").is_null());
  EXPECT_EQ(fc.at("sram").at("pointer_bytes"), 2 * 25);
  EXPECT_EQ(json.at("accelerator").at("eie.pes"), 64);
  EXPECT_GT(json.at("whole_network").at("microseconds").get<double>(), 0);
  EXPECT_TRUE(json.at("totals").contains("eie"));
  EXPECT_THAT(results_csv(results), HasSubstr("spmat_word_reads"));
  EXPECT_THAT(accelergy_action_counts(results), HasSubstr("PE[0..63].sparse_matrix_read"));
  EXPECT_FALSE(ordered_json::parse(results_json(run("machine: scnn\n"))).at("accelerator").contains("eie.pes"));
}

TEST_F(EieRun, TimesAloneWhatItComputes) {
  RunOptions timing;
  timing.timing_only = true;
  const Results computed = run(both);
  const Results timed = run(both, timing);
  EXPECT_EQ(timed.layers.back().cycles, computed.layers.back().cycles);
  EXPECT_EQ(timed.layers.back().eie_counters, computed.layers.back().eie_counters);
  EXPECT_FALSE(timed.layers.back().check.bit_exact);
  EXPECT_EQ(results_json(run(both, {}, 2)), results_json(computed));
}

TEST_F(EieRun, IsResolvedToARunFileThatGivesTheSame) {
  const std::string text = published_machine + both + "accelerator: {eie: {pes: 4, queue: 2}}\n";
  write_file("run.yaml", text);
  const std::string resolved = resolved_config(read_run_file("run.yaml"));
  EXPECT_THAT(resolved, HasSubstr("machine: {conv: scnn, linear: eie}\n"));
  EXPECT_THAT(resolved, HasSubstr("    pes: 4"));
  write_file("inputs/weights.h5", read_file("weights.h5"));
  write_file("inputs/images.h5", read_file("images.h5"));
  write_file("again.yaml", resolved);
  EXPECT_EQ(resolved_config(read_run_file("again.yaml")), resolved);
}

TEST_F(EieRun, WarnsOfALayerThatExceedsTheSram) {
  Results results = run(both);
  results.layers.back().sram = {eie::sparse_matrix_sram_bytes, eie::pointer_sram_bytes + 1234};
  EXPECT_THAT(report(results), HasSubstr("warning: layer fc has 34,002 bytes of pointers in its fullest PE, 1,234 more "
                                         "than the SRAM holds\n"));
}

// 0.638 mm2 a PE in 45 nm are published; 16 nm take 0.19 of that.
TEST_F(EieRun, HasThePublishedArea) {
  const Results results = simulated(published_machine + both + "accelerator: {eie: {pes: 16}}\nenergy: scnn-16nm\n");
  EXPECT_NEAR(area_mm2(results, Machine::eie).value(), 16 * 0.638 * 0.19, 0.001);
  EXPECT_THAT(report(results), HasSubstr("sparse_matrix_read"));
  EXPECT_THAT(report(results), HasSubstr("16 PEs"));
}

// A whole network is one run, whatever its machines; their clocks differ, so times are compared.
TEST_F(EieRun, IsComparedAsAWhole) {
  const Results whole = run(both + "energy: scnn-16nm\n");
  write_file("whole/results.json", results_json(whole));
  write_file("scnn/results.json", results_json(run("energy: scnn-16nm\n")));
  std::vector<LoadedRun> runs = load_runs("whole");
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].name, "whole");
  EXPECT_EQ(runs[0].cost.machine, "scnn + eie");
  EXPECT_EQ(runs[0].cost.layers.size(), whole.layers.size());
  EXPECT_DOUBLE_EQ(runs[0].cost.total.microseconds, whole_network(whole).microseconds);
  EXPECT_NEAR(runs[0].cost.total.energy.value(), whole_network(whole).energy_pj, 1e-6 * whole_network(whole).energy_pj);
  const std::string alike = compare({runs[0], runs[0]});
  EXPECT_THAT(alike, HasSubstr("  us  "));
  EXPECT_THAT(alike, Not(HasSubstr("cycles")));
  runs.push_back(load_runs("scnn").front());
  EXPECT_NEAR(runs[1].storage_ratio, runs[0].storage_ratio, 1e-12);
  const std::string text = compare(runs);
  EXPECT_THAT(text, HasSubstr("Speed-up over whole\n"));
  for (const LayerResult& layer : whole.layers) EXPECT_THAT(text, HasSubstr("\n" + layer.name + ' '));
}

// The weights that EIE computes with depend on the machine, as those of other machines do not.
TEST_F(EieRun, SharesTensorsWithRunsOfTheSameMatrix) {
  const auto tensors = [](const std::string& text) {
    write_file("run.yaml", published_machine + text);
    return tensors_of(read_run_file("run.yaml"));
  };
  const std::string as_it_is = tensors(both);
  EXPECT_EQ(tensors(both + "accelerator: {eie: {queue: 2, entries_per_word: 4}}\n"), as_it_is);
  for (const char* key : {"pes", "index_bits", "weight_bits"}) {
    EXPECT_NE(tensors(both + "accelerator: {eie: {" + key + ": 3}}\n"), as_it_is) << key;
  }
  EXPECT_NE(tensors("machine: scnn\n"), as_it_is);
}

TEST_F(EieRun, RefusesWhatEieCannotRun) {
  EXPECT_THAT(error_of("machine: eie\n"),
              HasSubstr("machine eie runs fully connected layers alone, and conv1 is none"));
  EXPECT_THAT(error_of("machine: {conv: eie, linear: eie}\n"), HasSubstr("machine.conv: machine eie runs fully"));
  EXPECT_THAT(error_of("machine: {conv: scnn}\n"), HasSubstr("linear"));
  EXPECT_THAT(error_of("machines: [scnn, eie]\n"), HasSubstr("machine eie shares weights"));
  EXPECT_THAT(error_of(both + "energy: eyeriss-relative\n"), HasSubstr("leading_nonzero_detection"));
  EXPECT_THAT(error_of(both + "temporal_tiles: {fc: [1, 1]}\n"), HasSubstr("machine eie has a rule of its own"));
}

// The oracle has no memories, and so no place for activations, beside another machine either.
TEST_F(EieRun, GivesNoPlacesToTheOracle) {
  const Results results = run("machine: {conv: scnn-oracle, linear: eie}\n");
  for (const LayerResult& layer : results.layers) {
    EXPECT_EQ(layer.places.input.empty(), layer.machine == Machine::scnn_oracle) << layer.name;
    EXPECT_EQ(layer.places.output.empty(), layer.machine == Machine::scnn_oracle) << layer.name;
  }
}

}  // namespace
}  // namespace sim::test
