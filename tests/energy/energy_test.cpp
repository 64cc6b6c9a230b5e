// Do counts times a table give energies whose parts add up?

#include "models/energy/energy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "models/scnn/actions.hpp"

namespace {

energy::Table small_table() {
  return {"small",
          "pJ",
          {{"ram", "read", 2.0, 16, "", "", ""},
           {"ram", "write", 3.0, 16, "", "", ""},
           {"bus", "send", 1.0, 8, "", "", ""}},
          {}};
}

TEST(Energy, IsCountTimesEntryInProportionToTheWidth) {
  const energy::Breakdown breakdown =
      energy::energy_of({{"ram", "read", 10, 16}, {"bus", "send", 5, 24}, {"ram", "write", 1, 32}}, small_table());
  ASSERT_EQ(breakdown.components.size(), 2U);
  EXPECT_EQ(breakdown.components[0].component, "ram");
  EXPECT_DOUBLE_EQ(breakdown.components[0].energy_pj, 10 * 2.0 + 1 * 3.0 * 2);
  EXPECT_EQ(breakdown.components[1].component, "bus");
  EXPECT_DOUBLE_EQ(breakdown.components[1].energy_pj, 5 * 1.0 * 3);
  EXPECT_DOUBLE_EQ(breakdown.total_pj, 41.0);
}

TEST(Energy, OfAnActionWithoutAnEntryNamesTableComponentAndAction) {
  try {
    energy::energy_of({{"ram", "refresh", 0, 16}}, small_table());
    FAIL() << "an action without an entry went through";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "energy table small has no entry for component ram, action refresh");
  }
}

TEST(Energy, BreakdownsAddUpByComponent) {
  energy::Breakdown sum = energy::energy_of({{"ram", "read", 1, 16}}, small_table());
  sum += energy::energy_of({{"bus", "send", 1, 8}, {"ram", "read", 2, 16}}, small_table());
  ASSERT_EQ(sum.components.size(), 2U);
  EXPECT_DOUBLE_EQ(sum.components[0].energy_pj, 6.0);
  EXPECT_DOUBLE_EQ(sum.components[1].energy_pj, 1.0);
  EXPECT_DOUBLE_EQ(sum.total_pj, 7.0);
}

/// Count and width of every action, by `component.action`.
std::map<std::string, std::pair<std::int64_t, std::int64_t>> actions(const scnn::Counters& counters,
                                                                     const scnn::Parameters& parameters) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> all;
  for (const energy::ActionCount& count : scnn::actions_of(counters, parameters)) {
    all[std::string(count.component) + '.' + std::string(count.action)] = {count.count, count.bits};
  }
  return all;
}

scnn::Counters distinct_counters() {
  scnn::Counters counters;
  std::int64_t value = 1;
  for (const auto& info : scnn::counter_table()) counters.*info.field = value *= 2;
  return counters;
}

TEST(ScnnActions, HaveTheCountsAndWidthsOfThePublishedMachine) {
  const scnn::Counters c = distinct_counters();
  const std::map<std::string, std::pair<std::int64_t, std::int64_t>> expected{
      {"multipliers.multiply", {c.products, 16}},
      {"multipliers.merge_add", {c.products_merged, 24}},
      {"crossbar.transfer", {c.crossbar_transfers, 24 + 10}},
      {"accumulators.add", {c.crossbar_transfers, 24}},
      {"accumulators.read", {c.accumulator_references, 24}},
      {"accumulators.write", {c.accumulator_references, 24}},
      {"accumulators.drain", {c.halo_values + c.ppu_values, 24}},
      {"bypass_registers.access", {0, 24}},
      {"weight_fifo.read", {c.weight_fifo_reads, 80}},
      {"weight_fifo.write", {c.weight_fifo_writes, 80}},
      {"iaram.read", {c.iaram_vector_reads, 80}},
      {"iaram.write", {c.dram_activation_bytes_read, 8}},
      {"oaram.write", {c.oaram_elements_written, 20}},
      {"oaram.read", {c.dram_activation_bytes_written, 8}},
      {"post_processing.value", {c.ppu_values, 24}},
      {"halo.transfer", {c.halo_values, 24}},
      {"halo.add", {c.halo_values, 24}},
      {"dram.read_weights", {c.dram_weight_bytes_read, 8}},
      {"dram.read_activations", {c.dram_activation_bytes_read, 8}},
      {"dram.write_activations", {c.dram_activation_bytes_written, 8}},
  };
  EXPECT_EQ(actions(c, {}), expected);
}

TEST(ScnnActions, FollowTheParameters) {
  const scnn::Counters c = distinct_counters();
  scnn::Parameters parameters;
  parameters.accumulator_bits = 20;
  parameters.accumulator_banks = 8;
  parameters.accumulator_entries = 100;
  parameters.bypass_registers = 2;
  parameters.index_bits = 5;
  parameters.weights_per_cycle = 2;
  const auto all = actions(c, parameters);
  EXPECT_EQ(all.at("crossbar.transfer").second, 20 + 10);  // 800 places need 10 bits
  // Sum and the numbers, of 7 bits each, of the entries in both registers.
  EXPECT_EQ(all.at("bypass_registers.access"), std::pair(c.bypass_hits + c.accumulator_references, std::int64_t{34}));
  EXPECT_EQ(all.at("weight_fifo.read").second, 2 * 21);
  EXPECT_EQ(all.at("iaram.read").second, 4 * 21);
}

TEST(ScnnCounters, AddUpFieldByField) {
  scnn::Counters sum = distinct_counters();
  sum += distinct_counters();
  for (const auto& info : scnn::counter_table())
    EXPECT_EQ(sum.*info.field, 2 * (distinct_counters().*info.field)) << info.name;

  scnn::PeCycles cycles{1, 2, 4, 8, 16, 32, 64};
  EXPECT_EQ(cycles.total(), 127);
  cycles += cycles;
  EXPECT_EQ(cycles.total(), 254);
}

}  // namespace
