#include "models/scnn/post_processing_unit.hpp"

#include "tests/models/bench.hpp"

namespace post_processing_unit_test {

using scnn::LayerOperands;
using scnn::PostProcessingUnit;
using Outputs = std::vector<std::int16_t>;

/// A layer of 2 channels of 2 x 3 outputs, of which the unit owns the last two columns.
struct PostProcessingUnitTest : scnn::test::Bench {
  PostProcessingUnitTest() {
    layer.shape = {.C = 1, .H = 2, .W = 3, .K = 2};
    begin();
  }
  void accumulate(int k, int row, int column, std::int64_t partial_sum) {
    unit.accumulate(k, row, column, std::span(&partial_sum, 1));
  }
  void begin() { unit.begin_pass(layer, {{0, 2}, {1, 3}}, sums, outputs); }

  LayerOperands layer;
  std::vector<std::int64_t> sums = std::vector<std::int64_t>(12, 0);
  Outputs outputs = Outputs(12, -1);
  PostProcessingUnit unit{"post_processing_unit", scnn::Parameters{}};
};

// Are partial sums of one output added, before the bias, and only outputs of the group and the PE finished?
TEST_F(PostProcessingUnitTest, GathersPartialSums) {
  accumulate(1, 0, 1, 40);
  accumulate(1, 0, 1, 2);
  accumulate(1, 1, 2, -7);
  accumulate(0, 0, 1, 100);
  EXPECT_EQ(unit.finish_group({{1, 2}, {0, 1}}), 2);
  EXPECT_EQ(sums, (std::vector<std::int64_t>{0, 100, 0, 0, 0, 0, 0, 42, 0, 0, 0, -7}));
  EXPECT_EQ(outputs, (Outputs{-1, -1, -1, -1, -1, -1, -1, 42, 0, -1, 0, -7}));
}

// In which order: bias, ReLU, rounding?
TEST_F(PostProcessingUnitTest, AddsTheBiasBeforeReluAndRounding) {
  layer.bias = {1000, 5};
  layer.relu = true;
  layer.output_shift = 1;
  begin();
  accumulate(1, 0, 1, -4);  // 1, half of which rounds up to 1
  accumulate(1, 0, 2, -6);  // -1, cut off; without ReLU half of it would round up to 0 as well
  accumulate(1, 1, 1, -9);  // -4, cut off
  accumulate(1, 1, 2, 2);   // 7, half of which rounds up to 4
  EXPECT_EQ(unit.finish_group({{1, 2}, {0, 1}}), 2);
  EXPECT_EQ(outputs, (Outputs{-1, -1, -1, -1, -1, -1, -1, 1, 0, -1, 0, 4}));
  EXPECT_EQ(sums[7], -4) << "sums stay without bias";
}

// Are halves rounded up, also those below zero, and does a negative shift make the scale finer?
TEST_F(PostProcessingUnitTest, RoundsHalvesUp) {
  layer.output_shift = 2;
  begin();
  for (const auto& [row, column, sum] : {std::tuple{0, 1, 10}, {0, 2, -10}, {1, 1, -11}, {1, 2, 9}}) {
    accumulate(0, row, column, sum);
  }
  unit.finish_group({{0, 1}, {0, 1}});
  EXPECT_EQ(outputs, (Outputs{-1, 3, -2, -1, -3, 2, -1, -1, -1, -1, -1, -1}));
  layer.output_shift = -3;
  begin();
  unit.finish_group({{0, 1}, {0, 1}});
  EXPECT_EQ(outputs[1], 80);
}

// How many elements does a channel take in the OARAM: values, and a placeholder where a run of zeros is long?
TEST_F(PostProcessingUnitTest, CompressesEachChannelOnItsOwn) {
  layer.shape = {.C = 1, .H = 3, .W = 16, .K = 2};
  sums.assign(2 * 48, 0);
  outputs.assign(2 * 48, 0);
  unit.begin_pass(layer, {{0, 3}, {0, 16}}, sums, outputs);
  EXPECT_EQ(unit.finish_group({{0, 2}, {0, 1}}), 0);
  accumulate(0, 1, 15, 1);  // 31 zeros before it: a placeholder
  accumulate(0, 2, 15, 1);  // 15: none
  accumulate(1, 1, 0, 1);   // 16 in this channel: a placeholder, though the one before ended with a value
  EXPECT_EQ(unit.finish_group({{0, 1}, {0, 1}}), 3);
  EXPECT_EQ(unit.finish_group({{1, 2}, {0, 1}}), 2);
  EXPECT_EQ(unit.finish_group({{0, 2}, {0, 1}}), 5);
}

// Does a value that rounds to zero count as one?
TEST_F(PostProcessingUnitTest, WritesNothingForWhatRoundsToZero) {
  layer.output_shift = 4;
  begin();
  accumulate(0, 0, 1, 7);
  accumulate(0, 0, 2, 8);
  EXPECT_EQ(unit.finish_group({{0, 1}, {0, 1}}), 1);
}

}  // namespace post_processing_unit_test
