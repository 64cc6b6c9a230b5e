// Do the tables of a sweep depend on its points alone, whatever order they came in and whatever figures they have?

#include "sim/sweep/sweep_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/results_csv.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<std::optional<double>>;
using Texts = std::vector<std::string>;

PointOutcome outcome(std::vector<FigureColumn> totals, std::vector<FigureColumn> layers) {
  PointOutcome outcome;
  outcome.totals = std::move(totals);
  outcome.layers = std::move(layers);
  return outcome;
}

class Database : public ::testing::Test {
 protected:
  Database() {
    write_file("sweep.yaml",
               "base:\n"
               "  network: {name: tiny, input: {channels: 3, height: 8, width: 8},\n"
               "            layers: [{name: conv1, type: conv, output_channels: 8, kernel: 3}]}\n"
               "  weights: {synthetic: {}}\n  activations: {synthetic: {}}\n"
               "axes: {accelerator.pe.rows: [2, 4, 300], pruning: [{granularity: none}, {granularity: fine, density: "
               "0.5}]}\n"
               "objectives: [energy, cycles, area]\n");
    // Machines that count different things.
    const FigureColumn cycles{"cycles", "cycles", "how long", Integers{30}};
    const FigureColumn one{"issues", "issues", "of the one machine", Integers{3}};
    const FigureColumn other{"reads", "bytes", "of the other", Integers{5}};
    const FigureColumn energy{"energy_total_pj", "pJ", "how much", Reals{1.5}};
    outcomes.push_back(outcome({cycles, one, energy}, {{"layer", "", "", Texts{"a", "b"}}}));
    outcomes.push_back(outcome({{"cycles", "cycles", "how long", Integers{20}}, energy, other},
                               {{"layer", "", "", Texts{"a"}}, {"share", "", "", Reals{std::nullopt}}}));
    outcomes.emplace_back();
    outcomes.back().reason = "no, \"not\" this";
  }

  /// The tables of a database that points were added to in the given order.
  std::string tables_after(const std::vector<std::size_t>& order) {
    const std::string file = "sweep-" + std::to_string(files_++) + ".db";
    const SweepPlan plan(read_sweep_file("sweep.yaml"));
    SweepDatabase database(file, plan);
    for (const std::size_t point : order) database.add(2 * point, plan.values(2 * point), outcomes[point]);
    return csv_table(database.point_table()) + csv_table(database.layer_table());
  }

  WorkingDirectory directory;
  std::vector<PointOutcome> outcomes;
  int files_ = 0;
};

TEST_F(Database, GivesTablesThatDependOnPointsAlone) {
  const std::string tables = tables_after({0, 1, 2});
  EXPECT_EQ(tables,
            "point,status,reason,accelerator.pe.rows,pruning,cycles,energy_total_pj,issues,reads\n"
            "1,done,,2,{granularity: none},30,1.5,3,\n"
            "3,done,,4,{granularity: none},20,1.5,,5\n"
            "5,invalid,\"no, \"\"not\"\" this\",300,{granularity: none},,,,\n"
            "point,layer,share\n1,a,\n1,b,\n3,a,\n");
  EXPECT_EQ(tables_after({2, 1, 0}), tables);
  EXPECT_EQ(tables_after({1, 2, 0}), tables);
}

TEST_F(Database, KeepsAPointOnce) {
  const SweepPlan plan(read_sweep_file("sweep.yaml"));
  SweepDatabase database("sweep.db", plan);
  database.add(0, plan.values(0), outcomes[0]);
  EXPECT_THROW(database.add(0, plan.values(0), outcomes[1]), pruning::InputError);
  EXPECT_THAT(csv_table(database.layer_table()), "point,layer\n1,a\n1,b\n");
  EXPECT_THAT(database.points(), ::testing::ElementsAre(0));
}

TEST_F(Database, KnowsTheBestPoint) {
  const SweepPlan plan(read_sweep_file("sweep.yaml"));
  SweepDatabase database("sweep.db", plan);
  const std::vector<Objective>& objectives = plan.sweep().objectives;
  EXPECT_EQ(database.about("objectives"), "energy,cycles,area");
  EXPECT_FALSE(database.best(objectives[1]));
  for (const std::size_t point : {2, 0, 1}) database.add(2 * point, plan.values(2 * point), outcomes[point]);
  EXPECT_EQ(database.best(objectives[0])->point, 0U);  // of equals the first
  EXPECT_EQ(database.best(objectives[1])->point, 2U);
  EXPECT_EQ(database.best(objectives[1])->value, 20);
  EXPECT_EQ(database.best(objectives[1])->unit, "cycles");
  EXPECT_FALSE(database.best(objectives[2]));  // no point has an area
}

// The same points under other objectives are the same sweep.
TEST_F(Database, FollowsTheWordingOfTheSweepFile) {
  { const SweepDatabase first("sweep.db", SweepPlan(read_sweep_file("sweep.yaml"))); }
  write_file("sweep.yaml", read_file("sweep.yaml") + "# A comment\n");
  SweepDatabase again("sweep.db", SweepPlan(read_sweep_file("sweep.yaml")));
  EXPECT_EQ(again.about("text"), read_file("sweep.yaml"));
}

TEST_F(Database, CountsPointsThatAreWrong) {
  const SweepPlan plan(read_sweep_file("sweep.yaml"));
  SweepDatabase database("sweep.db", plan);
  EXPECT_EQ(database.wrong_points(), 0);
  for (const std::size_t point : {0, 1, 2}) {
    const auto exact = point == 2 ? std::nullopt : std::optional(static_cast<double>(point));
    database.add(point, plan.values(point), outcome({{"bit_exact", "", "", Reals{exact}}}, {}));
  }
  EXPECT_EQ(database.wrong_points(), 1);
}

TEST(PointOutcomes, TravelAsBytes) {
  PointOutcome one = outcome(
      {{"a", "pJ", "first", Reals{0.1, std::nullopt}}, {"b", "", "", std::vector<std::optional<std::int64_t>>{7, {}}}},
      {{"c", "", "", Texts{"x", ""}}, {"d", "", "", Integers{-(std::int64_t{1} << 62)}}});
  one.host_seconds = 0.25;
  const PointOutcome other = point_outcome_of(bytes_of(one));
  EXPECT_EQ(other.host_seconds, 0.25);
  EXPECT_EQ(other.reason, std::nullopt);
  EXPECT_EQ(bytes_of(other), bytes_of(one));
  EXPECT_EQ(other.totals[0].values, one.totals[0].values);
  EXPECT_EQ(other.totals[0].unit, "pJ");
  EXPECT_EQ(other.layers[1].values, one.layers[1].values);
}

}  // namespace
}  // namespace sim::test
