#include "models/eie/eie.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "models/eie/actions.hpp"
#include "models/eie/energy_model.hpp"
#include "tests/reference/reference_eie.hpp"

/// Does EIE count and compute what a literal reading does, cycle by cycle?

namespace eie_test {

using eie::Eie;
using eie::Parameters;
using scnn::Arithmetic;

/// A fully connected layer and a machine for it.
struct Layer {
  Parameters parameters;
  std::int64_t rows = 1;
  std::vector<std::int16_t> weights;  ///< (rows, inputs)
  scnn::LayerOperands operands;

  [[nodiscard]] std::int64_t inputs() const { return std::ssize(operands.activations); }
  [[nodiscard]] pruning::InterleavedColumns matrix() const {
    return pruning::interleave(weights, rows, inputs(), parameters.pes, static_cast<int>(parameters.index_bits),
                               pruning::share_weights(weights, static_cast<int>(parameters.weight_bits)));
  }
  [[nodiscard]] eie::LayerOutcome run(Arithmetic arithmetic = Arithmetic::on) const {
    return Eie(parameters).run(matrix(), operands, arithmetic);
  }
  [[nodiscard]] reference::EieOutcome expected() const {
    return reference::simulate_eie(
        {rows, inputs(), reference::share_weights(weights, parameters.weight_bits), operands.activations,
         operands.product_shift},
        {parameters.pes, parameters.queue, parameters.index_bits, parameters.weight_bits, parameters.entries_per_word,
         parameters.activations_per_pe, parameters.pipeline_latency});
  }
};

void showValue(const Layer& layer, std::ostream& out) {
  for (const auto& info : eie::parameter_table()) {
    if (const auto* field = std::get_if<std::int64_t Parameters::*>(&info.field)) {
      out << info.key << ' ' << layer.parameters.**field << '\n';
    }
  }
  out << "rows " << layer.rows << " weights";
  for (const auto w : layer.weights) out << ' ' << w;
  out << "\ninputs";
  for (const auto a : layer.operands.activations) out << ' ' << a;
}

std::vector<std::int16_t> random_values(std::int64_t count, int most_zeros) {
  const auto zeros = static_cast<std::size_t>(*rc::gen::inRange(0, most_zeros));
  const auto value = rc::gen::oneOf(rc::gen::nonZero<std::int16_t>(), rc::gen::element<std::int16_t>(-3, -1, 1, 2));
  return *rc::gen::container<std::vector<std::int16_t>>(
      static_cast<std::size_t>(count),
      rc::gen::weightedOneOf<std::int16_t>({{zeros, rc::gen::just(std::int16_t{0})}, {1, value}}));
}

/// From one weight to a few hundred, on machines of a few PEs with queues, words and batches of all sizes.
Layer random_layer() {
  Layer layer;
  Parameters& p = layer.parameters;
  p.pes = *rc::gen::inRange(1, 7);
  p.queue = *rc::gen::inRange(1, 6);
  p.index_bits = *rc::gen::inRange(1, 5);
  p.weight_bits = *rc::gen::inRange(1, 5);
  p.entries_per_word = *rc::gen::inRange(1, 10);
  p.activations_per_pe = *rc::gen::inRange(1, 8);
  p.pipeline_latency = *rc::gen::inRange(0, 6);
  layer.rows = *rc::gen::inRange(1, 40);
  const std::int64_t inputs = *rc::gen::inRange(1, 50);
  layer.weights = random_values(layer.rows * inputs, 20);
  layer.operands.activations = random_values(inputs, 5);
  layer.operands.product_shift = *rc::gen::inRange(0, 20);
  layer.operands.output_shift = *rc::gen::inRange(0, 20);
  layer.operands.relu = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) {
    layer.operands.bias = *rc::gen::container<std::vector<std::int64_t>>(static_cast<std::size_t>(layer.rows),
                                                                         rc::gen::inRange<std::int64_t>(-99, 99));
  }
  return layer;
}

void expect_equal_counts(const eie::LayerOutcome& machine, const reference::EieOutcome& expected) {
  const eie::Counters& c = machine.counters;
  RC_ASSERT(machine.cycles == expected.cycles);
  RC_ASSERT((reference::EieCounters{c.broadcasts, c.entries, c.placeholders, c.empty_columns, c.pointer_reads,
                                    c.spmat_word_reads, c.accumulator_updates, c.accumulator_bypasses}) ==
            expected.counters);
  const eie::PeCycles& t = machine.pe_cycles;
  RC_ASSERT((reference::EiePeCycles{t.busy, t.starved, t.latency}) == expected.pe_cycles);
}

RC_GTEST_PROP(EieAgainstReference, counters_cycles_and_sums_are_equal, ()) {
  const Layer layer = random_layer();
  std::ostringstream shown;
  showValue(layer, shown);
  RC_LOG() << shown.str() << "\n";
  const reference::EieOutcome expected = layer.expected();
  RC_CLASSIFY(expected.counters.accumulator_bypasses > 0, "bypasses");
  RC_CLASSIFY(expected.counters.placeholders > 0, "placeholders");
  RC_CLASSIFY(layer.inputs() > layer.parameters.batch(), "batches");
  const eie::LayerOutcome outcome = layer.run();
  expect_equal_counts(outcome, expected);
  RC_ASSERT(outcome.sums == expected.sums);
  for (std::size_t k = 0; k < outcome.outputs.size(); ++k) {
    RC_ASSERT(outcome.outputs[k] == scnn::finished_output(layer.operands, static_cast<int>(k), expected.sums[k]));
  }
  const eie::LayerOutcome timed = layer.run(Arithmetic::off);
  expect_equal_counts(timed, expected);
  RC_ASSERT(timed.sums.empty());
}

// One machine takes layers of any size, one after another.
RC_GTEST_PROP(Eie, forgets_the_layer_before, ()) {
  const Layer first = random_layer();
  Layer second = random_layer();
  second.parameters = first.parameters;
  Eie machine(first.parameters);
  machine.run(first.matrix(), first.operands, Arithmetic::on);
  const eie::LayerOutcome outcome = machine.run(second.matrix(), second.operands, Arithmetic::on);
  const eie::LayerOutcome alone = second.run();
  RC_ASSERT(outcome.cycles == alone.cycles);
  RC_ASSERT(outcome.counters == alone.counters);
  RC_ASSERT(outcome.sums == alone.sums);
}

RC_GTEST_PROP(Eie, a_deeper_queue_never_takes_longer, ()) {
  Layer layer = random_layer();
  const std::int64_t cycles = layer.run(Arithmetic::off).cycles;
  ++layer.parameters.queue;
  RC_ASSERT(layer.run(Arithmetic::off).cycles <= cycles);
}

/// A layer of ones. @param full inputs whose column has a weight in every row; the others have none
Layer layer_of(std::int64_t rows, const std::vector<bool>& full, std::int64_t pes) {
  Layer layer;
  layer.parameters.pes = pes;
  layer.rows = rows;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (const bool column : full) layer.weights.push_back(column ? 1 : 0);
  }
  layer.operands.activations.assign(full.size(), 1);
  return layer;
}

// Broadcast in cycle 0, entries from cycle 1 on.
TEST(Eie, AColumnTakesACycleForEveryEntry) {
  EXPECT_EQ(layer_of(12, {true}, 4).run().cycles, 1 + 3 + 4);
  EXPECT_EQ(layer_of(13, {true}, 4).run().cycles, 1 + 4 + 4);
  EXPECT_EQ(layer_of(12, {false}, 4).run().cycles, 1 + 1 + 4);
}

// Columns of 10 and 1 in turn on a queue of one place: the third is broadcast in the cycle after the second was taken.
TEST(Eie, AFullQueueStopsTheBroadcast) {
  Layer layer = layer_of(1, {true, true, true}, 1);
  layer.parameters.queue = 1;
  layer.parameters.pipeline_latency = 0;
  // Broadcasts in 0, 2, 4: an activation is taken in the cycle after, and the place is free in the next.
  EXPECT_EQ(layer.run().cycles, 6);
  layer.parameters.queue = 2;
  EXPECT_EQ(layer.run().cycles, 4);
}

TEST(Eie, ALayerWithoutNonzeroInputsTakesTheLatency) {
  Layer layer = layer_of(3, {true, true}, 2);
  layer.operands.activations = {0, 0};
  const eie::LayerOutcome outcome = layer.run();
  EXPECT_EQ(outcome.cycles, 4);
  EXPECT_EQ(outcome.pe_cycles, (eie::PeCycles{0, 0, 8}));
  EXPECT_EQ(outcome.sums, (std::vector<std::int64_t>{0, 0, 0}));
}

// One weight per column, always in the same row: every update but the first meets the sum that the adder just made.
TEST(Eie, UpdatesOfOneRowInConsecutiveCyclesAreBypassed) {
  Layer layer = layer_of(1, {true, true, true, true}, 1);
  EXPECT_EQ(layer.run().counters.accumulator_bypasses, 3);
  layer.parameters.activations_per_pe = 2;  // another batch comes later
  EXPECT_EQ(layer.run().counters.accumulator_bypasses, 2);
  EXPECT_EQ(layer_of(1, {true, false, true}, 1).run().counters.accumulator_bypasses, 0);
}

TEST(Eie, SaysWhatTheFullestPeStores) {
  const Layer layer = layer_of(5, {true, true}, 2);
  const eie::SramUse use = eie::sram_use(layer.matrix(), layer.parameters);
  EXPECT_EQ(use.sparse_matrix_bytes, 6);
  EXPECT_EQ(use.pointer_bytes, 6);
  EXPECT_TRUE(use.fits());
  EXPECT_FALSE(layer_of(1, std::vector<bool>(16384), 1).run().sram.fits());
  EXPECT_TRUE(layer_of(1, std::vector<bool>(16383), 1).run().sram.fits());
}

TEST(Eie, RefusesAMatrixOfAnotherMachine) {
  const Layer layer = layer_of(4, {true}, 2);
  EXPECT_THROW(Eie({.pes = 3}).run(layer.matrix(), layer.operands, Arithmetic::on), std::invalid_argument);
}

// Do energies per action give back the power that they were taken from?
TEST(Eie, TakesThePublishedPowerUnderThePublishedLoad) {
  Layer layer;
  layer.rows = 4096;
  std::mt19937 random(1);  // NOLINT: a fixed layer
  const auto chance = [&](unsigned thousandths) { return random() % 1000 < thousandths; };
  layer.weights.resize(std::size_t{4096} * 4096);
  for (std::int16_t& weight : layer.weights) weight = chance(90) ? 1 : 0;
  layer.operands.activations.resize(4096);
  for (std::int16_t& activation : layer.operands.activations) activation = chance(353) ? 1 : 0;
  const eie::LayerOutcome outcome = layer.run(Arithmetic::off);

  energy::Technology technology;
  technology.node = "45 nm";
  technology.dram = {{{1, 8, "45 nm", ""}}, 1, "bits", "pJ"};
  energy::Table table;
  table.entries = eie::derived_entries(layer.parameters, technology);
  const double energy_pj = energy::energy_of(eie::actions_of(outcome.counters, layer.parameters), table).total_pj;
  const double nanoseconds = static_cast<double>(outcome.cycles) / layer.parameters.clock_ghz;
  EXPECT_NEAR(energy_pj / nanoseconds, 590, 0.02 * 590);  // milliwatts
}

}  // namespace eie_test
