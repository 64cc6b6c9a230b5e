// Which points does a sweep file ask for, and do they read as the run files that they stand for?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/sweep/sweep_plan.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

using ::testing::ElementsAre;

const std::string run =
    "network:\n  name: tiny\n  input: {channels: 3, height: 8, width: 8}\n"
    "  layers: [{name: conv1, type: conv, output_channels: 8, kernel: 3}]\n"
    "weights: {synthetic: {}}\nactivations: {synthetic: {}}\npruning: {granularity: fine, density: 0.5}\n";

class DesignSpace : public ::testing::Test {
 protected:
  DesignSpace() { write_file("run.yaml", run); }

  static SweepPlan plan_of(const std::string& text) {
    write_file("sweep.yaml", "base: run.yaml\n" + text);
    return SweepPlan(read_sweep_file("sweep.yaml"));
  }
  /// Values of each point's axes.
  static std::vector<std::string> points_of(const std::string& text) {
    const SweepPlan plan = plan_of(text);
    std::vector<std::string> points;
    for (std::size_t point = 0; point < plan.points().size(); ++point) {
      points.emplace_back();
      for (const std::string& value : plan.values(point)) {
        points.back() += (points.back().empty() ? "" : " ") + value;
      }
    }
    return points;
  }

  WorkingDirectory directory;
};

TEST_F(DesignSpace, CrossesAxesTheLastFastest) {
  EXPECT_THAT(points_of("axes: {accelerator.pe.rows: [2, 4], pruning.granularity: [fine, vector, kernel]}\n"),
              ElementsAre("2 fine", "2 vector", "2 kernel", "4 fine", "4 vector", "4 kernel"));
}

TEST_F(DesignSpace, VariesZippedAxesTogether) {
  EXPECT_THAT(points_of("axes: {accelerator.index_bits: [3, 4]}\nzipped:\n"
                        "  - {accelerator.pe.rows: [2, 4, 2], accelerator.pe.columns: [4, 2, 2]}\n"),
              ElementsAre("3 2 4", "3 4 2", "3 2 2", "4 2 4", "4 4 2", "4 2 2"));
}

TEST_F(DesignSpace, CountsThroughRanges) {
  EXPECT_THAT(points_of("axes: {accelerator.pe.rows: {from: 2, to: 9, step: 3}}\n"), ElementsAre("2", "5", "8"));
  EXPECT_THAT(points_of("axes: {accelerator.pe.rows: {from: 1, to: 16, factor: 2}}\n"),
              ElementsAre("1", "2", "4", "8", "16"));
  EXPECT_THAT(points_of("axes: {pruning.density: {from: 0.1, to: 0.5, step: 0.1}}\n"),
              ElementsAre("0.1", "0.2", "0.3", "0.4", "0.5"));
}

TEST_F(DesignSpace, KeepsWhatMeetsTheConstraints) {
  const std::string shapes =
      "axes:\n  accelerator.pe.weights_per_cycle: {from: 1, to: 16, factor: 2}\n"
      "  accelerator.pe.activations_per_cycle: {from: 1, to: 16, factor: 2}\n";
  EXPECT_THAT(points_of(shapes + "constraints: {equal_multipliers: accelerator.pe.weights_per_cycle * "
                                 "accelerator.pe.activations_per_cycle == 16}\n"),
              ElementsAre("1 16", "2 8", "4 4", "8 2", "16 1"));
  // Keys of the run file and of the accelerator's defaults are at hand as well: 32 banks.
  EXPECT_THAT(
      points_of(shapes + "constraints:\n"
                         "  square: accelerator.pe.weights_per_cycle == accelerator.pe.activations_per_cycle\n"
                         "  banks: accelerator.pe.weights_per_cycle ^ 2 * 2 <= accelerator.pe.accumulators.banks\n"
                         "  half: pruning.density == 0.5 && network.input.channels == 3\n"),
      ElementsAre("1 1", "2 2", "4 4"));
}

TEST_F(DesignSpace, ComparesWordsInConstraints) {
  EXPECT_THAT(points_of("axes: {pruning.granularity: [fine, vector], accelerator.pe.bypass.merge: [true, false]}\n"
                        "constraints: {one: pruning.granularity == vector || accelerator.pe.bypass.merge}\n"),
              ElementsAre("fine true", "vector true", "vector false"));
}

// A sample is a part of all points in their order, the same for the same seed, and all of them if it is large enough.
TEST_F(DesignSpace, SamplesWithASeed) {
  const std::string space =
      "axes: {accelerator.pe.rows: {from: 1, to: 40, step: 1}, accelerator.pe.columns: {from: 1, to: 40, step: 1}}\n"
      "constraints: {few: accelerator.pe.rows * accelerator.pe.columns <= 64}\n";
  const std::vector<std::string> all = points_of(space);
  const std::vector<std::string> some = points_of(space + "sample: {points: 20, seed: 1}\n");
  EXPECT_EQ(some.size(), 20U);
  EXPECT_EQ(some, points_of(space + "sample: {points: 20, seed: 1}\n"));
  EXPECT_NE(some, points_of(space + "sample: {points: 20, seed: 2}\n"));
  auto next = all.begin();
  for (const std::string& point : some) {
    next = std::find(next, all.end(), point);
    ASSERT_NE(next, all.end()) << point;
  }
  EXPECT_EQ(points_of(space + "sample: {points: 1000}\n"), all);
  // Of a space that nobody counts through.
  std::string huge = "axes:\n";
  for (const char* key : {"accelerator.pe.rows", "accelerator.pe.columns", "accelerator.pe.weight_fifo.entries",
                          "accelerator.pe.iaram.elements", "accelerator.pe.oaram.elements"}) {
    huge += std::string("  ") + key + ": {from: 1, to: 60, step: 1}\n";
  }
  EXPECT_EQ(points_of(huge + "sample: {points: 30}\n").size(), 30U);
}

TEST_F(DesignSpace, PutsValuesOverTheRunFile) {
  const SweepPlan plan = plan_of(
      "set: {timing_only: true, accelerator.index_bits: 5}\n"
      "axes:\n  accelerator: [{}, {pe: {rows: 4}}]\n  accelerator.pe.columns: [2]\n"
      "  pruning: [{granularity: none}, {granularity: kernel, density: 0.25}]\n");
  ASSERT_EQ(plan.points().size(), 4U);
  EXPECT_EQ(plan.description(3),
            "accelerator={pe: {rows: 4}}, accelerator.pe.columns=2, pruning={granularity: kernel, density: 0.25}");
  const RunFile first = plan.run_of(0);
  const RunFile last = plan.run_of(3);
  EXPECT_TRUE(first.timing_only);
  EXPECT_EQ(first.accelerator.rows, 8);
  EXPECT_EQ(last.accelerator.rows, 4);
  EXPECT_EQ(last.accelerator.columns, 2);
  EXPECT_EQ(first.pruning.granularity, pruning::Granularity::none);
  EXPECT_EQ(last.pruning.density, 0.25);
  EXPECT_EQ(plan.run_of(0).accelerator.rows, 8);  // points do not leave their values to others
}

TEST_F(DesignSpace, TakesPathsRelativeToTheirFile) {
  write_file("other/network.yaml",
             "name: other\ninput: {channels: 3, height: 8, width: 8}\n"
             "layers: [{name: conv1, type: conv, output_channels: 4, kernel: 3}]\n");
  write_file("other/sweep.yaml", "base: ../run.yaml\naxes: {network: [network.yaml]}\n");
  const SweepPlan plan(read_sweep_file("other/sweep.yaml"));
  EXPECT_EQ(plan.run_of(0).network.name, "other");
}

// Refused points say why, without the place where the sweep file lies, and do not stop the others.
TEST_F(DesignSpace, KeepsRefusedPoints) {
  const SweepPlan plan = plan_of("axes: {accelerator.pe.rows: [2, 0, 4]}\n");
  ASSERT_EQ(plan.points().size(), 3U);
  EXPECT_EQ(plan.points()[0].reason, std::nullopt);
  EXPECT_EQ(plan.points()[1].reason, "accelerator.pe.rows: must be an integer from 1 to 256, got 0");
  EXPECT_EQ(plan.points()[2].reason, std::nullopt);
}

// Points share tensors if the machine alone differs, but for the width of its sums.
TEST_F(DesignSpace, TellsWhichPointsShareTensors) {
  const SweepPlan plan = plan_of(
      "axes: {pruning.density: [0.2, 0.4], accelerator.pe.accumulators.bits: [24, 16],\n"
      "       accelerator.pe.rows: [2, 4]}\n");
  std::vector<std::size_t> tensors;
  for (const PlannedPoint& point : plan.points()) tensors.push_back(point.tensors);
  EXPECT_THAT(tensors, ElementsAre(0, 0, 1, 1, 2, 2, 3, 3));
}

TEST_F(DesignSpace, RunsAPointOnOneMachine) {
  const SweepPlan plan = plan_of("axes: {machine: [scnn, dcnn]}\n");
  EXPECT_EQ(plan.run_of(1).machines, std::vector{Machine::dcnn});
  EXPECT_EQ(plan.points()[1].tensors, plan.points()[0].tensors);
  const SweepPlan several = plan_of("axes: {machines: [[scnn], [scnn, dcnn]]}\n");
  EXPECT_EQ(several.points()[0].reason, std::nullopt);
  EXPECT_EQ(several.points()[1].reason,
            "machines: a point of a sweep runs on one machine; make `machine` an axis to compare several");
  const SweepPlan by_layer = plan_of("axes: {machine: [scnn, {conv: scnn, linear: eie}]}\n");
  EXPECT_EQ(by_layer.points()[1].reason,
            "machine: a point of a sweep runs on one machine, not on one for each type of layer");
}

TEST_F(DesignSpace, IsKnownByWhatItsResultsDependOn) {
  const std::string rows = "axes: {accelerator.pe.rows: [2, 4]}\n";
  const std::string identity = plan_of(rows).identity();
  EXPECT_EQ(plan_of("# A comment\nobjectives: [energy]\n" + rows).identity(), identity);
  EXPECT_EQ(plan_of("axes: {accelerator.pe.rows: {from: 2, to: 4, factor: 2}}\n").identity(), identity);
  EXPECT_NE(plan_of("axes: {accelerator.pe.rows: [2, 8]}\n").identity(), identity);
  EXPECT_NE(plan_of("set: {accelerator.index_bits: 5}\n" + rows).identity(), identity);
}

}  // namespace
}  // namespace sim::test
