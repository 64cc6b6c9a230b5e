#include "models/scnn/accumulator_banks.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <list>
#include <memory>

#include "models/scnn/output_bypass.hpp"
#include "tests/models/bench.hpp"

namespace accumulator_banks_test {

using scnn::Counters;
using scnn::Parameters;
using scnn::test::product;

Parameters machine(std::int64_t registers, std::int64_t sets = 2, std::int64_t banks = 4) {
  Parameters parameters;
  parameters.accumulator_banks = banks;
  parameters.accumulator_entries = 8;
  parameters.accumulator_sets = sets;
  parameters.bypass_registers = registers;
  return parameters;
}

/// Accumulator banks with the bypass registers that belong to them.
struct Accumulators {
  explicit Accumulators(const Parameters& parameters) : banks("accumulator_banks", parameters) {
    if (parameters.bypass_registers > 0) {
      bypass = std::make_unique<scnn::OutputBypass>("output_bypass", parameters);
      banks.bypass(*bypass);
    }
    banks.begin_pass();
    banks.begin_group();
  }
  /// One product a cycle.
  void add(std::uint32_t bank, std::uint32_t entry, std::int32_t value) {
    banks.retire(std::vector{product(0, bank, entry, value)});
  }
  [[nodiscard]] std::int64_t partial_sum(std::int64_t address) const {
    std::vector<std::int64_t> sums(static_cast<std::size_t>(address) + 1);
    banks.read_partial_sums(sums);
    return sums.back();
  }
  [[nodiscard]] std::int64_t hits() const { return counters().bypass_hits; }
  [[nodiscard]] std::int64_t references() const { return counters().accumulator_references; }
  [[nodiscard]] Counters counters() const {
    Counters all;
    banks.add_counters(all);
    return all;
  }

  std::unique_ptr<scnn::OutputBypass> bypass;
  scnn::AccumulatorBanks banks;
};

class AccumulatorBanksTest : public scnn::test::Bench {};
class OutputBypassTest : public scnn::test::Bench {};

// Where does the partial sum of an address lie: bank a mod A, entry a / A?
TEST_F(AccumulatorBanksTest, AddsEachProductToItsAddress) {
  Accumulators accumulators(machine(0));
  accumulators.banks.retire(std::vector{product(0, 0, 0, 5), product(1, 1, 0, -3), product(2, 3, 7, 11)});
  accumulators.banks.retire(std::vector{product(0, 1, 0, -4), product(1, 2, 7, 1)});
  accumulators.banks.end_group();
  EXPECT_EQ(accumulators.partial_sum(0), 5);
  EXPECT_EQ(accumulators.partial_sum(1), -7);
  EXPECT_EQ(accumulators.partial_sum(2), 0);
  EXPECT_EQ(accumulators.partial_sum(7 * 4 + 2), 1);
  EXPECT_EQ(accumulators.partial_sum(7 * 4 + 3), 11);
  EXPECT_EQ(accumulators.references(), 5);
  EXPECT_EQ(accumulators.hits(), 0);
}

// Is one set still there to be drained while the next group accumulates in the other?
TEST_F(AccumulatorBanksTest, TwoSetsTakeTurns) {
  Accumulators accumulators(machine(0));
  accumulators.add(0, 1, 10);
  accumulators.banks.end_group();
  accumulators.banks.begin_group();
  accumulators.add(0, 1, 20);
  EXPECT_EQ(accumulators.partial_sum(4), 10);
  accumulators.banks.end_group();
  EXPECT_EQ(accumulators.partial_sum(4), 20);
  accumulators.banks.begin_group();
  accumulators.add(0, 1, 40);
  EXPECT_EQ(accumulators.partial_sum(4), 20);
  accumulators.banks.end_group();
  EXPECT_EQ(accumulators.partial_sum(4), 40);  // without what the set held two groups before
}

// Does one set begin each group at zero?
TEST_F(AccumulatorBanksTest, OneSetIsClearedForEachGroup) {
  Accumulators accumulators(machine(0, 1));
  accumulators.add(0, 1, 10);
  accumulators.banks.end_group();
  EXPECT_EQ(accumulators.partial_sum(4), 10);
  accumulators.banks.begin_group();
  accumulators.add(0, 1, 20);
  accumulators.banks.end_group();
  EXPECT_EQ(accumulators.partial_sum(4), 20);
}

// Does the count go on over the groups of a pass, and start again with the next pass?
TEST_F(AccumulatorBanksTest, CountsPassByPass) {
  Accumulators accumulators(machine(1));
  accumulators.add(0, 0, 1);
  accumulators.add(0, 0, 1);
  accumulators.banks.end_group();
  accumulators.banks.begin_group();
  accumulators.add(0, 0, 1);
  EXPECT_EQ(accumulators.references(), 2);
  EXPECT_EQ(accumulators.hits(), 1);
  accumulators.banks.end_group();
  accumulators.banks.begin_pass();
  EXPECT_EQ(accumulators.counters(), Counters{});
}

// Is only what a register holds a hit: the same entry of the same bank, and nothing in between with one register?
TEST_F(OutputBypassTest, HitsTheEntryUsedLast) {
  Accumulators accumulators(machine(1));
  accumulators.add(0, 3, 1);  // miss
  accumulators.add(0, 3, 1);  // hit
  accumulators.add(1, 3, 1);  // miss: another bank
  accumulators.add(0, 3, 1);  // hit: banks have registers of their own
  accumulators.add(0, 4, 1);  // miss
  accumulators.add(0, 3, 1);  // miss: replaced
  EXPECT_EQ(accumulators.hits(), 2);
  EXPECT_EQ(accumulators.references(), 4);
  accumulators.banks.end_group();
  EXPECT_EQ(accumulators.partial_sum(3 * 4), 4);
  EXPECT_EQ(accumulators.partial_sum(3 * 4 + 1), 1);
  EXPECT_EQ(accumulators.partial_sum(4 * 4), 1);
}

// Is the least recently used register replaced, not the oldest?
TEST_F(OutputBypassTest, ReplacesTheLeastRecentlyUsed) {
  Accumulators accumulators(machine(2));
  accumulators.add(0, 1, 1);  // miss: 1
  accumulators.add(0, 2, 1);  // miss: 2 1
  accumulators.add(0, 1, 1);  // hit: 1 2
  accumulators.add(0, 3, 1);  // miss, replaces 2: 3 1
  EXPECT_EQ(accumulators.hits(), 1);
  accumulators.add(0, 1, 1);  // hit: 1 3
  EXPECT_EQ(accumulators.hits(), 2);
  accumulators.add(0, 2, 1);  // miss, replaces 3: 2 1
  EXPECT_EQ(accumulators.hits(), 2);
  accumulators.add(0, 3, 1);  // miss, replaces 1
  EXPECT_EQ(accumulators.hits(), 2);
  EXPECT_EQ(accumulators.references(), 5);
}

// Do the registers write back what they hold at the end of a group, and start the next empty?
TEST_F(OutputBypassTest, IsEmptiedAtTheEndOfAGroup) {
  Accumulators accumulators(machine(4));
  for (std::uint32_t entry = 0; entry < 3; ++entry) accumulators.add(2, entry, 10 + static_cast<std::int32_t>(entry));
  accumulators.banks.end_group();
  for (int entry = 0; entry < 3; ++entry) EXPECT_EQ(accumulators.partial_sum(entry * 4 + 2), 10 + entry);
  accumulators.banks.begin_group();
  accumulators.add(2, 0, 1);
  EXPECT_EQ(accumulators.hits(), 0);
  accumulators.banks.end_group();
  EXPECT_EQ(accumulators.partial_sum(2), 1);
  EXPECT_EQ(accumulators.partial_sum(4 + 2), 0);
}

// Do registers change no sum, and are hits those of a list of entries in the order of their last use?
RC_GTEST_FIXTURE_PROP(OutputBypassTest, ChangesNoSumAndHitsWhatItHolds, ()) {
  const auto registers = *rc::gen::inRange<std::size_t>(1, 9);
  Accumulators accumulators(machine(static_cast<std::int64_t>(registers), 2, 2));
  for (int group = 0; group < 3; ++group) {
    const std::int64_t hits_before = accumulators.hits();
    const std::int64_t references_before = accumulators.references();
    std::vector<std::int64_t> sums(16, 0);
    std::list<std::uint32_t> recent[2];
    std::int64_t hits = 0;
    const auto products = *rc::gen::container<std::vector<std::pair<std::uint32_t, std::int16_t>>>(
        rc::gen::pair(rc::gen::inRange<std::uint32_t>(0, 16), rc::gen::arbitrary<std::int16_t>()));
    for (const auto& [address, value] : products) {
      accumulators.add(address % 2, address / 2, value);
      sums[address] += value;
      auto& list = recent[address % 2];
      const auto held = std::find(list.begin(), list.end(), address);
      if (held != list.end()) {
        ++hits;
        list.erase(held);
      }
      list.push_front(address);
      if (list.size() > registers) list.pop_back();
    }
    accumulators.banks.end_group();
    for (std::int64_t address = 0; address < 16; ++address) {
      RC_ASSERT(accumulators.partial_sum(address) == sums[static_cast<std::size_t>(address)]);
    }
    RC_ASSERT(accumulators.hits() - hits_before == hits);
    RC_ASSERT(accumulators.references() - references_before == std::ssize(products) - hits);
    accumulators.banks.begin_group();
  }
}

}  // namespace accumulator_banks_test
