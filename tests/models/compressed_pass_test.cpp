#include "models/scnn/compressed_pass.hpp"

#include <gtest/gtest.h>

#include "models/scnn/activation_compressor.hpp"
#include "models/scnn/mapping.hpp"
#include "models/scnn/weight_compressor.hpp"
#include "tests/reference/hand_layers.hpp"

namespace compressed_pass_test {

using pruning::ConvolutionShape;
using pruning::Granularity;
using scnn::CompressedPass;
using scnn::LayerOperands;
using scnn::Parameters;
using scnn::Weight;

CompressedPass compressed(const LayerOperands& layer, const Parameters& parameters) {
  const scnn::Mapping mapping = scnn::map_layer(layer, parameters);
  scnn::CompressedPass pass;
  scnn::compress_weights(pass, layer, mapping.groups, parameters);
  scnn::compress_activations(pass, layer, mapping.passes.front(), parameters);
  return pass;
}

std::vector<Weight> weights_of(const CompressedPass& pass, std::int64_t segment) {
  std::vector<Weight> weights;
  pass.read_weights(segment, weights);
  return weights;
}

std::vector<scnn::Activation> activations_of(const CompressedPass& pass, std::size_t pe, int stream) {
  std::vector<scnn::Activation> activations;
  pass.read_activations(pe, static_cast<std::size_t>(stream), activations);
  return activations;
}

std::vector<std::int16_t> ones(std::int64_t count) {
  return std::vector<std::int16_t>(static_cast<std::size_t>(count), 1);
}

/// First and last entry of every segment, from 0.
std::vector<std::pair<std::int64_t, std::int64_t>> entries_of(const CompressedPass& pass) {
  std::vector<std::pair<std::int64_t, std::int64_t>> entries;
  for (const auto& segment : pass.segments) entries.emplace_back(segment.first_entry, segment.last_entry);
  return entries;
}

// How is a stream of e entries cut into ceil(e / (N / 2)) segments: evenly?
TEST(CompressedPass, CutsStreamsIntoSegmentsOfHalfTheFifo) {
  Parameters machine = reference::small_machine();
  machine.weights_per_cycle = 2;
  machine.weight_fifo_entries = 7;  // segments of at most 3 entries
  // 19 weights of one channel: 10 entries, the last with one weight, in 4 segments.
  const CompressedPass pass = compressed(reference::layer_of({.W = 19, .S = 19}, ones(19), ones(19)), machine);
  EXPECT_EQ(entries_of(pass), (std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 1}, {2, 4}, {5, 6}, {7, 9}}));
  EXPECT_EQ(pass.segments[0].elements, 4);
  EXPECT_EQ(pass.segments[3].elements, 5);
  EXPECT_EQ(weights_of(pass, 2).size(), 4U);
  EXPECT_EQ(pass.entry_bits.size(), 10U);
  EXPECT_EQ(pass.entry_bits[8], 18 * 20);
  EXPECT_EQ(pass.weight_bits(), 19 * 20);
  // A FIFO of one entry still takes one at a time.
  machine.weight_fifo_entries = 1;
  EXPECT_EQ(compressed(reference::layer_of({.W = 19, .S = 19}, ones(19), ones(19)), machine).segments.size(), 10U);
}

// Does every stream begin an entry of its own, and is a stream without elements left out?
TEST(CompressedPass, StartsAnEntryForEveryStream) {
  Parameters machine = reference::small_machine();
  machine.weights_per_cycle = 4;
  machine.output_channels_per_group = 2;
  // Three filters of three channels: groups of two and one; the second channel has no weight in the first group.
  const CompressedPass pass =
      compressed(reference::layer_of({.C = 3, .K = 3}, {1, 0, 2, 3, 0, 0, 4, 5, 6}, {1, 1, 1}), machine);
  EXPECT_EQ(entries_of(pass),
            (std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 0}, {1, 1}, {2, 2}, {3, 3}, {4, 4}}));
  std::vector<int> streams;
  std::vector<std::size_t> sizes;
  for (std::size_t s = 0; s < pass.segments.size(); ++s) {
    streams.push_back(pass.segments[s].stream);
    sizes.push_back(weights_of(pass, static_cast<std::int64_t>(s)).size());
  }
  EXPECT_EQ(streams, (std::vector{0, 2, 0, 1, 2}));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 1, 1, 1, 1}));
  ASSERT_EQ(pass.group_segments.size(), 2U);
  EXPECT_EQ(pass.group_segments[0].end, 2);
  EXPECT_EQ(pass.group_segments[1].begin, 2);
  EXPECT_EQ(weights_of(pass, 0)[1].filter, 1);  // within its group
  EXPECT_EQ(weights_of(pass, 2)[0].filter, 0);
  EXPECT_EQ(weights_of(pass, 2)[0].value, 4);
}

// With stride 2: do only activations and weights of one phase share a stream, and do their steps give the output?
TEST(CompressedPass, SplitsStreamsByPhase) {
  const ConvolutionShape shape{.W = 5, .S = 3, .stride = {1, 2}, .padding = {0, 1}};
  const CompressedPass pass =
      compressed(reference::layer_of(shape, {10, 20, 30}, {1, 2, 3, 4, 5}), reference::small_machine());
  // Taps 0 and 2 are in phase 0, with the pixels 1 and 3; tap 1 in phase 1, with the pixels 0, 2 and 4.
  ASSERT_EQ(pass.segments.size(), 2U);
  std::vector<std::pair<int, std::vector<int>>> products;  // output column and factors, by segment
  for (std::int64_t s = 0; s < 2; ++s) {
    for (const auto& a : activations_of(pass, 0, pass.segments[static_cast<std::size_t>(s)].stream)) {
      for (const auto& w : weights_of(pass, s)) products.push_back({a.column - w.column, {a.value, w.value}});
    }
  }
  EXPECT_EQ(products,
            (std::vector<std::pair<int, std::vector<int>>>{
                {1, {2, 10}}, {0, {2, 30}}, {2, {4, 10}}, {1, {4, 30}}, {0, {1, 20}}, {1, {3, 20}}, {2, {5, 20}}}));
}

// Do placeholders and stored zeros take a place, with or without an index?
TEST(CompressedPass, CountsTheBitsOfEveryElement) {
  Parameters machine = reference::small_machine();
  machine.index_bits = 1;
  std::vector<std::int16_t> weights{5, 0, 0, 0, 0, 7};
  std::vector<std::int16_t> activations{0, 0, 0, 3, 0, 0};
  CompressedPass pass = compressed(reference::layer_of({.W = 6, .S = 6}, weights, activations), machine);
  EXPECT_EQ(pass.segments[0].elements, 4);  // 5, two placeholders, 7
  EXPECT_EQ(pass.weight_placeholders, 2);
  EXPECT_EQ(pass.weight_bits(), 4 * 17);
  EXPECT_EQ(pass.activation_bits, 2 * 17);
  const std::vector<scnn::Activation> stored = activations_of(pass, 0, 0);
  ASSERT_EQ(stored.size(), 2U);
  EXPECT_EQ(stored[0].value, 0);
  EXPECT_EQ(stored[1].column, 3);

  pass = compressed(reference::layer_of({.W = 6, .S = 6}, weights, activations, Granularity::vector), machine);
  EXPECT_EQ(pass.segments[0].elements, 6);
  EXPECT_EQ(pass.weight_placeholders, 0);
  EXPECT_EQ(pass.weight_bits(), 6 * 16 + 1);
}

// Does each PE hold the activations of its tile, stream by stream?
TEST(CompressedPass, SharesActivationsOut) {
  Parameters machine = reference::small_machine();
  machine.rows = machine.columns = 2;
  const CompressedPass pass =
      compressed(reference::layer_of({.C = 2, .H = 2, .W = 3}, {1, 1}, {1, 2, 3, 4, 5, 6, 0, 0, 7, 0, 8, 0}), machine);
  std::vector<std::vector<int>> held;
  for (std::size_t pe = 0; pe < 4; ++pe) {
    for (int stream = 0; stream < 2; ++stream) {
      held.emplace_back();
      for (const auto& a : activations_of(pass, pe, stream)) held.back().push_back(a.value);
    }
  }
  EXPECT_EQ(held, (std::vector<std::vector<int>>{{1}, {}, {2, 3}, {7}, {4}, {}, {5, 6}, {8}}));
}

// Is a layer refused that has more taps or streams than 32 bits can number, before any memory is taken for them?
TEST(CompressedPass, RefusesWhatItCannotNumber) {
  Parameters machine;
  machine.output_channels_per_group = 64;
  const ConvolutionShape dilated{.K = 64, .R = 3, .S = 3, .padding = {4096, 4096}, .dilation = {4096, 4096}};
  EXPECT_THROW(compressed(reference::layer_of(dilated, ones(576), ones(1)), machine), scnn::LayerDoesNotFit);

  const ConvolutionShape strided{.C = 128, .stride = {4096, 4096}};
  const std::vector<scnn::OutputGroup> one_group{{{0, 1}, {0, 128}}};
  CompressedPass pass;
  EXPECT_THROW(scnn::compress_weights(pass, reference::layer_of(strided, ones(128), ones(128)), one_group, machine),
               scnn::LayerDoesNotFit);
}

}  // namespace compressed_pass_test
