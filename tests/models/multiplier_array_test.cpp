#include "models/scnn/multiplier_array.hpp"

#include "tests/models/bench.hpp"

namespace multiplier_array_test {

using scnn::Activation;
using scnn::Counters;
using scnn::Weight;
using scnn::Window;
using scnn::test::product;
using Products = std::vector<scnn::Product>;

scnn::Parameters machine() {
  scnn::Parameters parameters;
  parameters.weights_per_cycle = 3;
  parameters.activations_per_cycle = 2;
  parameters.accumulator_banks = 4;
  parameters.accumulator_entries = 16;
  return parameters;
}

struct MultiplierArrayTest : scnn::test::Bench {
  MultiplierArrayTest() {
    array.lanes(lanes);
    array.begin_pass(everything, everything, 0, true);
  }

  Products issue(const std::vector<Activation>& activations, const std::vector<Weight>& weights) {
    lanes.issues.clear();
    array.issue(activations, weights);
    EXPECT_EQ(lanes.issues.size(), 1U);
    return lanes.issues.front();
  }
  [[nodiscard]] Counters counters() const {
    Counters all;
    array.add_counters(all);
    return all;
  }

  Window everything{{0, 4}, {0, 4}};
  scnn::test::RecordingLanes lanes;
  scnn::MultiplierArray array{"multiplier_array", machine()};
};

// Does activation ii meet weight ff in lane ii F + ff, and is the address that of the output they belong to?
TEST_F(MultiplierArrayTest, FormsTheCartesianProduct) {
  // Outputs at (row, column) = activation - weight; address = 16 filter + 4 row + column, in 4 banks.
  EXPECT_EQ(issue({{2, 3, 10}, {1, 1, -20}}, {{0, 0, 0, 1}, {0, 1, 1, 2}, {1, 0, 1, 3}}),
            (Products{product(0, 3, 2, 10), product(1, 2, 1, 20), product(2, 2, 6, 30), product(3, 1, 1, -20),
                      product(4, 0, 0, -40), product(5, 0, 5, -60)}));
}

// Do partial vectors leave the lanes empty that a full one would fill?
TEST_F(MultiplierArrayTest, PartialVectorsKeepTheirLanes) {
  EXPECT_EQ(issue({{0, 0, 1}, {0, 1, 1}}, {{0, 0, 0, 5}}), (Products{product(0, 0, 0, 5), product(3, 1, 0, 5)}));
  EXPECT_EQ(issue({{0, 0, 1}}, {{0, 0, 0, 5}, {1, 0, 0, 6}}), (Products{product(0, 0, 0, 5), product(1, 0, 4, 6)}));
  const Counters c = counters();
  EXPECT_EQ(c.issues, 2);
  EXPECT_EQ(c.multiplier_slots, 12);
  EXPECT_EQ(c.products, 4);
  EXPECT_EQ(c.placeholder_lanes, 0);
}

// Is the address counted within the PE's accumulator tile, which need not start at the plane's corner?
TEST_F(MultiplierArrayTest, AddressesTheAccumulatorTile) {
  array.begin_pass({{10, 12}, {20, 23}}, {{0, 100}, {0, 100}}, 0, true);
  // Filter 2 of 2 x 3 outputs, row 11, column 22: 2 * 6 + 1 * 3 + 2 = 17.
  EXPECT_EQ(issue({{12, 24, 7}}, {{2, 1, 2, 1}}), Products{product(0, 1, 4, 7)});
}

// Is a product outside the pass multiplied, and then goes nowhere?
TEST_F(MultiplierArrayTest, DiscardsProductsForOtherOutputs) {
  const std::vector<Weight> corners{{0, 0, 0, 1}, {0, 2, 0, 1}, {0, 0, 2, 1}};
  EXPECT_EQ(issue({{1, 1, 1}, {4, 3, 1}}, corners), (Products{product(0, 1, 1, 1), product(4, 3, 2, 1)}));
  Counters c = counters();
  EXPECT_EQ(c.products, 6);
  EXPECT_EQ(c.products_discarded, 4);
  // The outputs of the pass decide, not the plane.
  array.begin_pass(everything, {{1, 2}, {1, 2}}, 0, true);
  EXPECT_EQ(issue({{1, 1, 1}, {1, 2, 1}}, {{0, 0, 0, 1}}), Products{product(0, 1, 1, 1)});
  c = counters();
  EXPECT_EQ(c.products, 2);
  EXPECT_EQ(c.products_discarded, 1);
}

// Does a pair with a placeholder or a stored zero take its lane, once, and multiply nothing?
TEST_F(MultiplierArrayTest, CountsLanesOfZeros) {
  EXPECT_EQ(issue({{0, 0, 0}, {0, 1, 1}}, {{0, 0, 0, 0}, {0, 0, 0, 8}}), Products{product(4, 1, 0, 8)});
  const Counters c = counters();
  EXPECT_EQ(c.placeholder_lanes, 3);  // both, activation, weight
  EXPECT_EQ(c.products, 1);
  EXPECT_EQ(c.products_discarded, 0);
}

// Are products shifted, rounding half up?
TEST_F(MultiplierArrayTest, ShiftsProducts) {
  const auto value = [&](std::int16_t a, std::int16_t w) { return issue({{0, 0, a}}, {{0, 0, 0, w}}).front().value; };
  EXPECT_EQ(value(-32767, 32767), -1073676289);
  array.begin_pass(everything, everything, 1, true);
  EXPECT_EQ(value(1, 3), 2);
  EXPECT_EQ(value(-1, 3), -1);
  array.begin_pass(everything, everything, 4, true);
  EXPECT_EQ(value(-32767, 32767), -67104768);  // -67104768.06
  EXPECT_EQ(value(1, 7), 0);                   // rounded away, yet a product that crosses the crossbar
}

// Without arithmetic: the same products, without values?
TEST_F(MultiplierArrayTest, CarriesNoValuesInTimingOnlyRuns) {
  array.begin_pass(everything, everything, 0, false);
  EXPECT_EQ(issue({{2, 3, 10}}, {{0, 1, 1, 2}}), Products{product(0, 2, 1, 0)});
  EXPECT_EQ(counters().products, 1);
}

}  // namespace multiplier_array_test
