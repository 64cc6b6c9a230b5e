// Do the built-in energy tables follow from the published numbers that their entries name?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "models/scnn/actions.hpp"
#include "pruning/input_error.hpp"
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

TEST(EnergyTables, InSixteenNanometresAreDerivedForThePublishedMachine) {
  const double from_45 = 0.142;  // 45 nm, 0.9 V to 16 nm, 0.8 V
  const double from_65 = 0.090;  // 65 nm, 1.0 V
  const auto between = [](double size, double size_low, double low, double size_high, double high) {
    return low * std::pow(size / size_low, std::log(high / low) / std::log(size_high / size_low));
  };
  // A bit of memories of so many bytes.
  const double register_2 = from_45 * 0.144 / 16;
  const double scratchpad_48 = from_65 * 0.253 / 16;
  const double scratchpad_80 = from_45 * 0.325 / 20;
  const double buffer_128 = from_45 * 0.492 / 16;
  const double scratchpad_448 = from_65 * 0.92 / 16;
  const double buffer_2048 = from_45 * 1.97 / 16;
  const double sram_8192 = from_45 * 10 / 64;
  const double sram_32768 = from_45 * 20 / 64;

  const auto addition_of = [&](double bits) { return from_45 * between(bits, 8, 0.03, 16, 0.05); };
  const double addition = from_45 * between(24, 16, 0.05, 32, 0.1);
  const double multiplication = from_65 * 2.20;
  const double comparison = from_45 * 0.0295 / 32;  // of a bit
  const double bank = 24 * between(96, 80, scratchpad_80, 128, buffer_128);
  const double fifo = 80 * between(500, 448, scratchpad_448, 2048, buffer_2048);
  const double ram = between(10240, 8192, sram_8192, 32768, sram_32768);
  const double lane_queue = 34 * between(34 / 8.0, 2, register_2, 48, scratchpad_48);
  const double bank_queue = 29 * between(29, 2, register_2, 48, scratchpad_48);
  const double bypass = 24 * between(29 / 8.0, 2, register_2, 48, scratchpad_48) + 5 * comparison;
  const double crossing = 34 * 2 * std::sqrt(0.026) * 0.2 * 0.8 * 0.8 / 4 + addition_of(10) + lane_queue + bank_queue;
  // DCNN: 1024 partial sums in one memory, 50 x 4 weights without indices, half of 2 MB / 64.
  const double sums = between(3072, 2048, buffer_2048, 8192, sram_8192);
  const double weights = between(400, 128, buffer_128, 448, scratchpad_448);
  const double activations = between(16384, 8192, sram_8192, 32768, sram_32768);
  expect_entries(built_in(0), {{"multipliers.multiply", {multiplication, 16}},
                               {"multipliers.merge_add", {addition, 24}},
                               {"crossbar.transfer", {crossing, 34}},
                               {"accumulators.add", {addition, 24}},
                               {"accumulators.read", {bank, 24}},
                               {"accumulators.write", {bank, 24}},
                               {"accumulators.drain", {bank, 24}},
                               {"bypass_registers.access", {bypass, 24}},
                               {"weight_fifo.read", {fifo, 80}},
                               {"weight_fifo.write", {fifo, 80}},
                               {"iaram.read", {80 * ram, 80}},
                               {"iaram.write", {8 * ram, 8}},
                               {"oaram.write", {20 * ram, 20}},
                               {"oaram.read", {8 * ram, 8}},
                               {"multipliers.gated", {0.03 * multiplication, 16}},
                               {"adder_tree.add", {addition, 24}},
                               {"accumulation_buffer.add", {addition, 24}},
                               {"accumulation_buffer.read", {24 * sums, 24}},
                               {"accumulation_buffer.write", {24 * sums, 24}},
                               {"accumulation_buffer.drain", {24 * sums, 24}},
                               {"weight_buffer.read", {256 * weights, 256}},
                               {"weight_buffer.write", {256 * weights, 256}},
                               {"activation_sram.read", {256 * activations, 256}},
                               {"activation_sram.write", {16 * activations, 16}},
                               {"activation_sram.fill", {8 * activations, 8}},
                               {"activation_sram.spill", {8 * activations, 8}},
                               {"post_processing.value", {2 * addition + 24 * comparison, 24}},
                               {"halo.transfer", {2 * (multiplication + addition_of(16)) * 24 / 16, 24}},
                               {"halo.add", {addition, 24}},
                               {"dram.read_weights", {64, 8}},
                               {"dram.read_activations", {64, 8}},
                               {"dram.write_activations", {64, 8}}});
}

// What a file says of a machine that does not run is checked, but no part of the table: it would be half an entry.
TEST(EnergyTables, LeaveOutWhatIsStatedOfOtherMachines) {
  const auto with = [](const std::string& components) {
    return read_energy_table(
        ConfigNode::parse(std::string(built_in_energy_tables()[0].text) + "components: " + components + '\n',
                          "built-in table"),
        {Machine::scnn});
  };
  const energy::Table table = with("{pointer_read: {read: {energy_pj: 1}}, multipliers: {multiply: {energy_pj: 3}}}");
  EXPECT_EQ(table.find("pointer_read", "read"), nullptr);
  EXPECT_EQ(table.find("multipliers", "multiply")->energy_pj, 3);
  const energy::Table again = read_energy_table(ConfigNode::parse(energy_table_yaml(table), "again"), {Machine::scnn});
  EXPECT_EQ(energy_table_yaml(again), energy_table_yaml(table));
  EXPECT_THROW(with("{pointer_read: {read: {energy_pj: -1}}}"), pruning::InputError);
}

TEST(EnergyTables, GiveThePublishedMachineItsArea) {
  double pe = 0;
  std::map<std::string, double> areas;
  for (const energy::ComponentArea& area : built_in(0).areas_of("scnn")) pe += areas[area.component] = area.area_um2;
  EXPECT_NEAR(areas.at("crossbar"), 26000, 10);  // calibrated
  EXPECT_NEAR(pe, 123000, 0.05 * 123000);        // SCNN (ISCA 2017), table 3; so is the array's
  EXPECT_NEAR(64 * pe, 7.9e6, 0.05 * 7.9e6);
  EXPECT_FALSE(built_in(0).areas_of("dcnn").empty());
}

TEST(EnergyTables, InRelativeUnitsFollowEyeriss) {
  const auto memory = [](double bytes) { return std::pow(bytes / 512, std::log(6) / std::log(200)); };
  const double addition = 0.05 / 0.95;
  const double bank = memory(32 * 24 / 8.0);
  const double ram = memory(4096 * 20 / 8.0);
  expect_entries(built_in(1), {{"multipliers.multiply", {0.9 / 0.95, 16}},
                               {"multipliers.merge_add", {addition, 16}},
                               {"multipliers.gated", {0.03 * 0.9 / 0.95, 16}},
                               {"crossbar.transfer", {2 * 2 * std::sqrt(0.026 / 0.123), 16}},
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

TEST(EnergyTables, KeepWhatTheRunFileStatesOfADerivedOne) {
  ConfigNode node = ConfigNode::parse(built_in_energy_tables()[0].text, "built-in table");
  node.set("components={dram: {read_weights: {energy_pj: 20}}}");
  const energy::Table table = read_energy_table(node, {Machine::scnn});
  const energy::TableEntry& stated = *table.find("dram", "read_weights");
  EXPECT_EQ(stated.energy_pj, 20);
  EXPECT_EQ(stated.bits, 8);
  EXPECT_EQ(stated.formula, "");
  EXPECT_EQ(stated.source, "stated in the run file");
  EXPECT_EQ(table.find("dram", "read_activations")->energy_pj, 64);
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
      EXPECT_EQ(again.entries[i].formula, table.entries[i].formula);
      EXPECT_EQ(again.entries[i].source, table.entries[i].source);
    }
    ASSERT_EQ(again.areas.size(), table.areas.size());
    for (std::size_t i = 0; i < table.areas.size(); ++i) EXPECT_EQ(again.areas[i].area_um2, table.areas[i].area_um2);
  }
}

}  // namespace
}  // namespace sim::test
