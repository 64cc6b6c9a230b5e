// Can energy reference tables of Accelergy take the place of a run's own table?

#include "sim/ert_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "models/scnn/actions.hpp"
#include "pruning/input_error.hpp"
#include "sim/energy_table_reader.hpp"
#include "sim/results_accelergy.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

using ::testing::HasSubstr;
using workloads::ConfigNode;

energy::Table read(const std::string& text, const std::vector<Machine>& machines = {Machine::scnn}) {
  return read_energy_table(ConfigNode::parse(text, "run.yaml"), machines);
}

/// Tables of all components but the weight FIFO.
std::string other_tables() {
  std::string text;
  std::string_view open;
  for (const energy::ActionCount& action : scnn::actions_of({}, {})) {
    if (action.component == "weight_fifo") continue;
    if (action.component != open) text += "  - name: system." + std::string(action.component) + "\n    actions:\n";
    open = action.component;
    text += "    - {name: " + std::string(action.action) + ", arguments: {}, energy: 1}\n";
  }
  return text;
}

TEST(EnergyReferenceTable, OfARunGivesItsEnergiesToTheLastDigit) {
  const WorkingDirectory directory;
  Results results = example_results();
  for (energy::TableEntry& entry : results.energy_table.entries) {
    entry.energy_pj /= 3;  // digits that do not end
    entry.bits += 1;       // and other widths than the machine's
  }
  write_file("ERT.yaml", accelergy_energy_reference_table(results));
  const energy::Table again = read("ert: ERT.yaml\n");
  EXPECT_EQ(again.name, "ERT");
  EXPECT_EQ(again.unit, "pJ");
  const auto actions = scnn::actions_of(results.totals.front().counters, results.accelerator);
  EXPECT_EQ(energy::energy_of(actions, again).total_pj, energy::energy_of(actions, results.energy_table).total_pj);
  for (const energy::ActionCount& action : actions) {
    EXPECT_EQ(energy::energy_of_one(action, again), energy::energy_of_one(action, results.energy_table))
        << action.component << '.' << action.action;
  }
}

TEST(EnergyReferenceTable, OfSeveralMachinesGivesEachItsOwn) {
  const WorkingDirectory directory;
  Results results = example_results();
  results.machines = {Machine::scnn, Machine::dcnn};
  results.totals.push_back({});
  results.totals.back().machine = Machine::dcnn;
  write_file("ERT.yaml", accelergy_energy_reference_table(results));
  const energy::Table again = read("ert: ERT.yaml\n", results.machines);
  for (const Machine machine : results.machines) {
    for (const energy::ActionCount& action : actions_of(machine, {}, results.accelerator)) {
      EXPECT_DOUBLE_EQ(energy::energy_of_one(action, again), energy::energy_of_one(action, results.energy_table))
          << action.component << '.' << action.action;
    }
  }
  EXPECT_EQ(again.find("multipliers", "multiply")->source, "ERT.yaml: scnn.PE[0..63].multipliers, multiply");
  EXPECT_EQ(again.find("multipliers", "gated")->source, "ERT.yaml: dcnn.PE[0..63].multipliers, gated");
}

TEST(EnergyReferenceTable, IsReadByTheNamesOfTheMap) {
  const WorkingDirectory directory;
  const std::string text =
      "ERT:\n  version: 0.4\n  tables:\n  - name: system.chip.spad\n    actions:\n"
      "    - {name: update, arguments: null, energy: 2.5}\n    - {name: read, energy: 1.5}\n";
  write_file("mine.yaml", text + other_tables());
  const energy::Table table = read(
      "name: mine\nert: mine.yaml\nmap: {weight_fifo: {name: spad, actions: {write: {name: update, bits: 16}}}}\n");
  EXPECT_EQ(table.name, "mine");
  const energy::TableEntry& written = *table.find("weight_fifo", "write");
  EXPECT_EQ(written.energy_pj, 2.5);
  EXPECT_EQ(written.bits, 16);
  EXPECT_EQ(written.source, "mine.yaml: system.chip.spad, update");
  const energy::TableEntry& fetched = *table.find("weight_fifo", "read");
  EXPECT_EQ(fetched.energy_pj, 1.5);
  EXPECT_EQ(fetched.bits, 80);  // as wide as the machine reads
}

// Accelergy gives some actions an energy for each of several arguments.
TEST(EnergyReferenceTable, TellsActionsOfANameApartByTheirArguments) {
  const WorkingDirectory directory;
  const std::string text =
      "ERT:\n  version: 0.3\n  tables:\n  - name: system.fifo\n    actions:\n"
      "    - {name: read, arguments: null, energy: 9}\n"
      "    - {name: read, arguments: {data_delta: 0, address_delta: 1}, energy: 0.5}\n"
      "    - {name: read, arguments: {data_delta: 1, address_delta: 1}, energy: 1.5}\n"
      "    - {name: write, energy: 2}\n";
  write_file("ERT.yaml", text + other_tables());
  const energy::Table table =
      read("ert: ERT.yaml\nmap: {weight_fifo: {name: fifo, actions: {read: {arguments: {data_delta: 1}}}}}\n");
  EXPECT_EQ(table.find("weight_fifo", "read")->energy_pj, 1.5);
  EXPECT_EQ(table.find("weight_fifo", "write")->energy_pj, 2);
  try {
    read("ert: ERT.yaml\nmap: {weight_fifo: {name: fifo, actions: {read: {arguments: {data_delta: 2}}}}}\n");
    FAIL();
  } catch (const pruning::InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("action read with these arguments of component system.fifo of ERT.yaml"));
  }
}

}  // namespace
}  // namespace sim::test
