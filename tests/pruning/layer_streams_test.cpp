#include "pruning/layer_streams.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <span>

#include "tests/support/stream_bits.hpp"
#include "tests/workloads/random_geometry.hpp"

namespace {

using pruning::CompressedStream;
using pruning::ConvolutionShape;
using pruning::Granularity;
using pruning::Range;
using pruning::RowsColumns;
using pruning::Step;
using pruning::Window;
using Values = std::vector<std::int16_t>;

template <class Visit>
void for_each_phase(RowsColumns stride, const Visit& visit) {
  for (int row = 0; row < stride.rows; ++row) {
    for (int column = 0; column < stride.columns; ++column) visit(RowsColumns{row, column});
  }
}

/// `count` values, of which about `zeros` of ten are zero.
Values random_values(std::int64_t count, int zeros) {
  Values values(static_cast<std::size_t>(count));
  for (auto& value : values) {
    value = *rc::gen::inRange(0, 10) < zeros ? std::int16_t{0} : *rc::gen::nonZero<std::int16_t>();
  }
  return values;
}

CompressedStream activation_stream(const ConvolutionShape& shape, const Window& tile, int bits, const Values& plane,
                                   RowsColumns phase) {
  CompressedStream stream;
  const pruning::ActivationEncoder encoder(shape, std::span(&tile, 1), bits);
  encoder.encode(plane, pruning::number_of(shape, phase), [&](const auto& e) { stream.push_back(e); });
  return stream;
}

CompressedStream weight_stream(const ConvolutionShape& shape, Granularity granularity, int bits, const Values& weights,
                               const std::vector<std::uint8_t>& kept, Range filters, int channel, RowsColumns phase) {
  CompressedStream stream;
  pruning::WeightEncoder(shape, filters.size(), granularity, bits)
      .encode(weights, kept, filters, channel, phase, [&](const auto& e) { stream.push_back(e); });
  return stream;
}

Range random_part(int extent) {
  const int begin = *rc::gen::inRange(0, extent + 1);
  return {begin, *rc::gen::inRange(begin, extent + 1)};
}

// Does each pixel belong to exactly one phase, at the step that its place in the padded plane asks for?
RC_GTEST_PROP(StridePhases, CoverEveryPixelOnce, ()) {
  const int extent = *rc::gen::inRange(0, 30);
  const Range pixels = random_part(extent);
  const int padding = *rc::gen::inRange(0, 6);
  const int stride = *rc::gen::inRange(1, 6);
  std::vector<int> seen;
  for (int phase = 0; phase < stride; ++phase) {
    const auto steps = pruning::pixels_of_phase(pixels, padding, stride, phase);
    RC_ASSERT(std::is_sorted(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; }));
    for (const Step& pixel : steps) {
      RC_ASSERT(pixel.step * stride + phase == pixel.at + padding);
      seen.push_back(pixel.at);
    }
  }
  std::sort(seen.begin(), seen.end());
  RC_ASSERT(static_cast<int>(seen.size()) == pixels.size());
  for (std::size_t i = 0; i < seen.size(); ++i) RC_ASSERT(seen[i] == pixels.begin + static_cast<int>(i));
}

// Likewise the taps of a filter, with their dilation?
RC_GTEST_PROP(StridePhases, CoverEveryTapOnce, ()) {
  const int taps = *rc::gen::inRange(1, 12);
  const int dilation = *rc::gen::inRange(1, 5);
  const int stride = *rc::gen::inRange(1, 6);
  std::vector<int> seen;
  for (int phase = 0; phase < stride; ++phase) {
    for (const Step& tap : pruning::taps_of_phase(taps, dilation, stride, phase)) {
      RC_ASSERT(tap.step * stride + phase == dilation * tap.at);
      seen.push_back(tap.at);
    }
  }
  std::sort(seen.begin(), seen.end());
  RC_ASSERT(static_cast<int>(seen.size()) == taps);
  for (int i = 0; i < taps; ++i) RC_ASSERT(seen[static_cast<std::size_t>(i)] == i);
}

// Do a pixel and a tap share a phase exactly if they meet in an output, and do their steps differ by its row?
RC_GTEST_PROP(StridePhases, BringTogetherWhatMeets, ()) {
  const int padding = *rc::gen::inRange(0, 5);
  const int stride = *rc::gen::inRange(1, 5);
  const int dilation = *rc::gen::inRange(1, 4);
  const int taps = *rc::gen::inRange(1, 6);
  std::vector<std::pair<int, int>> together;
  for (int phase = 0; phase < stride; ++phase) {
    for (const Step& tap : pruning::taps_of_phase(taps, dilation, stride, phase)) {
      for (const Step& pixel : pruning::pixels_of_phase({0, 12}, padding, stride, phase)) {
        together.emplace_back(pixel.at, tap.at);
        RC_ASSERT((pixel.step - tap.step) * stride == pixel.at + padding - dilation * tap.at);
      }
    }
  }
  std::sort(together.begin(), together.end());
  std::vector<std::pair<int, int>> expected;
  for (int y = 0; y < 12; ++y) {
    for (int r = 0; r < taps; ++r) {
      if ((y + padding - dilation * r) % stride == 0) expected.emplace_back(y, r);
    }
  }
  RC_ASSERT(together == expected);
}

// Do the activation streams of all phases hold every pixel of their tile, once, and nothing else?
RC_GTEST_PROP(ActivationStreams, DecodeToTheTile, (const ConvolutionShape& shape)) {
  const Values plane = random_values(std::int64_t{shape.H} * shape.W, *rc::gen::inRange(0, 11));
  const Window tile{random_part(shape.H), random_part(shape.W)};
  for (int bits = 1; bits <= 8; ++bits) {
    Values decoded(plane.size(), 0);
    std::vector<int> written(plane.size(), 0);
    for_each_phase(shape.stride, [&](RowsColumns phase) {
      const auto rows = pruning::pixels_of_phase(tile.rows, shape.padding.rows, shape.stride.rows, phase.rows);
      const auto columns =
          pruning::pixels_of_phase(tile.columns, shape.padding.columns, shape.stride.columns, phase.columns);
      const Values region = pruning::decode(activation_stream(shape, tile, bits, plane, phase),
                                            std::ssize(rows) * std::ssize(columns), bits);
      for (std::size_t i = 0; i < region.size(); ++i) {
        const auto at =
            static_cast<std::size_t>(rows[i / columns.size()].at * shape.W + columns[i % columns.size()].at);
        decoded[at] = region[i];
        ++written[at];
      }
    });
    for (int y = 0; y < shape.H; ++y) {
      for (int x = 0; x < shape.W; ++x) {
        const auto at = static_cast<std::size_t>(y * shape.W + x);
        RC_ASSERT(written[at] == (tile.contains(y, x) ? 1 : 0));
        RC_ASSERT(decoded[at] == (tile.contains(y, x) ? plane[at] : 0));
      }
    }
  }
}

/// Whether non-zero values stored at once are the elements of a stream. @param first number of its first position
void expect_elements(const CompressedStream& stream, std::uint32_t first, std::span<const std::int16_t> values,
                     std::span<const std::uint32_t> numbers) {
  RC_ASSERT(values.size() == stream.size());
  for (std::size_t i = 0; i < stream.size(); ++i) {
    RC_ASSERT(values[i] == stream[i].value);
    RC_ASSERT(numbers[i] == first + static_cast<std::uint32_t>(stream[i].position));
  }
}

// Streams of several tiles stored at once: those that are stored one by one, and all of them unless some have
// placeholders?
RC_GTEST_PROP(ActivationStreams, StoredAtOnceAreTheSame, (const ConvolutionShape& shape)) {
  const Values plane = random_values(std::int64_t{shape.H} * shape.W, *rc::gen::inRange(0, 11));
  const int bits = *rc::gen::inRange(1, 9);
  std::vector<Window> tiles(static_cast<std::size_t>(*rc::gen::inRange(1, 4)));
  for (Window& tile : tiles) tile = {random_part(shape.H), random_part(shape.W)};
  pruning::ActivationEncoder encoder(shape, tiles, bits);
  std::vector<CompressedStream> streams(encoder.streams());
  std::int64_t placeholders = 0;
  for (std::size_t s = 0; s < streams.size(); ++s) {
    encoder.encode(plane, s, [&](const auto& element) { streams[s].push_back(element); });
    placeholders += pruning::placeholder_count(streams[s]);
  }
  Values values(encoder.pixels());
  std::vector<std::uint32_t> numbers(encoder.pixels());
  std::vector<std::uint32_t> ends(encoder.streams());
  const bool stored = encoder.store(plane, values.data(), numbers.data(), ends.data());
  RC_CLASSIFY(stored, "stored");
  RC_ASSERT(stored == (placeholders == 0));
  for (std::size_t s = 0, begin = 0; s < streams.size() && stored; begin = ends[s++]) {
    expect_elements(streams[s], encoder.first_pixel(s), std::span(values).subspan(begin, ends[s] - begin),
                    std::span(numbers).subspan(begin, ends[s] - begin));
  }
}

// Are sizes found without the streams those of the streams?
RC_GTEST_PROP(ActivationSizes, AreThoseOfTheStreams, (const ConvolutionShape& shape)) {
  const auto pixels = static_cast<std::size_t>(shape.H) * static_cast<std::size_t>(shape.W);
  const int channels = *rc::gen::inRange(1, 4);
  const Values planes = random_values(channels * static_cast<std::int64_t>(pixels), *rc::gen::inRange(0, 11));
  const Window tile{random_part(shape.H), random_part(shape.W)};
  const int bits = *rc::gen::inRange(1, 9);
  std::int64_t expected = 0;
  for (std::size_t first = 0; first < planes.size(); first += pixels) {
    const Values plane(planes.begin() + static_cast<std::ptrdiff_t>(first),
                       planes.begin() + static_cast<std::ptrdiff_t>(first + pixels));
    for_each_phase(shape.stride, [&](RowsColumns phase) {
      expected += std::ssize(activation_stream(shape, tile, bits, plane, phase));
    });
  }
  const pruning::ActivationSizes sizes(shape, planes, bits);
  RC_ASSERT(sizes.elements(tile) == expected);
  for (const std::int64_t most : {expected - 1, expected, expected + 1}) {
    RC_ASSERT(sizes.at_most(tile, most) == (expected <= most));
  }
}

/// Filters with a random choice of whole grains; what is removed is zero.
struct RandomFilters {
  explicit RandomFilters(const ConvolutionShape& shape)
      : granularity(*rc::gen::element(Granularity::none, Granularity::fine, Granularity::vector, Granularity::kernel,
                                      Granularity::filter)),
        weights(random_values(shape.weight_count(), *rc::gen::inRange(0, 11))),
        kept(weights.size()) {
    const pruning::Shape filters{shape.K, shape.channels_per_group(), shape.R, shape.S};
    const auto size = static_cast<std::size_t>(pruning::grain_size(granularity, filters));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      kept[i] = i % size == 0 ? *rc::gen::arbitrary<bool>() : kept[i - 1];
      if (kept[i] == 0) weights[i] = 0;
    }
  }

  Granularity granularity;
  Values weights;
  std::vector<std::uint8_t> kept;
};

/// A group of output channels, cut at random.
Range random_filters(const ConvolutionShape& shape) {
  const Range part = random_part(shape.filters_per_group());
  const int first = *rc::gen::inRange(0, shape.groups) * shape.filters_per_group();
  return {first + part.begin, first + part.end};
}

/// Position in (K, C/G, R, S).
std::size_t weight_at(const ConvolutionShape& shape, int k, int c, int r, int s) {
  return static_cast<std::size_t>(((k * shape.channels_per_group() + c) * shape.R + r) * shape.S + s);
}

/// What the streams of a range of filters hold, put back into the place of each weight.
struct Decoded {
  Values weights;
  std::vector<int> written;
};

Decoded decode_filters(const ConvolutionShape& shape, const RandomFilters& filters, Range range, int bits) {
  Decoded decoded{Values(filters.weights.size(), 0), std::vector<int>(filters.weights.size(), 0)};
  for (int c = 0; c < shape.channels_per_group(); ++c) {
    for_each_phase(shape.stride, [&](RowsColumns phase) {
      const auto rows = pruning::taps_of_phase(shape.R, shape.dilation.rows, shape.stride.rows, phase.rows);
      const auto columns = pruning::taps_of_phase(shape.S, shape.dilation.columns, shape.stride.columns, phase.columns);
      const auto taps = rows.size() * columns.size();
      const Values region = pruning::decode(
          weight_stream(shape, filters.granularity, bits, filters.weights, filters.kept, range, c, phase),
          range.size() * static_cast<std::int64_t>(taps), bits);
      for (std::size_t i = 0; i < region.size(); ++i) {
        const auto at = weight_at(shape, range.begin + static_cast<int>(i / taps), c,
                                  rows[i % taps / columns.size()].at, columns[i % columns.size()].at);
        decoded.weights[at] = region[i];
        ++decoded.written[at];
      }
    });
  }
  return decoded;
}

// Do the weight streams of all channels and phases hold every weight of their filters, once, and nothing else?
RC_GTEST_PROP(WeightStreams, DecodeToTheFilters, (const ConvolutionShape& shape)) {
  const RandomFilters filters(shape);
  const Range range = random_filters(shape);
  for (int bits = 1; bits <= 8; ++bits) {
    const Decoded decoded = decode_filters(shape, filters, range, bits);
    const auto of_one = static_cast<std::size_t>(shape.weight_count() / shape.K);
    for (std::size_t i = 0; i < decoded.weights.size(); ++i) {
      const bool inside = range.contains(static_cast<int>(i / of_one));
      RC_ASSERT(decoded.written[i] == (inside ? 1 : 0));
      RC_ASSERT(decoded.weights[i] == (inside ? filters.weights[i] : 0));
    }
  }
}

// Streams of non-zero weights stored without going through elements: the same ones, and all but those with
// placeholders?
RC_GTEST_PROP(WeightStreams, OfNonzerosAreTheSame, (const ConvolutionShape& shape)) {
  const RandomFilters filters(shape);
  const Range range = random_filters(shape);
  const int bits = *rc::gen::inRange(1, 9);
  const pruning::WeightEncoder encoder(shape, range.size(), filters.granularity, bits);
  for_each_phase(shape.stride, [&](RowsColumns phase) {
    const std::size_t positions = encoder.size_of(range, phase);
    const auto first = *rc::gen::inRange<std::uint32_t>(0, 1000);
    std::vector<std::uint32_t> numbers(positions);
    std::iota(numbers.begin(), numbers.end(), first);
    std::vector<std::uint32_t> entries_of(positions + 1);  // of one element
    std::iota(entries_of.begin(), entries_of.end(), 0);
    auto nonzeros = encoder.nonzeros(filters.weights, range, phase, numbers);
    RC_ASSERT(nonzeros.has_value() == !pruning::is_coarse(filters.granularity));
    if (!nonzeros) return;
    for (int c = 0; c < shape.channels_per_group(); ++c) {
      const CompressedStream stream =
          weight_stream(shape, filters.granularity, bits, filters.weights, filters.kept, range, c, phase);
      Values values(positions + 1 + pruning::PositionRows::padding);
      std::vector<std::uint32_t> stored(values.size());
      std::uint32_t elements = 0;
      const auto channel = static_cast<std::size_t>(c);
      const std::size_t done =
          nonzeros->store(channel, channel + 1, {values.data(), stored.data(), 1, 0, entries_of.data()}, &elements);
      RC_ASSERT(done == (pruning::placeholder_count(stream) == 0 ? 1U : 0U));
      if (done == 0) continue;
      expect_elements(stream, first, std::span(values).first(elements), std::span(stored).first(elements));
    }
  });
}

// Does a coarse stream store its whole part of every kept grain, zeros too, under one index?
RC_GTEST_PROP(WeightStreams, StoreKeptGrainsWhole, (const ConvolutionShape& shape)) {
  const RandomFilters filters(shape);
  RC_PRE(pruning::is_coarse(filters.granularity));
  const Range range = random_filters(shape);
  for (int c = 0; c < shape.channels_per_group(); ++c) {
    for_each_phase(shape.stride, [&](RowsColumns phase) {
      const auto rows = pruning::taps_of_phase(shape.R, shape.dilation.rows, shape.stride.rows, phase.rows);
      const auto columns = pruning::taps_of_phase(shape.S, shape.dilation.columns, shape.stride.columns, phase.columns);
      std::int64_t values = 0;
      std::int64_t grains = 0;
      for (int k = range.begin; k < range.end; ++k) {
        bool filter_has_index = false;
        for (const Step& row : rows) {
          if (columns.empty() || filters.kept[weight_at(shape, k, c, row.at, 0)] == 0) continue;
          values += std::ssize(columns);
          if (filters.granularity == Granularity::vector || !filter_has_index) ++grains;
          filter_has_index = true;
        }
      }
      const CompressedStream stream =
          weight_stream(shape, filters.granularity, 4, filters.weights, filters.kept, range, c, phase);
      const std::int64_t placeholders = pruning::placeholder_count(stream);
      RC_ASSERT(std::ssize(stream) == values + placeholders);
      RC_ASSERT(support::stream_bits(stream, 4) == 16 * (values + placeholders) + 4 * (grains + placeholders));
    });
  }
}

// In which order do weights follow each other: filter, row, column?
TEST(WeightStreams, AreOrderedByFilterRowColumn) {
  const ConvolutionShape shape{.C = 2, .H = 4, .W = 4, .K = 2, .R = 2, .S = 2};
  Values weights(16);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int16_t>(i + 1);
  const CompressedStream stream = weight_stream(shape, Granularity::none, 4, weights, {}, {0, 2}, 1, {0, 0});
  Values order;
  for (const auto& element : stream) order.push_back(element.value);
  EXPECT_EQ(order, (Values{5, 6, 7, 8, 13, 14, 15, 16}));
}

// Which taps and pixels are in which stream with stride 2? (A 3x3 filter has 4, 2, 2 and 1 taps in its phases.)
TEST(StreamsOfStrideTwo, SplitIntoFourPhases) {
  const ConvolutionShape shape{.H = 3, .W = 3, .R = 3, .S = 3, .stride = {2, 2}, .padding = {1, 1}};
  const Values numbers{1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto values = [](const CompressedStream& stream) {
    Values result;
    for (const auto& element : stream) result.push_back(element.value);
    return result;
  };
  const auto taps = [&](RowsColumns phase) {
    return values(weight_stream(shape, Granularity::fine, 4, numbers, {}, {0, 1}, 0, phase));
  };
  const auto pixels = [&](RowsColumns phase) {
    return values(activation_stream(shape, {{0, 3}, {0, 3}}, 4, numbers, phase));
  };
  EXPECT_EQ(taps({0, 0}), (Values{1, 3, 7, 9}));
  EXPECT_EQ(taps({0, 1}), (Values{2, 8}));
  EXPECT_EQ(taps({1, 0}), (Values{4, 6}));
  EXPECT_EQ(taps({1, 1}), (Values{5}));
  // The padding shifts the pixels by one phase.
  EXPECT_EQ(pixels({0, 0}), (Values{5}));
  EXPECT_EQ(pixels({0, 1}), (Values{4, 6}));
  EXPECT_EQ(pixels({1, 0}), (Values{2, 8}));
  EXPECT_EQ(pixels({1, 1}), (Values{1, 3, 7, 9}));
}

}  // namespace
