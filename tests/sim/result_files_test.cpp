// Do the result files hold what interfaces.md promises, and the same bytes for the same results?

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "pruning/hdf5_handle.hpp"
#include "pruning/input_error.hpp"
#include "sim/layer_columns.hpp"
#include "sim/results_accelergy.hpp"
#include "sim/results_csv.hpp"
#include "sim/results_hdf5.hpp"
#include "sim/results_json.hpp"
#include "sim/sha256.hpp"
#include "sim/text.hpp"
#include "tests/sim/support.hpp"
#include "workloads/config_node.hpp"

namespace sim::test {
namespace {

using nlohmann::ordered_json;
using workloads::ConfigNode;

std::vector<std::string> keys_of(const ordered_json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

/// Every key of `promised` is in `actual`, at every depth, with a value of the same kind.
void expect_promised(const ordered_json& promised, const ordered_json& actual, const std::string& path) {
  for (const auto& [key, value] : promised.items()) {
    ASSERT_TRUE(actual.contains(key)) << path << '.' << key;
    const ordered_json& other = actual.at(key);
    EXPECT_TRUE(value.type() == other.type() || (value.is_number() && other.is_number())) << path << '.' << key;
    if (value.is_object()) expect_promised(value, other, path + '.' + key);
  }
}

TEST(ResultsJson, HoldsTheKeysOfTheSchema) {
  const ordered_json promised = ordered_json::parse(R"(
{"schema": "scnn-sim/results/1",
 "provenance": {"version": "...", "commit": "...", "command": "...", "seeds": {}, "inputs": {"net.h5": "sha256"}},
 "totals": {}})");
  const ordered_json promised_layer = ordered_json::parse(R"({
   "name": "conv1_2", "cycles": 0,
   "mapping": {"output_channels_per_group": 8, "groups": 4, "temporal_tiles": [1, 1]},
   "densities": {"weights": 0.3, "activations": 0.5},
   "counters": {"issues": 0, "multiplier_slots": 0, "products": 0, "products_discarded": 0,
     "products_merged": 0, "products_accumulated": 0, "accumulator_references": 0, "bypass_hits": 0,
     "row_references": 0, "placeholder_lanes": 0, "iaram_vector_reads": 0, "weight_fifo_reads": 0,
     "weight_fifo_writes": 0, "crossbar_transfers": 0, "halo_values": 0, "ppu_values": 0,
     "oaram_elements_written": 0, "dram_weight_bytes_read": 0,
     "dram_activation_bytes_read": 0, "dram_activation_bytes_written": 0},
   "pe_cycles": {"issue": 0, "conflict": 0, "supply": 0, "fifo": 0, "flush": 0, "barrier": 0, "drain": 0},
   "energy_pj": {"multipliers": 0.0, "crossbar": 0.0, "accumulators": 0.0, "bypass_registers": 0.0, "weight_fifo": 0.0,
     "iaram": 0.0, "oaram": 0.0, "post_processing": 0.0, "halo": 0.0, "dram": 0.0, "total": 0.0},
   "storage": {"ratio": 0.0, "weight_bits": 0, "index_bits": 0, "placeholders": 0},
   "check": {"bit_exact": true, "snr_db": 0.0}})");
  const ordered_json actual = ordered_json::parse(results_json(example_results()));
  EXPECT_EQ(actual.at("schema"), promised.at("schema"));
  expect_promised(promised, actual, "");
  ASSERT_EQ(actual.at("layers").size(), 2U);
  for (const ordered_json& layer : actual.at("layers")) {
    expect_promised(promised_layer, layer, "layers");
    // These lists are exact, and in this order.
    for (const char* exact : {"counters", "pe_cycles", "energy_pj"}) {
      EXPECT_EQ(keys_of(layer.at(exact)), keys_of(promised_layer.at(exact)));
    }
  }
  ordered_json promised_total = promised_layer;
  promised_total["mapping"] = nullptr;
  expect_promised(promised_total, actual.at("totals"), "totals");
}

TEST(ResultsJson, TotalsAreTheSumsOfTheLayers) {
  const ordered_json json = ordered_json::parse(results_json(example_results()));
  const ordered_json& first = json.at("layers").at(0);
  const ordered_json& second = json.at("layers").at(1);
  const ordered_json& totals = json.at("totals");
  EXPECT_EQ(totals.at("cycles"), 210000);
  for (const char* part : {"counters", "pe_cycles"}) {
    for (const auto& [key, value] : totals.at(part).items()) {
      EXPECT_EQ(value.get<std::int64_t>(),
                first.at(part).at(key).get<std::int64_t>() + second.at(part).at(key).get<std::int64_t>())
          << key;
    }
  }
  double sum = 0;
  for (const auto& [key, value] : totals.at("energy_pj").items()) {
    EXPECT_DOUBLE_EQ(value.get<double>(),
                     first.at("energy_pj").at(key).get<double>() + second.at("energy_pj").at(key).get<double>())
        << key;
    if (key != "total") sum += value.get<double>();
  }
  EXPECT_DOUBLE_EQ(totals.at("energy_pj").at("total").get<double>(), sum);
  EXPECT_DOUBLE_EQ(totals.at("storage").at("ratio").get<double>(), 28.0 / 72);
  EXPECT_DOUBLE_EQ(totals.at("densities").at("weights").get<double>(), 1.0 / 3);
}

TEST(ResultsJson, SaysNullWhereNothingWasChecked) {
  Results results = example_results();
  for (LayerResult& layer : results.layers) layer.check = {};
  results.classification.reset();
  add_up(results);
  const ordered_json json = ordered_json::parse(results_json(results));
  for (const ordered_json& check : {json.at("layers").at(0).at("check"), json.at("totals").at("check")}) {
    for (const auto& [key, value] : check.items()) EXPECT_TRUE(value.is_null()) << key;
  }
  EXPECT_TRUE(json.at("classification").is_null());
}

TEST(ResultsJson, ReportsALayerThatIsNotExactInTheTotal) {
  Results results = example_results();
  results.layers[0].check.bit_exact = false;
  add_up(results);
  EXPECT_EQ(ordered_json::parse(results_json(results)).at("totals").at("check").at("bit_exact"), false);
}

TEST(ResultsJson, DescribesEveryCounter) {
  const ordered_json json = ordered_json::parse(results_json(example_results()));
  for (const auto& [key, value] : json.at("totals").at("counters").items()) {
    EXPECT_FALSE(json.at("counters_description").at(key).at("unit").get<std::string>().empty()) << key;
    EXPECT_FALSE(json.at("counters_description").at(key).at("description").get<std::string>().empty()) << key;
  }
}

TEST(ResultsCsv, HasOneRowPerLayerWithEveryCounter) {
  std::istringstream stream(results_csv(example_results()));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(stream, line);) {
    std::istringstream cells(line + ",");
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].size(), rows[0].size());
  EXPECT_EQ(rows[2].size(), rows[0].size());
  EXPECT_EQ(rows[1][0], "conv1");
  const auto cell = [&](const std::string& column, std::size_t row) {
    const auto found = std::find(rows[0].begin(), rows[0].end(), column);
    EXPECT_NE(found, rows[0].end()) << column;
    return rows[row][static_cast<std::size_t>(found - rows[0].begin())];
  };
  for (const auto& info : scnn::counter_table()) {
    EXPECT_EQ(cell(std::string(info.name), 1), fmt::format("{}", example_results().layers[0].counters.*info.field));
  }
  EXPECT_EQ(cell("recorded_snr_db", 1), "");
  EXPECT_EQ(cell("recorded_snr_db", 2), "40");
  EXPECT_EQ(cell("energy_total_pj", 1), number_text(example_results().layers[0].energy.total_pj));
}

TEST(ResultsCsv, QuotesAwkwardNames) {
  Results results = example_results();
  results.layers[0].name = "a \"b\", c";
  EXPECT_NE(results_csv(results).find("\n\"a \"\"b\"\", c\",scnn,10000,"), std::string::npos);
}

/// Energy of the run by counts and reference table, as Accelergy reckons it.
double accelergy_energy(const std::string& counts_text, const std::string& table_text) {
  std::map<std::string, double> energies;
  const ConfigNode table = ConfigNode::parse(table_text, "ERT.yaml").at("ERT");
  EXPECT_EQ(table.at("version").as_string(), "0.4");
  for (const ConfigNode& component : table.at("tables").items()) {
    for (const ConfigNode& action : component.at("actions").items()) {
      EXPECT_TRUE(action.at("arguments").entries().empty());
      energies[component.at("name").as_string() + '.' + action.at("name").as_string()] =
          action.at("energy").as_number(0, 1e9);
    }
  }
  double sum = 0;
  std::size_t used = 0;
  const ConfigNode counts = ConfigNode::parse(counts_text, "action_counts.yaml").at("action_counts");
  for (const ConfigNode& system : counts.at("subtree").items()) {
    for (const ConfigNode& component : system.at("local").items()) {
      for (const ConfigNode& action : component.at("action_counts").items()) {
        const std::string name = system.at("name").as_string() + '.' + component.at("name").as_string() + '.' +
                                 action.at("name").as_string();
        sum += energies.at(name) * static_cast<double>(action.at("counts").as_integer(0, 1LL << 60));
        ++used;
      }
    }
  }
  EXPECT_EQ(used, energies.size());
  return sum;
}

TEST(ResultsAccelergy, CountsTimesEnergiesAreTheEnergyOfTheRun) {
  const Results results = example_results();
  const std::string counts = accelergy_action_counts(results);
  EXPECT_NE(counts.find("- name: PE[0..63].accumulators\n"), std::string::npos);
  const double energy = accelergy_energy(counts, accelergy_energy_reference_table(results));
  EXPECT_NEAR(energy, results.totals.front().energy.total_pj, 1e-9 * energy);
}

/// One column of `/layers/table`, read by name.
template <class T>
std::vector<T> table_column(const std::string& file, const std::string& name, hid_t type) {
  const pruning::Hdf5Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const pruning::Hdf5Handle table(H5Dopen2(opened.get(), "layers/table", H5P_DEFAULT));
  const pruning::Hdf5Handle space(H5Dget_space(table.get()));
  const pruning::Hdf5Handle column(H5Tcreate(H5T_COMPOUND, sizeof(T)));
  EXPECT_GE(H5Tinsert(column.get(), name.c_str(), 0, type), 0);
  std::vector<T> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  EXPECT_GE(H5Dread(table.get(), column.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0) << name;
  return values;
}

std::string string_attribute(const std::string& file, const std::string& object, const std::string& name) {
  const pruning::Hdf5Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const pruning::Hdf5Handle attribute(
      H5Aopen_by_name(opened.get(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
  const pruning::Hdf5Handle type(H5Aget_type(attribute.get()));
  char* text = nullptr;
  EXPECT_GE(H5Aread(attribute.get(), type.get(), static_cast<void*>(&text)), 0) << object << '@' << name;
  std::string copy = text == nullptr ? "" : text;
  H5free_memory(text);
  return copy;
}

TEST(ResultsHdf5, HoldsTheColumnsOfTheTableWithTheirUnits) {
  const WorkingDirectory directory;
  const Results results = example_results();
  write_results_hdf5(results, "results.h5");
  EXPECT_EQ(string_attribute("results.h5", "/", "schema"), results_schema);
  for (const FigureColumn& column : layer_columns(results)) {
    EXPECT_EQ(string_attribute("results.h5", "/layers/table", column.name + ".unit"), column.unit);
    EXPECT_EQ(string_attribute("results.h5", "/layers/table", column.name + ".description"), column.description);
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
      EXPECT_EQ(table_column<std::int64_t>("results.h5", column.name, H5T_NATIVE_INT64), *integers) << column.name;
    }
  }
  EXPECT_THAT(table_column<double>("results.h5", "recorded_snr_db", H5T_NATIVE_DOUBLE),
              ::testing::ElementsAre(::testing::IsNan(), 40.0));
  EXPECT_THAT(table_column<double>("results.h5", "energy_total_pj", H5T_NATIVE_DOUBLE),
              ::testing::ElementsAre(results.layers[0].energy.total_pj, results.layers[1].energy.total_pj));
}

TEST(ResultFiles, AreTheSameBytesForTheSameResults) {
  const WorkingDirectory directory;
  const auto write_all = [](const std::string& file) {
    const Results results = example_results();
    write_results_hdf5(results, file);
    return results_json(results) + results_csv(results) + accelergy_action_counts(results) +
           accelergy_energy_reference_table(results) + read_file(file);
  };
  const std::string first = write_all("a.h5");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // longer than the resolution of times in HDF5
  EXPECT_EQ(write_all("b.h5"), first);
}

TEST(ResultFiles, HostFiguresAreNumbers) {
  const ordered_json json = ordered_json::parse(host_json({1.5, 1.25, 1000, 2e6}));
  EXPECT_EQ(json.at("seconds"), 1.5);
  EXPECT_EQ(json.at("simulation_seconds"), 1.25);
  EXPECT_EQ(json.at("peak_memory_bytes"), 1000);
  EXPECT_EQ(json.at("products_per_second"), 2e6);
}

TEST(Sha256, IsThatOfThePublishedExamples) {
  const WorkingDirectory directory;
  write_file("empty", "");
  write_file("abc", "abc");
  EXPECT_EQ(sha256_of_file("empty"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of_file("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_THROW(sha256_of_file("missing"), pruning::InputError);
  EXPECT_THROW(sha256_of_file("."), pruning::InputError);
}

}  // namespace
}  // namespace sim::test
