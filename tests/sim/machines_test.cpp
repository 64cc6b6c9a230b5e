// Does every machine get the same layers, and does each report what it would alone?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "pruning/input_error.hpp"
#include "sim/comparison.hpp"
#include "sim/report.hpp"
#include "sim/results_accelergy.hpp"
#include "sim/results_csv.hpp"
#include "sim/results_json.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

using nlohmann::ordered_json;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string all = "machines: [dcnn-opt, scnn, dcnn, scnn-sparse-w, scnn-sparse-a, scnn-oracle]\n";

class Machines : public ::testing::Test {
 protected:
  Machines() { write_tiny_tensors(); }
  static Results run(const std::string& machines, const RunOptions& options = {}, std::int64_t jobs = 1) {
    return simulated(tiny_run() + "pruning: {granularity: vector, density: 0.5}\n" + machines, options, jobs);
  }

  WorkingDirectory directory;
};

std::map<std::string, std::int64_t> values_of(const std::vector<Count>& counts) {
  std::map<std::string, std::int64_t> values;
  for (const Count& count : counts) values.emplace(count.name, count.value);
  return values;
}

void expect_equal(const LayerResult& a, const LayerResult& b) {
  SCOPED_TRACE(name_of(a.machine) + ", " + a.name);
  EXPECT_EQ(a.machine, b.machine);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.cycles, b.cycles);
  EXPECT_EQ(values_of(counters_of(a.machine, a)), values_of(counters_of(b.machine, b)));
  EXPECT_EQ(values_of(pe_cycles_of(a.machine, a)), values_of(pe_cycles_of(b.machine, b)));
  EXPECT_EQ(a.energy.total_pj, b.energy.total_pj);
  EXPECT_EQ(a.storage.placeholders, b.storage.placeholders);
  EXPECT_EQ(a.check.bit_exact, b.check.bit_exact);
}

TEST_F(Machines, TogetherDoWhatTheyDoAlone) {
  const Results together = run(all);
  const std::vector<MachineResults> machines = by_machine(together);
  ASSERT_EQ(machines.size(), machine_kinds - 1);  // all but EIE, which stands alone
  for (const MachineResults& machine : machines) {
    const Results alone = run("machine: " + name_of(machine.machine()) + "\n");
    ASSERT_EQ(alone.layers.size(), 4U);
    for (std::size_t i = 0; i < alone.layers.size(); ++i) expect_equal(machine.layers[i], alone.layers[i]);
    expect_equal(machine.total, alone.totals.at(0));
  }
}

TEST_F(Machines, ComputeTheSameAndCountWhatTheyAre) {
  const Results results = run(all);
  std::map<Machine, const LayerResult*> totals;
  for (const LayerResult& total : results.totals) totals[total.machine] = &total;
  for (const auto& [machine, total] : totals) {
    SCOPED_TRACE(name_of(machine));
    EXPECT_GT(total->cycles, 0);
    std::int64_t classes = 0;
    for (const Count& count : pe_cycles_of(machine, *total)) classes += count.value;
    if (machine == Machine::scnn_oracle) {
      EXPECT_FALSE(total->check.bit_exact);
      EXPECT_TRUE(total->energy.components.empty());
    } else {
      EXPECT_TRUE(total->check.bit_exact.value());
      EXPECT_EQ(classes, total->cycles * results.accelerator.pes());
      EXPECT_GT(total->energy.total_pj, 0);
    }
  }
  const LayerResult& scnn = *totals.at(Machine::scnn);
  const LayerResult& dcnn = *totals.at(Machine::dcnn);
  const LayerResult& optimised = *totals.at(Machine::dcnn_opt);
  EXPECT_EQ(dcnn.cycles, optimised.cycles);
  EXPECT_EQ(dcnn.dense_counters.multiplications, dcnn.dense_macs);
  EXPECT_EQ(optimised.dense_counters.multiplications, scnn.counters.products_accumulated);
  EXPECT_EQ(totals.at(Machine::scnn_oracle)->counters.products, scnn.counters.products);
  for (const Machine sparse : {Machine::scnn_sparse_w, Machine::scnn_sparse_a}) {
    EXPECT_EQ(totals.at(sparse)->counters.products_accumulated, scnn.counters.products_accumulated);
    EXPECT_GT(totals.at(sparse)->counters.placeholder_lanes, scnn.counters.placeholder_lanes);
  }
  EXPECT_EQ(totals.at(Machine::scnn_sparse_a)->storage.placeholders, 0);
}

// Is the oracle's bound that of each layer's products, image by image?
TEST_F(Machines, OracleIsTheBoundOfEveryLayer) {
  const Results results = run("machines: [scnn, scnn-oracle]\n");
  const std::vector<MachineResults> machines = by_machine(results);
  const std::int64_t multipliers = results.accelerator.pes() * results.accelerator.lanes();
  for (std::size_t i = 0; i < machines[0].layers.size(); ++i) {
    const LayerResult& scnn = machines[0].layers[i];
    const std::int64_t products = scnn.counters.products_accumulated + scnn.counters.products_discarded;
    EXPECT_EQ(machines[1].layers[i].cycles, (products + multipliers - 1) / multipliers);
    EXPECT_LE(machines[1].layers[i].cycles, scnn.cycles);
  }
}

// A network's image and result cross DRAM, uncompressed for DCNN; all between stays in 2 MB.
TEST_F(Machines, DenseOnesKeepActivationsOnTheChip) {
  const Results results = run("machine: dcnn\n");
  const auto traffic = [&](std::size_t layer) {
    const dense::Counters& c = results.layers.at(layer).dense_counters;
    return std::vector{c.dram_activation_bytes_read, c.dram_activation_bytes_written};
  };
  EXPECT_THAT(traffic(0), ElementsAre(2 * 2 * 9 * 8, 0));
  EXPECT_THAT(traffic(1), ElementsAre(0, 0));
  EXPECT_THAT(traffic(2), ElementsAre(0, 0));
  EXPECT_THAT(traffic(3), ElementsAre(0, 2 * 5));
  EXPECT_EQ(results.layers[0].dense_counters.activation_bytes_filled, 2 * 2 * 9 * 8);
  EXPECT_EQ(results.layers[3].dense_counters.activation_bytes_spilled, 2 * 5);
  EXPECT_EQ(results.layers[0].dense_counters.dram_weight_bytes_read, 2 * 6 * 2 * 9);
}

TEST_F(Machines, DoNotDependOnProcessesOrArithmetic) {
  const std::string expected = results_json(run(all));
  EXPECT_EQ(results_json(run(all, {}, 3)), expected);
  RunOptions timing_only;
  timing_only.timing_only = true;
  const Results timed = run(all, timing_only);
  const Results computed = run(all);
  for (std::size_t i = 0; i < timed.layers.size(); ++i) {
    EXPECT_EQ(values_of(counters_of(timed.layers[i].machine, timed.layers[i])),
              values_of(counters_of(computed.layers[i].machine, computed.layers[i])));
    EXPECT_FALSE(timed.layers[i].check.bit_exact);
  }
}

TEST_F(Machines, AreNamedInResults) {
  const ordered_json one = ordered_json::parse(results_json(run("")));
  EXPECT_EQ(one.at("machines"), ordered_json({"scnn"}));
  EXPECT_EQ(one.at("layers").at(0).at("machine"), "scnn");
  EXPECT_EQ(one.at("totals").at("machine"), "scnn");

  const ordered_json several = ordered_json::parse(results_json(run("machines: [scnn, dcnn, scnn-oracle]\n")));
  ASSERT_EQ(several.at("layers").size(), 12U);
  EXPECT_EQ(several.at("layers").at(4).at("machine"), "dcnn");
  EXPECT_EQ(several.at("layers").at(4).at("name"), "conv1");
  std::vector<std::string> keys;
  for (const auto& item : several.at("totals").items()) keys.push_back(item.key());
  EXPECT_THAT(keys, ElementsAre("scnn", "dcnn", "scnn-oracle"));
  EXPECT_EQ(several.at("totals").at("scnn"), one.at("totals"));
  EXPECT_TRUE(several.at("totals").at("dcnn").at("counters").contains("multiplications"));
  EXPECT_TRUE(several.at("counters_description").contains("multiplications"));
  EXPECT_TRUE(several.at("totals").at("scnn-oracle").at("energy_pj").is_null());
}

TEST_F(Machines, HaveAColumnInTables) {
  std::istringstream stream(results_csv(run("machines: [scnn, dcnn]\n")));
  std::vector<std::map<std::string, std::string>> rows;
  std::vector<std::string> titles;
  for (std::string line; std::getline(stream, line);) {
    std::istringstream cells(line);
    std::vector<std::string> row;
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    if (titles.empty()) {
      titles = row;
      continue;
    }
    rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) rows.back()[titles[i]] = row[i];
  }
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_EQ(rows[0].at("machine"), "scnn");
  EXPECT_EQ(rows[4].at("machine"), "dcnn");
  EXPECT_EQ(rows[4].at("layer"), "conv1");
  EXPECT_EQ(rows[0].at("multiplications"), "");
  EXPECT_EQ(rows[4].at("multiplications"), std::to_string(9 * 8 * 6 * 2 * 9));
  EXPECT_EQ(rows[4].at("products_discarded"), "");
  EXPECT_EQ(rows[4].at("energy_iaram_pj"), "");
  EXPECT_NE(rows[4].at("energy_activation_sram_pj"), "");
}

TEST_F(Machines, HaveARootOfTheirOwnForAccelergy) {
  const std::string counts = accelergy_action_counts(run("machines: [scnn, scnn-oracle, dcnn]\n"));
  EXPECT_THAT(counts, HasSubstr("  - name: scnn\n"));
  EXPECT_THAT(counts, HasSubstr("  - name: dcnn\n"));
  EXPECT_EQ(counts.find("oracle"), std::string::npos);
  EXPECT_THAT(accelergy_action_counts(run("machine: dcnn\n")), HasSubstr("  - name: system\n"));
}

TEST_F(Machines, AreReportedOneByOneAndCompared) {
  RunOptions timing_only;
  timing_only.timing_only = true;
  const std::string text = report(run("machines: [scnn, dcnn, dcnn-opt, scnn-oracle]\n", timing_only));
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) EXPECT_LE(line.size(), 120U) << line;
  expect_golden(text, "tests/sim/golden/machines.txt");
}

// Machines of one run or of several are compared alike.
TEST_F(Machines, AreComparedAcrossRuns) {
  write_file("both/results.json", results_json(run("machines: [scnn, dcnn]\n")));
  write_file("sparse/results.json", results_json(run("machine: scnn\n")));
  write_file("dense/results.json", results_json(run("machine: dcnn\n")));
  const auto loaded = [](const std::vector<std::string>& directories) {
    std::vector<LoadedRun> runs;
    for (const std::string& name : directories) {
      for (LoadedRun& run : load_runs(name)) runs.push_back(std::move(run));
    }
    return runs;
  };
  const std::string both = compare(loaded({"both"}));
  EXPECT_THAT(both, HasSubstr("Speed-up over both: dcnn\n"));
  EXPECT_THAT(compare(loaded({"sparse", "dense"})), HasSubstr("Energy of dense over that of\n"));
  EXPECT_EQ(compare(loaded({"sparse", "sparse"})).find("Speed-up"), std::string::npos);
  const Results results = run("machines: [scnn, dcnn]\n");
  const double speed_up = static_cast<double>(results.totals[1].cycles) / static_cast<double>(results.totals[0].cycles);
  const std::string table = both.substr(both.find("Speed-up over"));
  std::istringstream last_line(table.substr(table.find("total")));
  std::string word;
  double shown = 0;
  last_line >> word >> shown;
  EXPECT_NEAR(shown, speed_up, 0.005);
}

TEST_F(Machines, AreComparedInTheLayersThatBothRanAlone) {
  RunOptions some;
  some.layers = {"conv1", "fc"};
  write_file("dense/results.json", results_json(run("machine: dcnn\n")));
  write_file("some/results.json", results_json(run("machine: scnn\n", some)));
  std::vector<LoadedRun> runs = load_runs("dense");
  for (LoadedRun& loaded : load_runs("some")) runs.push_back(std::move(loaded));
  const std::string text = compare(runs);
  EXPECT_THAT(text, ContainsRegex("Speed-up over dense\n\nlayer  some\n-+\nconv1  [0-9.]+\nleft      -\nright     -\n"
                                  "fc     [0-9.]+\n-+\ntotal     -\n"));
}

std::string message_of(const std::string& machines, const RunOptions& options = {}) {
  write_file("run.yaml", tiny_run() + machines);
  try {
    read_run_file("run.yaml", options);
    return "accepted";
  } catch (const pruning::InputError& error) {
    return error.what();
  }
}

TEST_F(Machines, ThatDoNotExistAreRefused) {
  EXPECT_THAT(message_of("machine: dccn\n"), HasSubstr("did you mean 'dcnn'?"));
  EXPECT_THAT(message_of("machines: [scnn, scnn-sparse-x]\n"), HasSubstr("machines[1]: "));
  EXPECT_THAT(message_of("machine: scnn\nmachines: [dcnn]\n"),
              HasSubstr("machines: stands beside machine, one of them is allowed"));
  EXPECT_THAT(message_of("machines: []\n"), HasSubstr("machines: must list at least one machine, got an empty list"));
  EXPECT_THAT(message_of("machines: [dcnn, dcnn]\n"), HasSubstr("machines[1]: machine dcnn is listed twice"));
  RunOptions options;
  options.set = {"machine=scnn-orakle"};
  EXPECT_THAT(message_of("", options), HasSubstr("did you mean 'scnn-oracle'?"));
  options.set = {"machines=[dcnn]"};
  options.trace = TraceOptions{"a.vcd"};
  EXPECT_THAT(message_of("", options),
              HasSubstr("--trace: shows the PEs of SCNN and its variants, which machine dcnn does not have"));
}

// Temporal tiles are as the run file says, and reported.
TEST_F(Machines, CutLayersAsTheyAreTold) {
  const Results cut = run("temporal_tiles: {conv1: [2, 3]}\n");
  EXPECT_EQ(cut.layers[0].mapping.temporal_rows, 2);
  EXPECT_EQ(cut.layers[0].mapping.temporal_columns, 3);
  EXPECT_TRUE(cut.layers[0].check.bit_exact.value());
  EXPECT_EQ(cut.layers[0].places.input, "network input");
  EXPECT_EQ(cut.layers[0].places.output, "in 2 x 3 temporal tiles");
  EXPECT_EQ(cut.layers[1].places.input, "output of conv1 does not fit");
  EXPECT_GT(cut.layers[0].counters.dram_weight_bytes_read, run("").layers[0].counters.dram_weight_bytes_read);
}

TEST_F(Machines, RefuseTilesThatDoNotFit) {
  EXPECT_THAT(message_of("temporal_tiles: {conv1: [10, 1]}\n"),
              HasSubstr("temporal_tiles.conv1[0]: must be an integer from 1 to 9, got 10"));
  EXPECT_THAT(message_of("temporal_tiles: {conv1: [2]}\n"),
              HasSubstr("temporal_tiles.conv1: must be [ROWS, COLUMNS] of temporal tiles, got a list of 1"));
  EXPECT_THAT(message_of("temporal_tiles: {conv2: [2, 2]}\n"), HasSubstr("did you mean 'conv1'?"));
  EXPECT_THAT(message_of("temporal_tiles: {pool: [2, 2]}\n"), HasSubstr("layer pool is max_pool"));
  EXPECT_THAT(message_of("temporal_tiles: {conv1: [2, 2]}\nmachine: dcnn\n"),
              HasSubstr("temporal_tiles.conv1: cuts a layer of SCNN or a variant of it; machine dcnn has a rule"));
  const auto message_of_running = [&](const std::string& text) -> std::string {
    try {
      RunOptions options;
      options.set = {"accelerator.pe.iaram.elements=10"};
      run(text, options);
      return "accepted";
    } catch (const pruning::InputError& error) {
      return error.what();
    }
  };
  EXPECT_THAT(
      message_of_running("temporal_tiles: {conv1: [1, 1]}\n"),
      HasSubstr("layer conv1 does not fit the machine: cut into 1 x 1 temporal tiles, one PE holds more than "));
}

// An energy table need only know what the run's machines do.
TEST_F(Machines, AskOnlyForTheirOwnEnergies) {
  const std::string table =
      "energy: {name: small, unit: pJ, components: {multipliers: {multiply: {energy_pj: 1, bits: 16, node: n, source: "
      "s}}}}\n";
  EXPECT_EQ(message_of(table + "machine: scnn-oracle\n"), "accepted");
  EXPECT_THAT(message_of(table + "machine: dcnn\n"),
              HasSubstr("has no entry for component multipliers, action gated, which machine dcnn counts"));
  EXPECT_THAT(message_of(table),
              HasSubstr("has no entry for component multipliers, action merge_add, which machine scnn counts"));
}

}  // namespace
}  // namespace sim::test
