// Is what is said about fitting on the chip true, and is no more computed for it than that takes?

#include "sim/layer_fits.hpp"

#include <gtest/gtest.h>

#include "pruning/input_error.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

Accelerator machine_with(std::int64_t iaram, std::int64_t oaram, std::int64_t partial_sums = 64) {
  Accelerator parameters;
  parameters.rows = parameters.columns = 2;
  parameters.accumulator_banks = 1;
  parameters.accumulator_entries = partial_sums;
  parameters.iaram_elements = iaram;
  parameters.oaram_elements = oaram;
  return parameters;
}

/// `input output`, each `fits`, `does not` or `?`.
std::string text_of(const LayerFit& fit) {
  const auto text = [](const std::optional<bool>& fits) { return !fits ? "?" : *fits ? "fits" : "does not"; };
  return std::string(text(fit.input_can_stay)) + ", " + text(fit.output_can_stay);
}

// A PE holds 3 channels of 4 x 4 inputs, and owns 2 channels of 4 x 4 outputs.
TEST(LayerFits, FollowFromTheShapeWhereAllPositionsFit) {
  const pruning::ConvolutionShape shape{.C = 3, .H = 8, .W = 8, .K = 2};
  EXPECT_EQ(text_of(fit_of_shape(shape, Machine::scnn, machine_with(48, 32))), "fits, fits");
  EXPECT_EQ(text_of(fit_of_shape(shape, Machine::scnn, machine_with(48, 31))), "fits, ?");
  EXPECT_EQ(text_of(fit_of_shape(shape, Machine::scnn, machine_with(47, 32))), "?, ?");  // it may take several passes
  EXPECT_EQ(text_of(fit_of_shape(shape, Machine::scnn, machine_with(48, 32, 15))), "does not, does not");
}

/// Two layers in a chain with one channel each, on a plane of 8 x 8.
class LayerFitsOfARun : public ::testing::Test {
 protected:
  /// What is answered about the first layer with the given efforts: its input, then its output.
  static std::string answers(const std::string& more, std::int64_t iaram, std::int64_t oaram) {
    write_file("run.yaml",
               "network:\n  name: n\n  input: {channels: 1, height: 8, width: 8}\n  layers:\n"
               "  - {name: a, type: conv, output_channels: 1, kernel: 1}\n"
               "  - {name: b, type: conv, output_channels: 1, kernel: 1}\n"
               "weights: {synthetic: {}}\n" +
                   more);
    const RunFile run = read_run_file("run.yaml");
    LayerEvaluator evaluator(run);
    const Accelerator parameters = machine_with(iaram, oaram);
    LayerFits fits(evaluator, Machine::scnn, parameters);
    std::string text;
    for (const Effort effort : {Effort::none, Effort::make_input, Effort::evaluate_layer}) {
      LayerFit fit;
      fit.input_can_stay = fits.ask({0, Border::Side::input}, 0, effort);
      fit.output_can_stay = fits.ask({0, Border::Side::output}, 0, effort);
      text += (text.empty() ? "" : "; ") + text_of(fit);
    }
    return text;
  }

  WorkingDirectory directory;
};

TEST_F(LayerFitsOfARun, TakeAsMuchEffortAsTheyNeed) {
  const std::string sparse = "activations: {synthetic: {density: 0.1}}\n";
  const std::string dense = "activations: {synthetic: {density: 1}}\n";
  EXPECT_EQ(answers(sparse, 16, 16), "fits, fits; fits, fits; fits, fits");
  EXPECT_EQ(answers(sparse, 10, 16), "?, ?; fits, fits; fits, fits");
  EXPECT_EQ(answers(sparse, 16, 10), "fits, ?; fits, ?; fits, fits");
  EXPECT_EQ(answers(sparse, 10, 10), "?, ?; fits, ?; fits, fits");
  EXPECT_EQ(answers(dense, 10, 10), "?, ?; does not, does not; does not, does not");  // four passes
  EXPECT_EQ(answers(dense, 16, 10), "fits, ?; fits, ?; fits, does not");
}

// Is a layer that cannot be cut small enough refused at once, from its shape?
TEST_F(LayerFitsOfARun, RefuseWhatFitsNoAccumulator) {
  write_file("run.yaml",
             "network:\n  name: n\n  input: {channels: 1, height: 8, width: 8}\n  layers:\n"
             "  - {name: a, type: conv, output_channels: 1, kernel: 5, stride: 2, padding: 2}\n"
             "weights: {synthetic: {}}\nactivations: {synthetic: {}}\n");
  const RunFile run = read_run_file("run.yaml");
  LayerEvaluator evaluator(run);
  EXPECT_NO_THROW(LayerFits(evaluator, Machine::scnn, machine_with(4096, 4096, 4)));
  try {
    Accelerator one = machine_with(4096, 4096, 1);
    one.rows = one.columns = 1;
    one.accumulator_entries = 0;
    LayerFits fits(evaluator, Machine::scnn, one);
    ADD_FAILURE() << "accepted";
  } catch (const pruning::InputError& error) {
    EXPECT_NE(std::string(error.what()).find("layer a does not fit the machine: one output channel needs"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace sim::test
