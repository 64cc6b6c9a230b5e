#include "tests/reference/reference_streams.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/reference/hand_layers.hpp"

namespace reference_streams_test {

using pruning::ConvolutionShape;
using pruning::Granularity;
using reference::layer_of;

// What do streams hold, and how many bits?
TEST(ReferenceStreams, PlaceholdersAndGrains) {
  const ConvolutionShape shape{.W = 6, .S = 6};
  const auto bits = [](const reference::WeightStream& stream, std::int64_t index_bits) {
    std::int64_t sum = 0;
    for (const auto& weight : stream) sum += reference::bits_of(weight, index_bits);
    return sum;
  };
  // One bit counts runs of at most one: four zeros are two placeholders, of two positions each.
  auto layer = layer_of(shape, {5, 0, 0, 0, 0, 7}, {1, 1, 1, 1, 1, 1});
  auto stream = reference::weight_stream(layer, {0, 1}, 0, {0, 0}, 1);
  ASSERT_EQ(stream.size(), 4U);
  EXPECT_TRUE(stream[1].is_placeholder && stream[2].is_placeholder);
  EXPECT_EQ(stream[3].s, 5);
  EXPECT_EQ(bits(stream, 1), 4 * 17);
  EXPECT_EQ(reference::weight_stream(layer, {0, 1}, 0, {0, 0}, 3).size(), 2U);
  // A grain that is kept holds its zeros and one index.
  layer = layer_of(shape, {5, 0, 0, 0, 0, 7}, {1, 1, 1, 1, 1, 1}, Granularity::vector);
  stream = reference::weight_stream(layer, {0, 1}, 0, {0, 0}, 1);
  ASSERT_EQ(stream.size(), 6U);
  EXPECT_EQ(bits(stream, 1), 6 * 16 + 1);
}

// How long may a run be before a placeholder breaks it?
TEST(ReferenceStreams, Runs) {
  EXPECT_EQ(reference::placeholders_for_run(15, 4), 0);
  EXPECT_EQ(reference::placeholders_for_run(16, 4), 1);
  EXPECT_EQ(reference::placeholders_for_run(31, 4), 1);
  EXPECT_EQ(reference::placeholders_for_run(32, 4), 2);
  EXPECT_EQ(reference::stored_elements({}, {0, 0, 1, 0, 0, 0, 0, 2, 0, 0}, 1), 5);  // trailing zeros are not stored
}

// Which streams meet under a stride of 2?
TEST(ReferenceStreams, StridePhases) {
  const ConvolutionShape shape{.W = 5, .S = 3, .stride = {1, 2}, .padding = {0, 1}};
  const auto layer = layer_of(shape, {10, 11, 12}, {1, 2, 0, 4, 5});
  const auto tap_columns = [&](std::int64_t phase) {
    std::vector<std::int64_t> columns;
    for (const auto& weight : reference::weight_stream(layer, {0, 1}, 0, {0, phase}, 4)) columns.push_back(weight.s);
    return columns;
  };
  const auto pixel_columns = [&](std::int64_t phase) {
    std::vector<std::int64_t> columns;
    for (const auto& pixel : reference::activation_stream(layer, {{0, 1}, {0, 5}}, 0, {0, phase}, 4)) {
      columns.push_back(pixel.x);
    }
    return columns;
  };
  EXPECT_EQ(tap_columns(0), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(tap_columns(1), (std::vector<std::int64_t>{1}));
  EXPECT_EQ(pixel_columns(0), (std::vector<std::int64_t>{1, 3}));  // (x + 1) mod 2 = 0
  EXPECT_EQ(pixel_columns(1), (std::vector<std::int64_t>{0, 4}));
}

}  // namespace reference_streams_test
