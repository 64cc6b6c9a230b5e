#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <random>

#include "models/scnn/fast_elements.hpp"
#include "models/scnn/scnn.hpp"
#include "tests/reference/reference_machine.hpp"
#include "tests/support/equal_counts.hpp"
#include "tests/support/random_layer.hpp"
#include "tests/support/vector_targets.hpp"

/// Does the machine count what a slow, literal, independent reading of its description counts?

namespace scnn_against_reference_test {

using scnn::Arithmetic;
using scnn::Evaluation;
using support::RandomLayer;

std::optional<reference::Outcome> reference_outcome(const RandomLayer& layer) {
  try {
    return reference::simulate(layer.operands, layer.parameters);
  } catch (const std::domain_error&) {
    return std::nullopt;
  }
}

void expect_equal_counts(const scnn::LayerOutcome& machine, const reference::Outcome& expected) {
  support::assert_equal_counts(machine, expected, scnn::counter_table(), scnn::pe_cycle_table());
  RC_ASSERT(machine.weight_placeholders == expected.weight_placeholders);
}

void expect_equal(const scnn::LayerOutcome& machine, const reference::Outcome& expected) {
  expect_equal_counts(machine, expected);
  RC_ASSERT(machine.sums == expected.sums);
  RC_ASSERT(machine.outputs == expected.outputs);
}

RC_GTEST_PROP(ScnnAgainstReference, counters_cycles_and_sums_are_equal_block_by_block, (const RandomLayer& layer)) {
  const auto expected = reference_outcome(layer);
  scnn::Scnn machine(layer.parameters, Evaluation::detailed);
  if (!expected) {
    RC_ASSERT_THROWS_AS(machine.run(layer.operands, Arithmetic::on), scnn::LayerDoesNotFit);
    return;
  }
  const scnn::LayerOutcome outcome = machine.run(layer.operands, Arithmetic::on);
  const bool several_passes = outcome.temporal_rows * outcome.temporal_columns > 1;
  RC_CLASSIFY(several_passes, "several passes");
  RC_CLASSIFY(!several_passes && !outcome.input_can_stay, "input read again for every group");
  RC_CLASSIFY(!several_passes && !outcome.output_can_stay, "output that does not fit");
  expect_equal(outcome, *expected);
}

RC_GTEST_PROP(ScnnAgainstReference, counters_cycles_and_sums_are_equal_fast, (RandomLayer layer)) {
  layer.parameters.merge = false;
  layer.parameters.lane_queue = 1;
  RC_PRE(scnn::FastElements::applies(layer.parameters));
  const auto expected = reference_outcome(layer);
  RC_PRE(expected.has_value());
  support::on_every_vector_target([&](const std::string& target) {
    RC_LOG() << target << "\n";
    expect_equal(scnn::Scnn(layer.parameters).run(layer.operands, Arithmetic::on), *expected);
  });
}

// Filters of one tap on planes so small that every partial sum has a bank: all PEs advance together.
RC_GTEST_PROP(ScnnAgainstReference, counters_cycles_and_sums_are_equal_in_lockstep, ()) {
  RandomLayer layer = *support::one_tap_layer();
  layer.parameters.merge = false;
  layer.parameters.lane_queue = 1;
  layer.parameters.accumulator_banks = *rc::gen::inRange(32, 129);
  layer.operands.dense = *rc::gen::element(scnn::DenseOperand::none, scnn::DenseOperand::none,
                                           scnn::DenseOperand::activations, scnn::DenseOperand::weights);
  const auto expected = reference_outcome(layer);
  RC_PRE(expected.has_value());
  RC_CLASSIFY(expected->counters.products > 0, "products");
  RC_CLASSIFY(expected->counters.bypass_hits > 0, "bypass hits");
  support::on_every_vector_target([&](const std::string& target) {
    RC_LOG() << target << "\n";
    scnn::Scnn machine(layer.parameters);
    expect_equal(machine.run(layer.operands, Arithmetic::on), *expected);
    expect_equal_counts(machine.run(layer.operands, Arithmetic::off, expected->outputs), *expected);
  });
}

// The first activation in the last entry of its bank: nothing can be bypassed, whatever the registers held before.
TEST(ScnnAgainstReference, EmptyRegistersHoldNoEntry) {
  for (const int entries : {127, 128}) {
    scnn::Parameters machine;
    machine.rows = machine.columns = 1;
    machine.accumulator_banks = 2;
    machine.accumulator_entries = entries;
    machine.bypass_registers = 1;
    scnn::LayerOperands layer;
    layer.shape = {.C = 1, .H = 2, .W = entries, .K = 1, .R = 1, .S = 1};
    scnn::Filters filters;
    filters.weights = {1};
    filters.kept = {1};
    layer.filters = std::make_shared<const scnn::Filters>(filters);
    layer.activations.assign(static_cast<std::size_t>(2 * entries), 0);
    layer.activations.back() = 1;
    for (const Evaluation evaluation : {Evaluation::fast, Evaluation::detailed}) {
      const auto outcome = scnn::Scnn(machine, evaluation).run(layer, Arithmetic::on);
      EXPECT_EQ(outcome.output_channels_per_group, 1);
      EXPECT_EQ(outcome.counters.products_accumulated, 1);
      EXPECT_EQ(outcome.counters.bypass_hits, 0) << entries << " entries";
    }
  }
}

// SCNN-SparseW and SCNN-SparseA: the zeros of one operand are elements like its other values.
RC_GTEST_PROP(ScnnAgainstReference, dense_operands_are_counted_element_by_element, (RandomLayer layer)) {
  layer.operands.dense = *rc::gen::element(scnn::DenseOperand::activations, scnn::DenseOperand::weights);
  const auto expected = reference_outcome(layer);
  RC_PRE(expected.has_value());
  for (const Evaluation evaluation : {Evaluation::fast, Evaluation::detailed}) {
    scnn::Scnn machine(layer.parameters, evaluation);
    expect_equal(machine.run(layer.operands, Arithmetic::on), *expected);
    expect_equal_counts(machine.run(layer.operands, Arithmetic::off, expected->outputs), *expected);
  }
}

// A layer is cut as it is told to be, or refused.
RC_GTEST_PROP(ScnnAgainstReference, given_temporal_tiles_are_kept, (RandomLayer layer)) {
  layer.operands.temporal_tiles = {*rc::gen::inRange(1, 5), *rc::gen::inRange(1, 5)};
  const auto expected = reference_outcome(layer);
  scnn::Scnn machine(layer.parameters);
  RC_CLASSIFY(!expected, "refused");
  if (!expected) {
    RC_ASSERT_THROWS_AS(machine.run(layer.operands, Arithmetic::on), scnn::LayerDoesNotFit);
    return;
  }
  RC_ASSERT(expected->temporal_rows == layer.operands.temporal_tiles->rows);
  expect_equal(machine.run(layer.operands, Arithmetic::on), *expected);
}

RC_GTEST_PROP(ScnnAgainstReference, timing_only_counts_the_same, (const RandomLayer& layer)) {
  const auto expected = reference_outcome(layer);
  RC_PRE(expected.has_value());
  for (const Evaluation evaluation : {Evaluation::fast, Evaluation::detailed}) {
    scnn::Scnn machine(layer.parameters, evaluation);
    expect_equal_counts(machine.run(layer.operands, Arithmetic::off, expected->outputs), *expected);
  }
}

RC_GTEST_PROP(ScnnAgainstReference, a_machine_can_run_one_layer_after_another, (const RandomLayer& layer)) {
  const auto expected = reference_outcome(layer);
  RC_PRE(expected.has_value());
  for (const Evaluation evaluation : {Evaluation::fast, Evaluation::detailed}) {
    scnn::Scnn machine(layer.parameters, evaluation);
    machine.run(layer.operands, Arithmetic::on);
    expect_equal(machine.run(layer.operands, Arithmetic::on), *expected);
  }
}

RC_GTEST_PROP(ScnnAgainstReference, the_order_in_which_modules_are_evaluated_does_not_matter,
              (const RandomLayer& layer, std::uint32_t seed)) {
  const auto expected = reference_outcome(layer);
  RC_PRE(expected.has_value());
  std::vector<std::size_t> order(static_cast<std::size_t>(layer.parameters.pes()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937(seed));
  for (const Evaluation evaluation : {Evaluation::fast, Evaluation::detailed}) {
    expect_equal(scnn::Scnn(layer.parameters, evaluation, order).run(layer.operands, Arithmetic::on), *expected);
  }
}

}  // namespace scnn_against_reference_test
