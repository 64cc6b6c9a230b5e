#include "models/scnn/pe_array.hpp"

#include <gtest/gtest.h>

#include <array>

#include "models/scnn/scnn.hpp"
#include "tests/reference/hand_layers.hpp"

/// Barrier, drain and release of groups, on layers simple enough for a closed formula.

namespace pe_array_test {

using reference::layer_of;
using scnn::Parameters;

/// issue, conflict, supply, fifo, flush, barrier, drain
using Classes = std::array<std::int64_t, 7>;
Classes classes_of(const scnn::PeCycles& c) {
  return {c.issue, c.conflict, c.supply, c.fifo, c.flush, c.barrier, c.drain};
}

/// One multiplier in one PE; every group is one output channel; weights are there in cycle 1.
Parameters machine(std::int64_t sets, std::int64_t latency) {
  Parameters parameters = reference::small_machine();
  parameters.accumulator_sets = sets;
  parameters.accumulator_entries = 64;
  parameters.pipeline_latency = latency;
  parameters.output_channels_per_group = 1;
  parameters.broadcast_entries = 1000;
  parameters.weight_fifo_entries = 1000;
  parameters.ppu_values = 1;
  return parameters;
}

/// G groups of one weight each, one activation in a row of n.
scnn::LayerOperands layer(int groups, int n) {
  std::vector<std::int16_t> activations(static_cast<std::size_t>(n), 0);
  activations.front() = 2;
  return layer_of({.W = n, .K = groups}, std::vector<std::int16_t>(static_cast<std::size_t>(groups), 3), activations);
}

// A group takes 3 cycles and the latency L, its drain n. With two sets the slower of the two sets the pace; the first
// group waits a cycle for its weight, and the last is drained at the end.
TEST(PeArray, TwoSetsDrainWhileTheNextGroupRuns) {
  for (const int n : {1, 5, 8, 40}) {
    for (const std::int64_t latency : {0, 4, 20}) {
      for (const int groups : {1, 2, 7}) {
        scnn::Scnn scnn(machine(2, latency));
        const auto outcome = scnn.run(layer(groups, n), scnn::Arithmetic::on);
        const std::int64_t pace = std::max<std::int64_t>(3 + latency, n);
        EXPECT_EQ(outcome.cycles, 1 + 3 + latency + (groups - 1) * pace + n) << n << ' ' << latency << ' ' << groups;
        EXPECT_EQ(classes_of(outcome.pe_cycles),
                  (Classes{groups, 0, 1, 0, groups * (2 + latency), 0, (groups - 1) * (pace - 3 - latency) + n}));
        EXPECT_EQ(outcome.groups, groups);
      }
    }
  }
}

// With one set a group waits for the drain of the one before.
TEST(PeArray, OneSetDrainsBeforeTheNextGroup) {
  for (const int n : {1, 5, 40}) {
    for (const int groups : {1, 2, 7}) {
      scnn::Scnn scnn(machine(1, 4));
      const auto outcome = scnn.run(layer(groups, n), scnn::Arithmetic::on);
      EXPECT_EQ(outcome.cycles, 1 + groups * (3 + 4 + n)) << n << ' ' << groups;
      EXPECT_EQ(classes_of(outcome.pe_cycles), (Classes{groups, 0, 1, 0, groups * 6, 0, groups * n}));
    }
  }
}

// Do PEs that have nothing to do wait at the barrier for the one that has?
TEST(PeArray, HoldsPesAtTheBarrier) {
  Parameters parameters = machine(2, 4);
  parameters.columns = 3;
  std::vector<std::int16_t> activations(12, 0);
  activations[4] = activations[5] = activations[6] = 1;  // all in the second PE
  scnn::Scnn scnn(parameters);
  const auto outcome = scnn.run(layer_of({.W = 12, .K = 2}, {3, 3}, activations), scnn::Arithmetic::on);
  // 1 cycle for the weight; 3 issues, 2 more to retire, 4 of latency; the others are done after the latency alone.
  // The second group finds its weight there. The drain of 4 outputs is shorter than a group.
  EXPECT_EQ(outcome.cycles, 1 + 9 + 9 + 4);
  EXPECT_EQ(classes_of(outcome.pe_cycles), (Classes{6, 0, 3, 0, 2 * (6 + 4 + 4), 2 * (5 + 5), 3 * 4}));
}

// Does a pass with the values computed give the sums and outputs, bias, ReLU and all?
TEST(PeArray, ComputesTheLayer) {
  scnn::LayerOperands operands = layer_of({.C = 2, .W = 3, .K = 2}, {1, -2, 3, 4}, {1, 2, 0, 0, 5, 6});
  operands.bias = {10, -100};
  operands.relu = true;
  operands.output_shift = 1;
  scnn::Scnn scnn{Parameters{}};
  const auto outcome = scnn.run(operands, scnn::Arithmetic::on);
  EXPECT_EQ(outcome.sums, (std::vector<std::int64_t>{1, -8, -12, 3, 26, 24}));
  EXPECT_EQ(outcome.outputs, (std::vector<std::int16_t>{6, 1, 0, 0, 0, 0}));
  EXPECT_EQ(outcome.counters.oaram_elements_written, 2);
}

}  // namespace pe_array_test
