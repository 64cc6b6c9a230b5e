#include "models/scnn/mapping.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/reference/hand_layers.hpp"
#include "tests/workloads/random_geometry.hpp"

namespace mapping_test {

using pruning::ConvolutionShape;
using scnn::LayerOperands;
using scnn::Mapping;
using scnn::Parameters;
using scnn::Pass;
using scnn::PeTile;
using scnn::Range;
using scnn::Window;

/// A layer whose activations are all `value`.
LayerOperands layer_of(const ConvolutionShape& shape, std::int16_t value = 1) {
  LayerOperands layer;
  layer.shape = shape;
  layer.filters = std::make_shared<const scnn::Filters>();
  layer.activations.assign(static_cast<std::size_t>(shape.C) * static_cast<std::size_t>(shape.H * shape.W), value);
  return layer;
}

Parameters random_machine() {
  Parameters parameters;
  parameters.rows = *rc::gen::inRange(1, 5);
  parameters.columns = *rc::gen::inRange(1, 5);
  return parameters;
}

/// How many of the windows hold a place.
template <class Select>
std::int64_t holders(const std::vector<PeTile>& tiles, int row, int column, const Select& window) {
  return std::count_if(tiles.begin(), tiles.end(), [&](const PeTile& t) { return window(t).contains(row, column); });
}

// Are the parts of a range in order, without gap, and never different by more than one?
RC_GTEST_PROP(PartOf, CutsARangeIntoNearlyEqualParts, ()) {
  const int begin = *rc::gen::inRange(0, 50);
  const Range whole{begin, begin + *rc::gen::inRange(0, 60)};
  const int parts = *rc::gen::inRange(1, 20);
  int at = whole.begin;
  for (int i = 0; i < parts; ++i) {
    const Range part = scnn::part_of(whole, i, parts);
    RC_ASSERT(part.begin == at);
    RC_ASSERT(part.size() == whole.size() / parts || part.size() == whole.size() / parts + 1);
    at = part.end;
  }
  RC_ASSERT(at == whole.end);
}

// floor(i H / rows) for 14 rows on 8 PEs.
TEST(PartOf, FollowsTheFloor) {
  std::vector<int> sizes;
  for (int i = 0; i < 8; ++i) sizes.push_back(scnn::part_of({0, 14}, i, 8).size());
  EXPECT_EQ(sizes, (std::vector{1, 2, 2, 2, 1, 2, 2, 2}));
  EXPECT_EQ(scnn::part_of({0, 1}, 7, 8), (Range{0, 1}));  // the last PE holds a plane of one
  EXPECT_TRUE(scnn::part_of({0, 1}, 0, 8).empty());
}

// Does each input and each output of a plane belong to exactly one PE?
RC_GTEST_PROP(MapPass, TilesCoverThePlaneOnce, (const ConvolutionShape& shape)) {
  const Window outputs{{0, shape.P()}, {0, shape.Q()}};
  const Pass pass = scnn::map_pass(shape, outputs, random_machine(), true);
  for (int y = 0; y < shape.H; ++y) {
    for (int x = 0; x < shape.W; ++x) {
      RC_ASSERT(holders(pass.tiles, y, x, [](const PeTile& t) { return t.input; }) == 1);
    }
  }
  for (int y = 0; y < shape.P(); ++y) {
    for (int x = 0; x < shape.Q(); ++x) {
      RC_ASSERT(holders(pass.tiles, y, x, [](const PeTile& t) { return t.owned; }) == 1);
    }
  }
}

// Is the accumulator tile the smallest rectangle around every output that the PE's pixels meet with some tap?
// (With strides and dilations it may also hold outputs that no pixel meets, but none beyond them at stride 1.)
RC_GTEST_PROP(MapPass, AccumulatorsHoldWhatTheTileReaches, (const ConvolutionShape& shape)) {
  const Window outputs{{0, shape.P()}, {0, shape.Q()}};
  const Pass pass = scnn::map_pass(shape, outputs, random_machine(), true);
  for (const PeTile& tile : pass.tiles) {
    std::vector<int> reached;
    for (int y = tile.input.rows.begin; y < tile.input.rows.end; ++y) {
      for (int r = 0; r < shape.R; ++r) {
        const int above = y + shape.padding.rows - shape.dilation.rows * r;
        if (above < 0 || above % shape.stride.rows != 0 || above / shape.stride.rows >= shape.P()) continue;
        reached.push_back(above / shape.stride.rows);
        RC_ASSERT(tile.accumulator.rows.contains(reached.back()));
      }
    }
    if (shape.stride.rows == 1 && shape.dilation.rows == 1) {
      RC_ASSERT(tile.accumulator.rows.empty() == reached.empty());
      if (reached.empty()) continue;
      RC_ASSERT(tile.accumulator.rows.begin == *std::min_element(reached.begin(), reached.end()));
      RC_ASSERT(tile.accumulator.rows.end == *std::max_element(reached.begin(), reached.end()) + 1);
    }
  }
}

// Do passes compute each output once, from all the input that it needs?
RC_GTEST_PROP(MapLayer, PassesCoverTheOutputsOnce, (const ConvolutionShape& shape)) {
  Parameters parameters = random_machine();
  parameters.iaram_elements = *rc::gen::inRange(1, 60);
  const Mapping mapping = scnn::map_layer(layer_of(shape), parameters);
  RC_CLASSIFY(mapping.passes.size() > 1, "several passes");
  RC_ASSERT(std::ssize(mapping.passes) == mapping.temporal_rows * mapping.temporal_columns);
  std::vector<int> computed(static_cast<std::size_t>(shape.P() * shape.Q()), 0);
  for (const Pass& pass : mapping.passes) {
    for (int oy = pass.outputs.rows.begin; oy < pass.outputs.rows.end; ++oy) {
      for (int ox = pass.outputs.columns.begin; ox < pass.outputs.columns.end; ++ox) {
        ++computed[static_cast<std::size_t>(oy * shape.Q() + ox)];
        for (int r = 0; r < shape.R; ++r) {
          for (int s = 0; s < shape.S; ++s) {
            const int y = oy * shape.stride.rows + r * shape.dilation.rows - shape.padding.rows;
            const int x = ox * shape.stride.columns + s * shape.dilation.columns - shape.padding.columns;
            if (y < 0 || y >= shape.H || x < 0 || x >= shape.W) continue;
            RC_ASSERT(pass.input.contains(y, x));
          }
        }
      }
    }
  }
  RC_ASSERT(computed == std::vector<int>(computed.size(), 1));
}

// Does every output channel belong to one group, together with the input channels of its channel group?
RC_GTEST_PROP(MapLayer, GroupsCoverTheChannelsOnce, (const ConvolutionShape& shape)) {
  Parameters parameters;
  parameters.output_channels_per_group = *rc::gen::inRange(1, 5);
  const Mapping mapping = scnn::map_layer(layer_of(shape), parameters);
  int k = 0;
  for (const auto& group : mapping.groups) {
    RC_ASSERT(group.filters.begin == k);
    RC_ASSERT(group.filters.size() > 0 && group.filters.size() <= mapping.kc);
    const int channel_group = k / shape.filters_per_group();
    RC_ASSERT((group.filters.end - 1) / shape.filters_per_group() == channel_group);
    RC_ASSERT(group.channels.begin == channel_group * shape.channels_per_group());
    RC_ASSERT(group.channels.size() == shape.channels_per_group());
    k = group.filters.end;
  }
  RC_ASSERT(k == shape.K);
  const int filters = shape.filters_per_group();
  RC_ASSERT(std::ssize(mapping.groups) == shape.groups * ((filters + mapping.kc - 1) / mapping.kc));
}

ConvolutionShape vgg_layer(int channels, int size, int filters) {
  return {.C = channels, .H = size, .W = size, .K = filters, .R = 3, .S = 3, .padding = {1, 1}};
}

/// kc, groups, temporal rows and columns
std::array<std::int64_t, 4> summary(const Mapping& m) {
  return {m.kc, std::ssize(m.groups), m.temporal_rows, m.temporal_columns};
}

// VGG-16 on the published machine, with dense activations (the worst case).
TEST(MapLayer, KnowsVgg16) {
  const Parameters machine;
  // 28 x 28 pixels of 3 channels fill 2352 of 4096 elements; an inner PE reaches 30 x 30 of 1024 partial sums.
  Mapping mapping = scnn::map_layer(layer_of(vgg_layer(3, 224, 64)), machine);
  EXPECT_EQ(summary(mapping), (std::array<std::int64_t, 4>{1, 64, 1, 1}));
  EXPECT_EQ(mapping.passes.front().largest_accumulator_tile(), 900);
  EXPECT_TRUE(mapping.input_can_stay_on_chip());
  // 64 channels leave 64 pixels to a PE: passes of 56 x 56 outputs need 58 x 58 inputs, at most 8 x 8 in a PE.
  mapping = scnn::map_layer(layer_of(vgg_layer(64, 224, 64)), machine);
  EXPECT_EQ(summary(mapping), (std::array<std::int64_t, 4>{8, 8, 4, 4}));
  EXPECT_FALSE(mapping.input_can_stay_on_chip());
  EXPECT_TRUE(mapping.input_fits);
  EXPECT_EQ(mapping.passes[5].outputs, (Window{{56, 112}, {56, 112}}));
  EXPECT_EQ(mapping.passes[5].input, (Window{{55, 113}, {55, 113}}));
  EXPECT_EQ(mapping.passes[0].input, (Window{{0, 57}, {0, 57}}));
  // 14 x 14 pixels are at most 2 x 2 in a PE, 2048 elements of 512 channels.
  mapping = scnn::map_layer(layer_of(vgg_layer(512, 14, 512)), machine);
  EXPECT_EQ(summary(mapping), (std::array<std::int64_t, 4>{8, 64, 1, 1}));
  EXPECT_EQ(mapping.passes.front().largest_accumulator_tile(), 16);
  EXPECT_TRUE(mapping.input_can_stay_on_chip());
  // A fully connected layer lies on one PE; it cannot be cut and reads its input once for every group.
  mapping = scnn::map_layer(layer_of({.C = 25088, .K = 4096}), machine);
  EXPECT_EQ(summary(mapping), (std::array<std::int64_t, 4>{8, 512, 1, 1}));
  EXPECT_FALSE(mapping.input_fits);
  EXPECT_FALSE(mapping.input_can_stay_on_chip());
  // The same layer without a single activation fits.
  EXPECT_TRUE(scnn::map_layer(layer_of({.C = 25088, .K = 4096}, 0), machine).input_fits);
}

// Are rows doubled first, then columns, then what is left?
TEST(MapLayer, CutsRowsFirst) {
  Parameters machine;
  machine.rows = machine.columns = 1;
  const auto passes = [&](int height, int width, std::int64_t elements) {
    machine.iaram_elements = elements;
    const Mapping m = scnn::map_layer(layer_of({.H = height, .W = width}), machine);
    return std::pair(m.temporal_rows, m.temporal_columns);
  };
  EXPECT_EQ(passes(8, 8, 64), std::pair(1, 1));
  EXPECT_EQ(passes(8, 8, 63), std::pair(2, 1));
  EXPECT_EQ(passes(8, 8, 31), std::pair(2, 2));
  EXPECT_EQ(passes(8, 8, 15), std::pair(4, 2));
  EXPECT_EQ(passes(8, 8, 1), std::pair(8, 8));
  EXPECT_EQ(passes(1, 8, 3), std::pair(1, 4));
  EXPECT_EQ(passes(8, 1, 1), std::pair(8, 1));
  EXPECT_EQ(passes(8, 3, 3), std::pair(8, 2));  // parts of 2 x 2 are too large, three columns cannot be four
  EXPECT_EQ(passes(3, 3, 1), std::pair(2, 2));  // nothing left to double: it stays too large
}

// Is Kc bounded by the accumulators, by the configuration, and by the channel group?
TEST(MapLayer, BoundsTheChannelsOfAGroup) {
  Parameters machine;
  machine.rows = machine.columns = 1;
  machine.accumulator_banks = 4;
  machine.accumulator_entries = 4;
  const auto kc = [&](const ConvolutionShape& shape) { return scnn::map_layer(layer_of(shape), machine).kc; };
  EXPECT_EQ(kc({.H = 2, .W = 2, .K = 100}), 4);
  EXPECT_EQ(kc({.H = 1, .W = 5, .K = 100}), 3);
  EXPECT_EQ(kc({.K = 100}), 8);
  EXPECT_EQ(kc({.C = 10, .K = 30, .groups = 10}), 3);
}

// Does a layer whose smallest pass needs more partial sums than there are say so?
TEST(MapLayer, RefusesWhatCannotBeCutSmallEnough) {
  Parameters machine;
  machine.rows = machine.columns = 1;
  machine.accumulator_banks = 1;
  machine.accumulator_entries = 3;
  EXPECT_NO_THROW(scnn::map_layer(layer_of({.H = 4, .W = 4}), machine));
  // Three rows can be cut in two parts only, of one and two.
  try {
    scnn::map_layer(layer_of({.H = 3, .W = 3}), machine);
    FAIL() << "it was mapped";
  } catch (const scnn::LayerDoesNotFit& error) {
    EXPECT_STREQ(error.what(),
                 "one output channel needs 4 partial sums in one PE even in the smallest passes, but its accumulators "
                 "hold 3 (banks x entries)");
  }
}

// Are the outputs that each PE owns a stream of their own, for each channel and pass?
TEST(OaramUse, CountsStreamByStream) {
  Parameters machine;
  machine.rows = 1;
  machine.columns = 2;
  machine.index_bits = 1;
  const ConvolutionShape shape{.H = 2, .W = 4, .K = 2};
  Mapping mapping = scnn::map_layer(layer_of(shape), machine);
  //                                     PE 0   PE 1
  const std::vector<std::int16_t> outputs{0, 0, 5, 6,              //
                                          0, 5, 7, 8, 0, 0, 0, 0,  // second channel
                                          0, 0, 0, 9};
  // PE 0: a run of 3 zeros is a placeholder and an index of 1. PE 1: four values, then a placeholder and a value.
  scnn::OaramUse use = scnn::oaram_use(layer_of(shape), outputs, mapping.passes.front(), machine);
  EXPECT_EQ(use.elements, 2 + 4 + 2);
  EXPECT_EQ(use.fullest_pe, 6);
  // Cut into two rows, each is a stream of its own, and runs end with it.
  machine.iaram_elements = 2;
  mapping = scnn::map_layer(layer_of(shape), machine);
  ASSERT_EQ(mapping.passes.size(), 2U);
  use = scnn::oaram_use(layer_of(shape), outputs, mapping.passes[0], machine);
  EXPECT_EQ(use.elements, 2);
  use = scnn::oaram_use(layer_of(shape), outputs, mapping.passes[1], machine);
  EXPECT_EQ(use.elements, 1 + 2 + 1);
  EXPECT_EQ(use.fullest_pe, 3);
}

}  // namespace mapping_test
