#include "tests/reference/reference_machine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/reference/hand_layers.hpp"

namespace reference_machine_test {

using pruning::ConvolutionShape;
using reference::layer_of;
using reference::Outcome;
using reference::small_machine;

std::array<std::int64_t, 7> classes_of(const Outcome& outcome) {
  const auto& t = outcome.pe_cycles;
  return {t.issue, t.conflict, t.supply, t.fifo, t.flush, t.barrier, t.drain};
}

/// issue, conflict, supply, fifo, flush, barrier, drain
using Classes = std::array<std::int64_t, 7>;

// How long does one product take?
TEST(ReferenceMachine, OneProduct) {
  // Cycle 0: the entry is on its way, T(1) = 1. 1: issue. 2: lane to bank. 3: retirement, so C = M = E = 4.
  // One output takes the post-processing unit 1 cycle.
  const auto outcome = reference::simulate(layer_of({}, {3}, {-5}), small_machine());
  EXPECT_EQ(outcome.cycles, 5);
  EXPECT_EQ(classes_of(outcome), (Classes{1, 0, 1, 0, 2, 0, 1}));
  EXPECT_EQ(outcome.sums, (std::vector<std::int64_t>{-15}));
  EXPECT_EQ(outcome.counters.row_references, 1);
}

// Does a slow DRAM delay the first entry by exactly its bits?
TEST(ReferenceMachine, WaitsForDram) {
  auto machine = small_machine();
  machine.dram_bytes_per_cycle = 0.5;
  // 20 bits at 4 bits per cycle: D(1) = 5, T(1) = S(1) = 6, five cycles later than without a limit.
  const auto outcome = reference::simulate(layer_of({}, {3}, {5}), machine);
  EXPECT_EQ(outcome.cycles, 10);
  EXPECT_EQ(classes_of(outcome), (Classes{1, 0, 6, 0, 2, 0, 1}));
  // 20 bits make 3 bytes, of every kind; those of the activations are counted only if they do not fit on the chip.
  EXPECT_EQ(outcome.counters.dram_weight_bytes_read, 3);
  EXPECT_EQ(outcome.input_bytes, 3);
  EXPECT_EQ(outcome.output_bytes, 3);
  EXPECT_EQ(outcome.counters.dram_activation_bytes_read, 0);
  EXPECT_EQ(outcome.counters.dram_activation_bytes_written, 0);
}

// Do two products for one bank hold up the next issue, and do bypass registers find what they hold?
TEST(ReferenceMachine, BankConflict) {
  auto machine = small_machine();
  machine.weights_per_cycle = 2;
  machine.accumulator_banks = 1;
  machine.bank_writes = 1;
  machine.broadcast_entries = 1;
  machine.ppu_values = 1;
  machine.pipeline_latency = 4;
  // Two channels, two filters of one weight: two segments of one entry, T = 1, 2. Lanes 0 and 1 hold
  // addresses 0 and 1, both in bank 0.
  // 1: issue. 2: lane 0 moves, lane 1 finds the bank's port taken: conflict. 3: retire, lane 1 moves, issue.
  // 4: retire, lane 0 moves. 5: retire, lane 1 moves. 6: the fourth retires. C = 7 + 4; drain of 2 outputs: 2.
  const auto layer = layer_of({.C = 2, .K = 2}, {1, 2, 3, 4}, {5, 6});
  const auto outcome = reference::simulate(layer, machine);
  EXPECT_EQ(outcome.cycles, 13);
  EXPECT_EQ(classes_of(outcome), (Classes{2, 1, 1, 0, 7, 0, 2}));
  EXPECT_EQ(outcome.sums, (std::vector<std::int64_t>{1 * 5 + 2 * 6, 3 * 5 + 4 * 6}));

  // Entries are referenced in the order 0, 1, 0, 1: one register never holds what comes next, two do.
  for (const auto& [registers, hits] : std::map<int, int>{{0, 0}, {1, 0}, {2, 2}, {3, 2}}) {
    machine.bypass_registers = registers;
    const auto bypassed = reference::simulate(layer, machine);
    EXPECT_EQ(bypassed.counters.bypass_hits, hits) << registers;
    EXPECT_EQ(bypassed.counters.accumulator_references, 4 - hits) << registers;
    EXPECT_EQ(bypassed.cycles, 13) << registers;
    EXPECT_EQ(bypassed.sums, outcome.sums) << registers;
  }
}

// Do two PEs exchange the sums at their common border, and does merging take products off the crossbar?
TEST(ReferenceMachine, HaloAndMerge) {
  auto machine = small_machine();
  machine.columns = 2;
  machine.weights_per_cycle = 3;
  machine.activations_per_cycle = 2;
  machine.pipeline_latency = 4;
  const auto layer = layer_of({.W = 4, .S = 3, .padding = {0, 1}}, {1, 2, 3}, {1, 2, 3, 4});
  // PE 0 holds x = 0, 1 and reaches ox = 0 to 2; PE 1 holds x = 2, 3 and reaches ox = 1 to 3. Each issues once, in
  // cycle 1: six products, one outside the plane. All move in cycle 2; two banks get two: they retire in cycles 3
  // and 4, C = 5 + 4. Each sends one sum and owns two outputs: drain = 1 + 1.
  auto outcome = reference::simulate(layer, machine);
  EXPECT_EQ(outcome.cycles, 11);
  EXPECT_EQ(classes_of(outcome), (Classes{2, 0, 2, 0, 14, 0, 4}));
  EXPECT_EQ(outcome.sums, (std::vector<std::int64_t>{2 + 6, 1 + 4 + 9, 2 + 6 + 12, 3 + 8}));
  const scnn::Counters expected{.issues = 2,
                                .multiplier_slots = 12,
                                .products = 12,
                                .products_discarded = 2,
                                .products_merged = 0,
                                .products_accumulated = 10,
                                .accumulator_references = 10,
                                .bypass_hits = 0,
                                .row_references = 4,
                                .placeholder_lanes = 0,
                                .iaram_vector_reads = 2,
                                .weight_fifo_reads = 2,
                                .weight_fifo_writes = 2,
                                .crossbar_transfers = 10,
                                .halo_values = 2,
                                .ppu_values = 4,
                                .oaram_elements_written = 4,
                                .dram_weight_bytes_read = 8,  // 3 x 20 bits
                                .dram_activation_bytes_read = 0,
                                .dram_activation_bytes_written = 0};
  EXPECT_EQ(outcome.counters, expected);
  EXPECT_EQ(outcome.input_bytes, 10);   // 4 x 20 bits
  EXPECT_EQ(outcome.output_bytes, 10);  // 4 x 20 bits

  // In each PE two outputs get two products of the one issue; merged, every bank gets one, and nothing retires
  // after cycle 3.
  machine.merge = true;
  outcome = reference::simulate(layer, machine);
  EXPECT_EQ(outcome.cycles, 10);
  EXPECT_EQ(outcome.counters.products_merged, 4);
  EXPECT_EQ(outcome.counters.crossbar_transfers, 6);
  EXPECT_EQ(outcome.sums, (std::vector<std::int64_t>{8, 14, 20, 11}));
}

// Does a PE without work wait for the slow one, and is that wait told apart from want of bandwidth?
TEST(ReferenceMachine, FifoHeldByTheSlowerPe) {
  auto machine = small_machine();
  machine.columns = 2;
  machine.weight_fifo_entries = 1;
  // Three channels, one weight each; PE 0 holds three pixels per channel, PE 1 none. One FIFO entry: entry m comes
  // the cycle after PE 0 has finished m - 1.
  // PE 0: supply 0; issue 1-3, finish 4; fifo 4; issue 5-7; fifo 8; issue 9-11; finish 12; the last product retires
  // in 13: C = 14. PE 1: supply 0; fifo 1-4 and 5-8; finish = C = 9; barrier to 14. Drain 1: 15 cycles.
  const auto layer = layer_of({.C = 3, .W = 6}, {1, 1, 1}, {1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0, 0, 7, 8, 9, 0, 0, 0});
  const auto outcome = reference::simulate(layer, machine);
  EXPECT_EQ(outcome.cycles, 15);
  EXPECT_EQ(classes_of(outcome), (Classes{9, 0, 2, 2 + 8, 2, 5, 2}));
  EXPECT_EQ(outcome.counters.iaram_vector_reads, 9);
  EXPECT_EQ(outcome.counters.weight_fifo_reads, 9);
  EXPECT_EQ(outcome.counters.weight_fifo_writes, 6);
}

// Does a second set of accumulators hide the drain?
TEST(ReferenceMachine, AccumulatorSets) {
  auto machine = small_machine();
  machine.activations_per_cycle = 4;
  machine.output_channels_per_group = 1;
  machine.ppu_values = 1;
  const auto layer = layer_of({.W = 4, .K = 2}, {1, 2}, {1, 2, 3, 4});
  // A group issues once and retires two cycles later; four outputs drain in 4 cycles. Group 1: issue 1, M = 4.
  // Two sets: group 2 is released in 4, M = 7, but drains only once the first has: E = 8, end 12.
  const auto two = reference::simulate(layer, machine);
  EXPECT_EQ(two.groups, 2);
  EXPECT_EQ(two.cycles, 12);
  EXPECT_EQ(classes_of(two), (Classes{2, 0, 1, 0, 4, 0, 5}));
  // One set: group 2 is released in 8, M = 11, end 15.
  machine.accumulator_sets = 1;
  const auto one = reference::simulate(layer, machine);
  EXPECT_EQ(one.cycles, 15);
  EXPECT_EQ(classes_of(one), (Classes{2, 0, 1, 0, 4, 0, 8}));
}

// Is a plane too large for the accumulators cut into passes that overlap with DRAM?
TEST(ReferenceMachine, TemporalTiling) {
  auto machine = small_machine();
  machine.activations_per_cycle = 2;
  machine.accumulator_banks = 2;
  machine.accumulator_entries = 1;
  machine.dram_bytes_per_cycle = 2;
  auto layer = layer_of({.W = 4}, {1}, {1, 2, 3, 4});
  // Two passes of two outputs. D(1) = ceil(20/16) = 2: issue in 3, retirement in 5, C = 6, drain 1: X = 7.
  // W = 2, L = O = ceil(40/16) = 3: 3 + max(7, 2 + 3) + max(7, 2 + 3) + 3 = 20.
  const auto outcome = reference::simulate(layer, machine);
  EXPECT_EQ(outcome.temporal_rows, 1);
  EXPECT_EQ(outcome.temporal_columns, 2);
  EXPECT_FALSE(outcome.input_fits);
  EXPECT_EQ(outcome.cycles, 20);
  EXPECT_EQ(classes_of(outcome), (Classes{2, 0, 6, 0, 4, 0, 2 + 6}));
  EXPECT_EQ(outcome.counters.dram_weight_bytes_read, 5);
  EXPECT_EQ(outcome.counters.dram_activation_bytes_read, 10);
  EXPECT_EQ(outcome.counters.dram_activation_bytes_written, 10);
  EXPECT_EQ(outcome.sums, (std::vector<std::int64_t>{1, 2, 3, 4}));
}

// What overlaps with what when DRAM is slower than the passes?
TEST(ReferenceMachine, PassesHiddenBehindDram) {
  auto machine = small_machine();
  machine.activations_per_cycle = 2;
  machine.accumulator_banks = 2;
  machine.accumulator_entries = 1;
  machine.dram_bytes_per_cycle = 0.5;
  // D(1) = 5: issue in 6, C = 9, X = 10 for both passes. W = 5; the first pass has two pixels and outputs, the second
  // one: L = O = 10, then 5. L(1) + max(X, W + L(2)) + max(X, W + O(1)) + O(2) = 10 + 10 + 15 + 5.
  const auto outcome = reference::simulate(layer_of({.W = 4}, {1}, {1, 2, 3, 0}), machine);
  EXPECT_EQ(outcome.cycles, 40);
  EXPECT_EQ(classes_of(outcome), (Classes{2, 0, 12, 0, 4, 0, 2 + 20}));
}

// In which order are rows and columns halved?
TEST(ReferenceMachine, OrderOfTemporalTiles) {
  struct Case {
    int rows, columns, sums;
    std::pair<std::int64_t, std::int64_t> tiles;
  };
  for (const Case& c : {Case{4, 4, 16, {1, 1}}, Case{4, 4, 8, {2, 1}}, Case{4, 4, 4, {2, 2}}, Case{4, 4, 2, {4, 2}},
                        Case{2, 8, 1, {2, 8}}, Case{8, 2, 2, {4, 2}}, Case{8, 2, 1, {8, 2}}}) {
    auto machine = small_machine();
    machine.accumulator_banks = 1;
    machine.accumulator_entries = c.sums;
    const auto pixels = static_cast<std::size_t>(c.rows * c.columns);
    const auto layer = layer_of({.H = c.rows, .W = c.columns}, {1}, std::vector<std::int16_t>(pixels, 1));
    const auto outcome = reference::simulate(layer, machine);
    EXPECT_EQ(std::pair(outcome.temporal_rows, outcome.temporal_columns), c.tiles) << c.rows << " " << c.sums;
  }
}

// Into which segments does a FIFO cut a stream?
TEST(ReferenceMachine, Segments) {
  auto machine = small_machine();
  machine.weight_fifo_entries = 4;
  machine.broadcast_entries = 1;
  // Five entries at two a segment: three segments, of 1, 2 and 2 entries. T(m) = m. Segment 1: issue 1. Segment 2 waits
  // for entry 3: issue 3, 4. Segment 3: issue 5, 6, finish 7. The last product retires in 8: C = 9. Drain 2.
  const auto outcome = reference::simulate(layer_of({.K = 5}, {1, 2, 3, 4, 5}, {1}), machine);
  EXPECT_EQ(outcome.cycles, 11);
  EXPECT_EQ(classes_of(outcome), (Classes{5, 0, 2, 0, 2, 0, 2}));
  EXPECT_EQ(outcome.counters.iaram_vector_reads, 3);
  EXPECT_EQ(outcome.counters.weight_fifo_reads, 5);
  // The other way round each entry is read once and the vector for each of them.
  machine.stationary = scnn::Stationary::weight;
  machine.activations_per_cycle = 2;
  const auto weight = reference::simulate(layer_of({.W = 3, .K = 2}, {1, 2}, {1, 2, 3}), machine);
  EXPECT_EQ(weight.counters.issues, 4);
  EXPECT_EQ(weight.counters.weight_fifo_reads, 2);
  EXPECT_EQ(weight.counters.iaram_vector_reads, 4);
}

// Is an input that fits no pass read again for every group of output channels?
TEST(ReferenceMachine, InputThatDoesNotFit) {
  auto machine = small_machine();
  machine.iaram_elements = 3;
  machine.output_channels_per_group = 1;
  machine.dram_bytes_per_cycle = 1;
  auto layer = layer_of({.C = 4, .K = 2}, {1, 1, 1, 1, 2, 2, 2, 2}, {1, 2, 3, 4});
  // D(m) = ceil(20 m / 8), T = S = 4, 6, 9, 11, 14, 16, 19, 21, one issue each. Group 1: finish 12, C = 14.
  // Group 2 is released in 14, finishes in 22, C = 24, drain 1: X = 25. W = 20, g L = 2 x 10: 40 cycles.
  // Supply: 4 + 1 + 2 + 1, then 0 + 1 + 2 + 1.
  const auto outcome = reference::simulate(layer, machine);
  EXPECT_FALSE(outcome.input_fits);
  EXPECT_EQ(outcome.groups, 2);
  EXPECT_EQ(outcome.cycles, 40);
  EXPECT_EQ(classes_of(outcome), (Classes{8, 0, 12, 0, 4, 0, 1 + 15}));
  EXPECT_EQ(outcome.counters.dram_activation_bytes_read, 20);
  EXPECT_EQ(outcome.counters.dram_activation_bytes_written, 0);
}

// Is a layer refused only if no pass is small enough for the accumulators?
TEST(ReferenceMachine, RefusesWhatNeverFits) {
  auto machine = small_machine();
  machine.accumulator_banks = machine.accumulator_entries = 1;
  // One pixel reaches three outputs, whatever the passes; but passes of one output hold one sum.
  const auto layer = layer_of({.W = 4, .S = 3, .padding = {0, 1}}, {1, 1, 1}, {1, 1, 1, 1});
  EXPECT_EQ(reference::simulate(layer, machine).temporal_columns, 4);
  // Three outputs in a row can be halved once: the larger pass holds two.
  const auto odd = layer_of({.W = 3, .S = 3, .padding = {0, 1}}, {1, 1, 1}, {1, 1, 1});
  EXPECT_THROW(reference::simulate(odd, machine), std::domain_error);
}

// Are row references those of the published tables, rounded once per layer, halves up?
TEST(ReferenceMachine, RowReferences) {
  // Dense: MACs a / S = (2 x 3 x 2 x 3 x 3 x 2) / 2 / 3 = 36.
  const ConvolutionShape shape{.C = 3, .H = 4, .W = 4, .K = 2, .R = 2, .S = 3};
  std::vector<std::int16_t> half(48, 0);
  for (std::size_t i = 0; i < half.size(); i += 2) half[i] = 1;
  auto weights = std::vector<std::int16_t>(36, 1);
  EXPECT_EQ(reference::simulate(layer_of(shape, weights, half), small_machine()).counters.row_references, 36);
  // A row of zeros is not referenced, one that keeps a single weight is, in full: 11 rows x 6 x 1/2.
  weights[0] = weights[1] = weights[2] = 0;
  weights[3] = weights[5] = 0;
  EXPECT_EQ(reference::simulate(layer_of(shape, weights, half), small_machine()).counters.row_references, 33);
  // Three rows of half a reference make 1.5, which is 2.
  const auto odd = layer_of({.W = 2, .K = 3, .S = 2}, {1, 1, 1, 1, 1, 1}, {1, 0});
  EXPECT_EQ(reference::simulate(odd, small_machine()).counters.row_references, 2);
}

}  // namespace reference_machine_test
