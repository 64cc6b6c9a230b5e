#include "tests/reference/reference_eie.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

namespace reference_eie_test {

using reference::EieCounters;
using reference::EieLayer;
using reference::EieParameters;
using reference::EiePeCycles;
using reference::simulate_eie;

using Sums = std::vector<std::int64_t>;

/// Rows 0, 2, ... live in PE 0, rows 1, 3, ... in PE 1.
const EieParameters two_pes{.pes = 2};

/// A layer of as many rows as `weights` (M, N) has for the activations (N).
EieLayer layer_of(const std::vector<std::int16_t>& weights, std::vector<std::int16_t> activations,
                  std::int64_t weight_bits = 4) {
  EieLayer layer;
  layer.N = std::ssize(activations);
  layer.M = std::ssize(weights) / layer.N;
  layer.weights = reference::share_weights(weights, weight_bits);
  layer.activations = std::move(activations);
  return layer;
}

// How long does one weight take, and what does a PE without rows do meanwhile?
TEST(ReferenceEie, OneWeight) {
  // Cycle 0: broadcast. 1: PE 0 processes the entry, PE 1 visits an empty column.
  const auto outcome = simulate_eie(layer_of({3}, {-5}), two_pes);
  EXPECT_EQ(outcome.cycles, 2 + 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 2, .starved = 2, .latency = 8}));
  EXPECT_EQ(outcome.sums, Sums{-15});
  EXPECT_EQ(outcome.counters, (EieCounters{.broadcasts = 1,
                                           .entries = 1,
                                           .placeholders = 0,
                                           .empty_columns = 1,
                                           .pointer_reads = 4,
                                           .spmat_word_reads = 1,
                                           .accumulator_updates = 1,
                                           .accumulator_bypasses = 0}));
}

// What does a layer cost whose inputs are zero, and one whose weights are?
TEST(ReferenceEie, Zeros) {
  auto outcome = simulate_eie(layer_of({3, 4}, {0, 0}), two_pes);
  EXPECT_EQ(outcome.cycles, 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 0, .starved = 0, .latency = 8}));
  EXPECT_EQ(outcome.counters, EieCounters{});
  // Inputs 0 and 2 are broadcast in cycles 0 and 1, and visited in 1 and 2.
  outcome = simulate_eie(layer_of({0, 0, 0}, {1, 0, 2}), two_pes);
  EXPECT_EQ(outcome.cycles, 3 + 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 4, .starved = 2, .latency = 8}));
  EXPECT_EQ(outcome.counters, (EieCounters{.broadcasts = 2, .empty_columns = 4, .pointer_reads = 8}));
}

// Whom does a short queue starve, and what does an idle cycle do to the bypass?
TEST(ReferenceEie, ShortQueue) {
  const auto layer = layer_of(
      {
          1, 0, 2,  // PE 0
          3, 4, 5,  // PE 1
          6, 0, 0,  // PE 0
          0, 0, 7,  // PE 1
          8, 9, 0,  // PE 0
          0, 0, 0,  // PE 1
      },
      {1, -1, 2});
  auto machine = two_pes;
  // Broadcasts in 0, 2 (both took theirs in 1) and 5 (PE 0 takes the second in 4).
  // PE 0: 1 2 3, 4, 6. PE 1: 1, 3, 6 7. Only PE 0 goes on with the row it had, in cycle 4.
  machine.queue = 1;
  auto outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 8 + 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 9, .starved = 7, .latency = 8}));
  EieCounters expected{.broadcasts = 3,
                       .entries = 9,
                       .placeholders = 0,
                       .empty_columns = 0,
                       .pointer_reads = 12,
                       .spmat_word_reads = 2,
                       .accumulator_updates = 9,
                       .accumulator_bypasses = 1};
  EXPECT_EQ(outcome.counters, expected);
  EXPECT_EQ(outcome.sums, (Sums{1 + 4, 3 - 4 + 10, 6, 14, 8 - 9, 0}));
  // Broadcasts in 0, 1, 2. PE 0: 1 2 3, 4, 5. PE 1: 1, 2, 3 4, its first row again in 2 and 3.
  machine.queue = 2;
  outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 6 + 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 9, .starved = 3, .latency = 8}));
  expected.accumulator_bypasses = 3;
  EXPECT_EQ(outcome.counters, expected);
}

// When does a queue that is full let the next broadcast pass?
TEST(ReferenceEie, FullQueue) {
  // PE 0 has five weights, all in column 0, and is busy with it in cycles 1 to 5; PE 1 has three, all in column 4.
  std::vector<std::int16_t> weights(50, 0);
  for (const std::size_t row : {0U, 2U, 4U, 6U, 8U}) weights[row * 5] = 1;
  for (const std::size_t row : {1U, 3U, 5U}) weights[row * 5 + 4] = 1;
  const auto layer = layer_of(weights, {1, 1, 1, 1, 1});
  // Queue 1: broadcasts in 0, 2, 7, 9, 11. PE 1 ends in 12 13 14.
  // Queue 2: 0 1 2, then the queue holds columns 1 and 2 until the first is taken in 6: 7 8. PE 1 ends in 9 10 11.
  // Queue 3: 0 1 2 3, 7. PE 1 ends in 8 9 10.
  // Queue 4: 0 1 2 3 4. PE 1 ends in 5 6 7, but PE 0 visits four empty columns from 6 to 9.
  for (const auto& [queue, cycles] :
       std::map<std::int64_t, std::int64_t>{{1, 15}, {2, 12}, {3, 11}, {4, 10}, {5, 10}}) {
    auto machine = two_pes;
    machine.queue = queue;
    const auto outcome = simulate_eie(layer, machine);
    EXPECT_EQ(outcome.cycles, cycles + 4) << queue;
    EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 16, .starved = 2 * cycles - 16, .latency = 8})) << queue;
    EXPECT_EQ(outcome.counters.empty_columns, 8) << queue;
  }
}

// What do placeholders cost?
TEST(ReferenceEie, Placeholders) {
  // PE 0 has the even rows: local rows 0 and 5 of column 0, 3 of column 1. PE 1 has local row 1 of column 1.
  std::vector<std::int16_t> weights(24, 0);
  weights[0] = 1;
  weights[10 * 2] = 2;
  weights[6 * 2 + 1] = 3;
  weights[3 * 2 + 1] = 4;
  const auto layer = layer_of(weights, {1, 1});
  // Runs of 4 and 3 take two placeholders and one. PE 0: 1 to 4, 5 6. PE 1: 1 without an entry, 2.
  auto machine = two_pes;
  machine.index_bits = 1;
  const auto outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 7 + 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 8, .starved = 6, .latency = 8}));
  EXPECT_EQ(outcome.counters.entries, 7);
  EXPECT_EQ(outcome.counters.placeholders, 3);
  EXPECT_EQ(outcome.counters.empty_columns, 1);
  EXPECT_EQ(outcome.counters.accumulator_updates, 4);
  EXPECT_EQ(outcome.sums, (Sums{1, 0, 0, 4, 0, 0, 3, 0, 0, 0, 2, 0}));
}

// What breaks a bypass?
TEST(ReferenceEie, Bypass) {
  auto layer = layer_of(
      {
          1, 1, 1, 0, 0, 1, 0, 1,  // PE 0, local row 0
          0, 0, 0, 0, 0, 0, 0, 0,  // PE 1
          0, 0, 1, 1, 0, 0, 0, 0,  // PE 0, local row 1
          0, 0, 0, 0, 0, 0, 0, 0,  // PE 1
      },
      {1, 1, 1, 1, 1, 1, 1, 1});
  // PE 0, rows from cycle 1 on, _ for a placeholder, - for an empty column: 0, 0, 0 1, _ 1, -, 0, -, 0.
  auto machine = two_pes;
  machine.index_bits = 0;
  auto outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 11 + 4);
  EXPECT_EQ(outcome.counters.accumulator_updates, 7);
  EXPECT_EQ(outcome.counters.accumulator_bypasses, 2);
  // 0, 0, 0 1, 1, -, 0, -, 0
  machine.index_bits = 1;
  outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 10 + 4);
  EXPECT_EQ(outcome.counters.accumulator_bypasses, 3);
  // The column of a zero input breaks nothing: 0, 0, 0 1, 1, -, 0, 0
  layer.activations[6] = 0;
  outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 9 + 4);
  EXPECT_EQ(outcome.counters.accumulator_bypasses, 4);
}

// Which words are read, and does a word stay at hand from column to column and from batch to batch?
TEST(ReferenceEie, WordsAndBatches) {
  const std::vector<std::int16_t> weights = {
      1, 1, 1, 1,  // PE 0
      0, 0, 1, 1,  // PE 1
      0, 1, 1, 0,  // PE 0
      0, 0, 0, 0,  // PE 1
      0, 0, 1, 0,  // PE 0
      0, 0, 0, 0,  // PE 1
  };
  // Entries of PE 0 by column: 0; 1 2; 3 4 5; 6. Of PE 1: none; none; 0; 1. Two make a word.
  auto machine = two_pes;
  machine.entries_per_word = 2;
  const auto reads = [&](std::vector<std::int16_t> activations) {
    return simulate_eie(layer_of(weights, std::move(activations)), machine).counters.spmat_word_reads;
  };
  EXPECT_EQ(reads({1, 1, 1, 1}), 4 + 1);  // words 0 0 1 1 2 2 3, and 0 0
  EXPECT_EQ(reads({1, 0, 1, 1}), 4 + 1);  // 0 1 2 2 3, and 0 0
  EXPECT_EQ(reads({1, 1, 0, 1}), 3 + 1);  // 0 0 1 3, and 0
  EXPECT_EQ(reads({0, 1, 0, 0}), 2 + 0);  // 0 1
  EXPECT_EQ(reads({1, 0, 0, 1}), 2 + 1);  // 0 3, and 0

  // PE 0: 1, 2 3, 4 5 6, 7. PE 1: 1, 2, 3, 4.
  const auto layer = layer_of(weights, {1, 1, 1, 1});
  auto outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 8 + 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 11, .starved = 5, .latency = 8}));
  EXPECT_EQ(outcome.counters.accumulator_bypasses, 2);
  // Batches of two inputs. The first ends in cycle 3, the second is broadcast in 4 and 5.
  // PE 0: 1, 2 3, 5 6 7, 8. PE 1: 1, 2, 5, 6.
  machine.activations_per_pe = 1;
  outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 9 + 4);
  EXPECT_EQ(outcome.pe_cycles, (EiePeCycles{.busy = 11, .starved = 7, .latency = 8}));
  EXPECT_EQ(outcome.counters.accumulator_bypasses, 2);
  EXPECT_EQ(outcome.counters.spmat_word_reads, 5);
  // A batch of zeros takes no time: broadcasts in 0 and 1; PE 0: 1 2 3, 4.
  outcome = simulate_eie(layer_of(weights, {0, 0, 1, 1}), machine);
  EXPECT_EQ(outcome.cycles, 5 + 4);
  EXPECT_EQ(outcome.counters.spmat_word_reads, 3 + 1);
}

// Do zeros count for where a batch ends, and does a batch between break a bypass?
TEST(ReferenceEie, BatchOfZerosBetween) {
  const auto layer = layer_of({1, 1, 1, 1, 1, 1}, {1, 0, 0, 0, 0, 1});
  auto machine = two_pes;
  auto outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 3 + 4);
  EXPECT_EQ(outcome.counters.accumulator_bypasses, 1);
  machine.activations_per_pe = 1;  // broadcasts in 0 and 2
  outcome = simulate_eie(layer, machine);
  EXPECT_EQ(outcome.cycles, 4 + 4);
  EXPECT_EQ(outcome.counters.accumulator_bypasses, 0);
  EXPECT_EQ(outcome.counters.spmat_word_reads, 1);
}

// Is a weight whose shared value is zero an entry like others?
TEST(ReferenceEie, SharedZero) {
  // From -100, 0, 100: -1 and 1 share 0.
  const auto outcome = simulate_eie(layer_of({-100, -1, 1, 100}, {3}, 2), two_pes);
  EXPECT_EQ(outcome.cycles, 3 + 4);
  EXPECT_EQ(outcome.counters.entries, 4);
  EXPECT_EQ(outcome.counters.placeholders, 0);
  EXPECT_EQ(outcome.counters.accumulator_updates, 4);
  EXPECT_EQ(outcome.sums, (Sums{-300, 0, 0, 300}));
}

// Is every product rounded, half up, and before it is added?
TEST(ReferenceEie, ProductShift) {
  auto layer = layer_of({3, 3, -3, -3}, {5, 5});
  layer.product_shift = 1;
  EXPECT_EQ(simulate_eie(layer, two_pes).sums, (Sums{8 + 8, -7 - 7}));
}

// Are operands refused that do not belong together?
TEST(ReferenceEie, Refuses) {
  auto layer = layer_of({1, 2}, {1, 1});
  layer.activations.pop_back();
  EXPECT_THROW(simulate_eie(layer, two_pes), std::invalid_argument);
  layer = layer_of({1, 2, 3, 4}, {1, 1});
  EXPECT_THROW(simulate_eie(layer, {.weight_bits = 2}), std::invalid_argument);
  EXPECT_THROW(simulate_eie(layer, {.queue = 0}), std::invalid_argument);
}

/// Cycles of a layer of one batch, without ticking: what is broadcast waits until every PE has taken the one that is
/// `queue` before it, and a PE takes it one cycle later or when it has done the one before.
std::int64_t cycles_by_recurrence(const EieLayer& layer, const EieParameters& machine) {
  std::vector<std::int64_t> inputs;
  for (std::int64_t j = 0; j < layer.N; ++j) {
    if (layer.activations[static_cast<std::size_t>(j)] != 0) inputs.push_back(j);
  }
  const auto pes = static_cast<std::size_t>(machine.pes);
  std::vector<std::vector<std::int64_t>> taken(pes);  // cycle, by PE and broadcast
  std::vector<std::int64_t> free(pes, 0);             // first cycle in which the PE is not busy
  std::int64_t broadcast = -1;
  for (std::int64_t k = 0; k < std::ssize(inputs); ++k) {
    ++broadcast;
    if (k >= machine.queue) {
      for (const auto& of_pe : taken) {
        broadcast = std::max(broadcast, of_pe[static_cast<std::size_t>(k - machine.queue)] + 1);
      }
    }
    for (std::size_t pe = 0; pe < pes; ++pe) {
      const auto columns = reference::encode_columns(layer.weights.codes, layer.M, layer.N,
                                                     static_cast<std::int64_t>(pe), machine.pes, machine.index_bits);
      const auto j = static_cast<std::size_t>(inputs[static_cast<std::size_t>(k)]);
      taken[pe].push_back(std::max(broadcast + 1, free[pe]));
      free[pe] = taken[pe].back() + std::max<std::int64_t>(1, columns.pointers[j + 1] - columns.pointers[j]);
    }
  }
  return *std::max_element(free.begin(), free.end()) + machine.pipeline_latency;
}

// Does ticking give the cycles that the rules imply?
TEST(ReferenceEie, Recurrence) {
  std::mt19937 random(1);
  const auto between = [&](std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most - least + 1));
  };
  for (int i = 0; i < 100; ++i) {
    const std::int64_t density = between(0, 100);
    const auto value = [&] { return static_cast<std::int16_t>(between(0, 99) < density ? between(-9, 9) : 0); };
    std::vector<std::int16_t> activations(static_cast<std::size_t>(between(1, 30)));
    std::generate(activations.begin(), activations.end(), value);
    std::vector<std::int16_t> weights(activations.size() * static_cast<std::size_t>(between(1, 20)));
    std::generate(weights.begin(), weights.end(), value);
    const auto layer = layer_of(weights, activations);
    const EieParameters machine{.pes = between(1, 5), .queue = between(1, 4), .index_bits = between(0, 3)};
    EXPECT_EQ(simulate_eie(layer, machine).cycles, cycles_by_recurrence(layer, machine)) << i;
  }
}

}  // namespace reference_eie_test
