#include "models/scnn/scatter_crossbar.hpp"

#include "tests/models/bench.hpp"

namespace scatter_crossbar_test {

using scnn::Parameters;
using scnn::Product;
using scnn::ScatterCrossbar;
using scnn::test::product;
using Lanes = std::vector<std::uint32_t>;

/// Banks that keep what retires, cycle by cycle.
struct RecordingBanks : scnn::RetireInterface {
  void retire(std::span<const Product> products) override { retired.emplace_back(products.begin(), products.end()); }
  std::vector<std::vector<Product>> retired;
};

/// A crossbar whose cycles are counted from 0.
struct Machine {
  explicit Machine(const Parameters& parameters) : crossbar("scatter_crossbar", parameters) { crossbar.banks(banks); }

  /// Runs the next cycle. @return lanes of the products that retire in it
  Lanes cycle() {
    banks.retired.clear();
    crossbar.advance();
    Lanes lanes;
    for (const auto& products : banks.retired) {
      for (const Product& p : products) lanes.push_back(p.lane);
    }
    EXPECT_EQ(crossbar.retired(), !lanes.empty());
    return lanes;
  }
  void issue(std::vector<Product> products) { crossbar.load(products); }
  [[nodiscard]] std::int64_t transfers() const {
    scnn::Counters counters;
    crossbar.add_counters(counters);
    return counters.crossbar_transfers;
  }

  RecordingBanks banks;
  ScatterCrossbar crossbar;
};

Parameters small(std::int64_t bank_queue, std::int64_t lane_queue = 1, std::int64_t bank_writes = 0) {
  Parameters parameters;
  parameters.weights_per_cycle = 2;
  parameters.activations_per_cycle = 2;
  parameters.accumulator_banks = 3;
  parameters.bank_queue = bank_queue;
  parameters.lane_queue = lane_queue;
  parameters.bank_writes = bank_writes;
  return parameters;
}

class ScatterCrossbarTest : public scnn::test::Bench {};

// A product that enters its lane at t: is it in the queue at t + 1 and retired at t + 2?
TEST_F(ScatterCrossbarTest, TakesTwoCyclesToABank) {
  Machine machine(small(8));
  EXPECT_TRUE(machine.crossbar.ready());
  EXPECT_TRUE(machine.crossbar.empty());
  EXPECT_EQ(machine.cycle(), Lanes{});
  machine.issue({product(2, 1, 5, -7)});  // cycle 0
  EXPECT_FALSE(machine.crossbar.ready());
  EXPECT_EQ(machine.transfers(), 0);
  EXPECT_EQ(machine.cycle(), Lanes{});  // 1
  EXPECT_TRUE(machine.crossbar.ready());
  EXPECT_FALSE(machine.crossbar.empty());
  EXPECT_EQ(machine.transfers(), 1);
  EXPECT_EQ(machine.cycle(), Lanes{2});  // 2
  EXPECT_EQ(machine.banks.retired.front(), std::vector{product(2, 1, 5, -7)});
  EXPECT_TRUE(machine.crossbar.empty());
  EXPECT_EQ(machine.cycle(), Lanes{});
  EXPECT_EQ(machine.transfers(), 1);
}

// Does each bank retire one product a cycle, all banks at once?
TEST_F(ScatterCrossbarTest, RetiresOneProductPerBankAndCycle) {
  Machine machine(small(8));
  machine.issue({product(0, 2), product(1, 0), product(2, 2), product(3, 1)});
  EXPECT_EQ(machine.cycle(), Lanes{});  // all enter their queues
  EXPECT_TRUE(machine.crossbar.ready());
  EXPECT_EQ(machine.transfers(), 4);
  EXPECT_EQ(machine.cycle(), (Lanes{1, 3, 0}));  // by bank
  EXPECT_EQ(machine.cycle(), (Lanes{2}));
  EXPECT_TRUE(machine.crossbar.empty());
}

// Does a full queue hold up its lanes, and only these, until its bank has retired?
TEST_F(ScatterCrossbarTest, FullQueueHoldsLanesUp) {
  Machine machine(small(2));
  machine.issue({product(0, 0), product(1, 0), product(2, 0), product(3, 1)});
  EXPECT_EQ(machine.cycle(), Lanes{});  // lanes 0, 1 and 3 move; lane 2 finds the queue full
  EXPECT_FALSE(machine.crossbar.ready());
  EXPECT_EQ(machine.transfers(), 3);
  EXPECT_EQ(machine.cycle(), (Lanes{0, 3}));  // the bank retires first, then lane 2 moves
  EXPECT_TRUE(machine.crossbar.ready());
  EXPECT_EQ(machine.transfers(), 4);
  EXPECT_EQ(machine.cycle(), (Lanes{1}));
  EXPECT_EQ(machine.cycle(), (Lanes{2}));
  EXPECT_TRUE(machine.crossbar.empty());
}

// Do rising lanes go first where a queue has room for one?
TEST_F(ScatterCrossbarTest, LowerLanesGoFirst) {
  Machine machine(small(1));
  machine.issue({product(0, 0), product(1, 0), product(2, 0)});
  EXPECT_EQ(machine.cycle(), Lanes{});
  EXPECT_EQ(machine.cycle(), Lanes{0});
  // Lane 1 has moved; a new product in lane 0 overtakes lane 2.
  EXPECT_FALSE(machine.crossbar.ready());
  machine.issue({product(0, 0, 9)});
  EXPECT_EQ(machine.cycle(), Lanes{1});
  EXPECT_EQ(machine.cycle(), Lanes{0});
  EXPECT_EQ(machine.cycle(), Lanes{2});
}

// With one write per bank and cycle: does the second lane wait although the queue has room?
TEST_F(ScatterCrossbarTest, LimitsTheWritesOfABank) {
  for (const std::int64_t writes : {1, 2, 3}) {
    const Parameters parameters = small(8, 1, writes);
    RecordingBanks banks;
    ScatterCrossbar crossbar(sc_core::sc_gen_unique_name("crossbar"), parameters);
    crossbar.banks(banks);
    crossbar.load(std::vector{product(0, 0), product(1, 0), product(2, 0), product(3, 1)});
    std::vector<std::int64_t> transfers;
    for (int cycle = 1; cycle <= 3; ++cycle) {
      crossbar.advance();
      scnn::Counters counters;
      crossbar.add_counters(counters);
      transfers.push_back(counters.crossbar_transfers);
    }
    // Bank 1 takes its product at once; bank 0 takes `writes` a cycle.
    EXPECT_EQ(transfers, (std::vector{std::min<std::int64_t>(writes, 3) + 1, std::min<std::int64_t>(2 * writes, 3) + 1,
                                      std::int64_t{4}}))
        << writes;
  }
}

// Do products of one lane keep their order, one leaving in a cycle, while there is room for so many?
TEST_F(ScatterCrossbarTest, LanesAreQueues) {
  Machine machine(small(8, 2));
  machine.issue({product(0, 0, 1), product(1, 1, 1)});
  EXPECT_TRUE(machine.crossbar.ready());
  machine.issue({product(0, 1, 2)});
  EXPECT_FALSE(machine.crossbar.ready());
  EXPECT_EQ(machine.cycle(), Lanes{});
  EXPECT_EQ(machine.transfers(), 2);
  EXPECT_TRUE(machine.crossbar.ready());
  EXPECT_EQ(machine.cycle(), (Lanes{0, 1}));
  EXPECT_EQ(machine.transfers(), 3);
  EXPECT_EQ(machine.cycle(), Lanes{0});
  EXPECT_EQ(machine.banks.retired.front().front().entry, 2U);
}

// Is the last of many lanes and banks reached? (Their occupancy is kept in words of 64.)
TEST_F(ScatterCrossbarTest, ReachesEveryLaneAndBank) {
  Parameters parameters;
  parameters.weights_per_cycle = parameters.activations_per_cycle = 16;
  parameters.accumulator_banks = 200;
  Machine machine(parameters);
  std::vector<Product> products;
  Lanes expected(200);
  for (std::uint32_t lane = 0; lane < 256; ++lane) {
    products.push_back(product(lane, 199 - lane % 200));
    if (lane < 200) expected[199 - lane] = lane;
  }
  machine.issue(products);
  EXPECT_EQ(machine.cycle(), Lanes{});
  EXPECT_EQ(machine.cycle(), expected);
  EXPECT_EQ(machine.cycle().size(), 56U);
  EXPECT_TRUE(machine.crossbar.empty());
  EXPECT_EQ(machine.transfers(), 256);
}

}  // namespace scatter_crossbar_test
