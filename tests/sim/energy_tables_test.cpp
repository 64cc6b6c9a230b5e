// Do the built-in energy tables follow from the published numbers that their entries name?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "models/scnn/actions.hpp"
#include "sim/embedded_text.hpp"
#include "sim/energy_table_reader.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

using workloads::ConfigNode;

energy::Table built_in(std::size_t position) {
  return read_energy_table(ConfigNode::parse(built_in_energy_tables()[position].text, "built-in table"),
                           {Machine::scnn, Machine::dcnn});
}

/// Compares energy and width of every entry, to the four digits that tables state.
void expect_entries(const energy::Table& table, const std::map<std::string, std::pair<double, int>>& expected) {
  for (const auto& [name, value] : expected) {
    const std::size_t dot = name.find('.');
    const energy::TableEntry* entry = table.find(name.substr(0, dot), name.substr(dot + 1));
    ASSERT_NE(entry, nullptr) << name;
    EXPECT_NEAR(entry->energy_pj, value.first, 5e-4 * value.first) << name;
    EXPECT_EQ(entry->bits, value.second) << name;
  }
  EXPECT_EQ(table.entries.size(), expected.size());
}

TEST(EnergyTables, InSixteenNanometresAreScaledFromPublishedNumbers) {
  const double scaling = 0.142;  // 45 nm, 0.9 V to 16 nm, 0.8 V
  const auto sram = [&](double bits, double bytes) { return 10 * bits / 64 * std::sqrt(bytes / 8192) * scaling; };
  const double addition = 0.1 * 24 / 32 * scaling;
  const double bank = sram(24, 32 * 24 / 8);
  const double fifo = sram(80, 50 * 80 / 8);
  const double comparison = 0.0295 * 24 / 32 * scaling;
  expect_entries(built_in(0), {{"multipliers.multiply", {0.9 * scaling, 16}},
                               {"multipliers.merge_add", {addition, 24}},
                               {"crossbar.transfer", {0.68 * std::log2(32) / 2 * 34 / 32 * scaling, 34}},
                               {"accumulators.add", {addition, 24}},
                               {"accumulators.read", {bank, 24}},
                               {"accumulators.write", {bank, 24}},
                               {"accumulators.drain", {bank, 24}},
                               {"bypass_registers.access", {0.144 * scaling, 16}},
                               {"weight_fifo.read", {fifo, 80}},
                               {"weight_fifo.write", {fifo, 80}},
                               {"iaram.read", {sram(80, 4096 * 20 / 8), 80}},
                               {"iaram.write", {sram(80, 4096 * 20 / 8), 80}},
                               {"oaram.write", {sram(20, 4096 * 20 / 8), 20}},
                               {"oaram.read", {sram(20, 4096 * 20 / 8), 20}},
                               {"adder_tree.add", {addition, 24}},
                               {"accumulation_buffer.add", {addition, 24}},
                               {"accumulation_buffer.read", {sram(24, 1024 * 24 / 8), 24}},
                               {"accumulation_buffer.write", {sram(24, 1024 * 24 / 8), 24}},
                               {"accumulation_buffer.drain", {sram(24, 1024 * 24 / 8), 24}},
                               {"weight_buffer.read", {sram(256, 500), 256}},
                               {"weight_buffer.write", {sram(256, 500), 256}},
                               {"activation_sram.read", {sram(256, 2 * 1024 * 1024 / 64), 256}},
                               {"activation_sram.write", {sram(16, 2 * 1024 * 1024 / 64), 16}},
                               {"activation_sram.fill", {sram(16, 2 * 1024 * 1024 / 64), 16}},
                               {"activation_sram.spill", {sram(16, 2 * 1024 * 1024 / 64), 16}},
                               {"post_processing.value", {2 * addition + comparison, 24}},
                               {"halo.transfer", {2 * (0.9 + 0.05) * 24 / 16 * scaling, 24}},
                               {"halo.add", {addition, 24}},
                               {"dram.read_weights", {640, 32}},
                               {"dram.read_activations", {640, 32}},
                               {"dram.write_activations", {640, 32}}});
}

TEST(EnergyTables, InRelativeUnitsFollowEyeriss) {
  const auto memory = [](double bytes) { return std::pow(bytes / 512, std::log(6) / std::log(200)); };
  const double addition = 0.05 / 0.95;
  const double bank = memory(32 * 24 / 8.0);
  const double ram = memory(4096 * 20 / 8.0);
  expect_entries(built_in(1), {{"multipliers.multiply", {0.9 / 0.95, 16}},
                               {"multipliers.merge_add", {addition, 16}},
                               {"crossbar.transfer", {2 * std::sqrt(0.026 / 0.123), 16}},
                               {"accumulators.add", {addition, 16}},
                               {"accumulators.read", {bank, 16}},
                               {"accumulators.write", {bank, 16}},
                               {"accumulators.drain", {bank, 16}},
                               {"bypass_registers.access", {memory(29 / 8.0), 16}},
                               {"weight_fifo.read", {memory(500), 16}},
                               {"weight_fifo.write", {memory(500), 16}},
                               {"iaram.read", {ram, 16}},
                               {"iaram.write", {ram, 16}},
                               {"oaram.write", {ram, 16}},
                               {"oaram.read", {ram, 16}},
                               {"adder_tree.add", {addition, 16}},
                               {"accumulation_buffer.add", {addition, 16}},
                               {"accumulation_buffer.read", {memory(1024 * 24 / 8.0), 16}},
                               {"accumulation_buffer.write", {memory(1024 * 24 / 8.0), 16}},
                               {"accumulation_buffer.drain", {memory(1024 * 24 / 8.0), 16}},
                               {"weight_buffer.read", {memory(500), 16}},
                               {"weight_buffer.write", {memory(500), 16}},
                               {"activation_sram.read", {memory(2 * 1024 * 1024 / 64.0), 16}},
                               {"activation_sram.write", {memory(2 * 1024 * 1024 / 64.0), 16}},
                               {"activation_sram.fill", {memory(2 * 1024 * 1024 / 64.0), 16}},
                               {"activation_sram.spill", {memory(2 * 1024 * 1024 / 64.0), 16}},
                               {"post_processing.value", {2 * addition, 16}},
                               {"halo.transfer", {2, 16}},
                               {"halo.add", {addition, 16}},
                               {"dram.read_weights", {200, 16}},
                               {"dram.read_activations", {200, 16}},
                               {"dram.write_activations", {200, 16}}});
}

TEST(EnergyTables, AreBuiltInAsTheyStandInTheSourceTree) {
  ASSERT_EQ(built_in_energy_tables().size(), 2U);
  EXPECT_EQ(built_in_energy_tables()[0].name, "scnn-16nm");
  EXPECT_EQ(built_in_energy_tables()[1].name, "eyeriss-relative");
  for (const EmbeddedText& table : built_in_energy_tables()) {
    EXPECT_EQ(table.text,
              read_file(std::string(SCNN_SOURCE_DIR) + "/configs/energy/" + std::string(table.name) + ".yaml"));
  }
}

TEST(EnergyTables, NameNodeAndSourceOfEveryEntry) {
  for (std::size_t position = 0; position < built_in_energy_tables().size(); ++position) {
    for (const energy::TableEntry& entry : built_in(position).entries) {
      EXPECT_FALSE(entry.node.empty()) << entry.component << '.' << entry.action;
      EXPECT_FALSE(entry.source.empty()) << entry.component << '.' << entry.action;
    }
  }
}

TEST(EnergyTables, AreReadBackAsTheyAreWritten) {
  for (std::size_t position = 0; position < built_in_energy_tables().size(); ++position) {
    const energy::Table table = built_in(position);
    const std::string text = energy_table_yaml(table);
    const energy::Table again = read_energy_table(ConfigNode::parse(text, "text"), {Machine::scnn, Machine::dcnn});
    EXPECT_EQ(energy_table_yaml(again), text);
    ASSERT_EQ(again.entries.size(), table.entries.size());
    for (std::size_t i = 0; i < table.entries.size(); ++i) {
      EXPECT_EQ(again.entries[i].energy_pj, table.entries[i].energy_pj);
      EXPECT_EQ(again.entries[i].source, table.entries[i].source);
    }
  }
}

}  // namespace
}  // namespace sim::test
