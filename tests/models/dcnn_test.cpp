#include "models/dense/dcnn.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "models/dense/dot_product_kernel.hpp"
#include "models/scnn/scnn.hpp"
#include "pruning/fixed_point.hpp"
#include "tests/reference/reference_dense.hpp"
#include "tests/support/equal_counts.hpp"
#include "tests/support/random_layer.hpp"
#include "tests/support/vector_targets.hpp"

/// Do the dense machines count what a literal reading counts, and compute what SCNN computes?

namespace dcnn_test {

using dense::Dcnn;
using dense::Variant;
using pruning::ConvolutionShape;
using scnn::Arithmetic;
using support::RandomLayer;

void expect_equal_counts(const dense::LayerOutcome& machine, const reference::DenseOutcome& expected) {
  support::assert_equal_counts(machine, expected, dense::counter_table(), dense::pe_cycle_table());
}

/// Activation SRAM that holds all of a small layer, or hardly anything.
rc::Gen<std::int64_t> sram_bytes() {
  return rc::gen::oneOf(rc::gen::just(dense::activation_sram_bytes),
                        rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::int64_t>(16, 1000)));
}

RC_GTEST_PROP(DcnnAgainstReference, counters_cycles_and_sums_are_equal, (const RandomLayer& layer)) {
  const std::int64_t sram = *sram_bytes();
  Dcnn machine(layer.parameters, sram);
  for (const Variant variant : {Variant::dcnn, Variant::dcnn_opt}) {
    const auto expected =
        reference::simulate_dense(layer.operands, layer.parameters, variant == Variant::dcnn_opt, sram);
    RC_CLASSIFY(expected.temporal_rows * expected.temporal_columns > 1, "several passes");
    RC_CLASSIFY(expected.input_fits, "input stays");
    const dense::LayerOutcome outcome = machine.run(layer.operands, variant, Arithmetic::on);
    expect_equal_counts(outcome, expected);
    RC_ASSERT(outcome.sums == expected.sums);
    RC_ASSERT(outcome.outputs == expected.outputs);
    const dense::LayerOutcome timed = machine.run(layer.operands, variant, Arithmetic::off, expected.outputs);
    expect_equal_counts(timed, expected);
    RC_ASSERT(timed.sums.empty());
  }
}

// Both machines multiply the same pairs of non-zero values, apart from those that SCNN discards.
RC_GTEST_PROP(DcnnAgainstScnn, products_and_sums_are_equal, (const RandomLayer& layer)) {
  const scnn::LayerOutcome sparse = [&] {
    try {
      return scnn::Scnn(layer.parameters).run(layer.operands, Arithmetic::on);
    } catch (const scnn::LayerDoesNotFit&) {
      RC_DISCARD("does not fit SCNN");
    }
  }();
  const dense::LayerOutcome dense = Dcnn(layer.parameters).run(layer.operands, Variant::dcnn_opt, Arithmetic::on);
  RC_ASSERT(dense.counters.products == sparse.counters.products_accumulated);
  RC_ASSERT(dense.counters.ppu_values == sparse.counters.ppu_values);
  RC_ASSERT(dense.sums == sparse.sums);
  RC_ASSERT(dense.outputs == sparse.outputs);
}

RC_GTEST_PROP(DotProductKernel, is_the_same_with_every_instruction_set, ()) {
  const std::size_t size = *rc::gen::inRange<std::size_t>(1, 5) * dense::dot_product_padding;
  const int shift = *rc::gen::inRange(0, 32);
  const auto value = rc::gen::cast<std::int16_t>(rc::gen::inRange(-32767, 32768));
  auto weights = *rc::gen::container<std::vector<std::int16_t>>(size, value);
  const auto pixels = *rc::gen::container<std::vector<std::int16_t>>(size, value);
  std::int64_t sum = 0;
  std::int64_t magnitudes = 0;
  for (std::size_t i = 0; i < size; ++i) {
    auto term = pruning::shift_round_half_up(std::int64_t{weights[i]} * pixels[i], shift);
    if (magnitudes + std::abs(term) > INT32_MAX) term = weights[i] = 0;
    sum += term;
    magnitudes += std::abs(term);
  }
  const std::vector<std::int32_t> activations(pixels.begin(), pixels.end());
  support::on_every_vector_target([&](const std::string& target) {
    RC_LOG() << target << "\n";
    RC_ASSERT(dense::dot_product(activations, weights, shift) == sum);
  });
}

/// Cycles and, of the fullest PE's tiles, whether input and output stay in 2 MB of SRAM.
struct Published {
  ConvolutionShape shape;
  std::int64_t cycles;
  bool input_stays;
  bool output_stays;
};

// By the formula for the machine of the paper: 8 x 8 PEs of 16 multipliers.
TEST(Dcnn, TakesTheCyclesOfTheClosedForm) {
  const std::vector<Published> layers{
      {{.C = 3, .H = 224, .W = 224, .K = 64, .R = 3, .S = 3, .padding = {1, 1}}, 28LL * 28 * 64 * 2, true, false},
      {{.C = 512, .H = 28, .W = 28, .K = 512, .R = 3, .S = 3, .padding = {1, 1}}, 4LL * 4 * 512 * 288, true, true},
      {{.C = 192, .H = 28, .W = 28, .K = 64, .R = 1, .S = 1}, 4LL * 4 * 64 * 12, true, true},
      {{.C = 3, .H = 227, .W = 227, .K = 96, .R = 11, .S = 11, .stride = {4, 4}}, 7LL * 7 * 96 * 23, true, true},
      {{.C = 96, .H = 27, .W = 27, .K = 256, .R = 5, .S = 5, .padding = {2, 2}, .groups = 2},
       4LL * 4 * 256 * 75,
       true,
       true},
      {{.C = 4096, .K = 1000}, 1000LL * 256, true, true}};
  for (const Published& layer : layers) {
    scnn::LayerOperands operands;
    operands.shape = layer.shape;
    auto filters = std::make_shared<scnn::Filters>();
    filters->weights.assign(static_cast<std::size_t>(layer.shape.weight_count()), 0);
    operands.filters = filters;
    operands.activations.assign(
        static_cast<std::size_t>(layer.shape.C) * static_cast<std::size_t>(layer.shape.H * layer.shape.W), 0);
    const std::vector<std::int16_t> outputs(
        static_cast<std::size_t>(layer.shape.K) * static_cast<std::size_t>(layer.shape.P() * layer.shape.Q()), 0);
    const auto outcome = Dcnn({}).run(operands, Variant::dcnn, Arithmetic::off, outputs);
    EXPECT_EQ(outcome.cycles, layer.cycles);
    EXPECT_EQ(outcome.input_can_stay, layer.input_stays);
    EXPECT_EQ(outcome.output_can_stay, layer.output_stays);
    EXPECT_EQ(outcome.counters.dram_activation_bytes_written,
              layer.output_stays ? 0 : 2LL * layer.shape.K * layer.shape.P() * layer.shape.Q());
  }
}

}  // namespace dcnn_test
