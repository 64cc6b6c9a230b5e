#include "pruning/compressed_stream.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "tests/support/stream_bits.hpp"

namespace {

using pruning::CompressedStream;
using Region = std::vector<std::int16_t>;

/// A region of random size and density: empty, all zero, full and everything between occur.
Region random_region() {
  const int zeros_of_ten = *rc::gen::inRange(0, 11);
  const auto value =
      rc::gen::oneOf(rc::gen::nonZero<std::int16_t>(), rc::gen::element<std::int16_t>(-32767, -1, 1, 32767));
  return *rc::gen::container<Region>(
      rc::gen::weightedOneOf<std::int16_t>({{static_cast<std::size_t>(zeros_of_ten), rc::gen::just(std::int16_t{0})},
                                            {static_cast<std::size_t>(10 - zeros_of_ten), value}}));
}

/// A region of runs of zeros that are long for any index.
Region region_of_long_runs() {
  Region region;
  for (const int run : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 600))) {
    region.insert(region.end(), static_cast<std::size_t>(run), 0);
    region.push_back(*rc::gen::nonZero<std::int16_t>());
  }
  return region;
}

/// `zeros` zeros, then a value.
Region value_after(int zeros) {
  Region region(static_cast<std::size_t>(zeros), 0);
  region.push_back(7);
  return region;
}

/// Indices of the elements up to and with the first that is no placeholder.
std::vector<int> indices(const CompressedStream& stream) {
  std::vector<int> result;
  for (const auto& element : stream) result.push_back(element.index);
  return result;
}

std::size_t nonzero(const Region& region) {
  return region.size() - static_cast<std::size_t>(std::count(region.begin(), region.end(), std::int16_t{0}));
}

/// Grains of a region, their values and which are kept.
struct Grains {
  Region region;
  std::vector<std::int32_t> grain;
  std::vector<std::uint8_t> kept;
  std::size_t kept_grains = 0;

  void add(const Region& values, bool keep) {
    if (values.empty()) return;
    const std::int32_t number = grain.empty() ? 3 : grain.back() + 2;
    region.insert(region.end(), values.begin(), values.end());
    grain.insert(grain.end(), values.size(), number);
    kept.insert(kept.end(), values.size(), keep ? 1 : 0);
    if (keep) ++kept_grains;
  }

  [[nodiscard]] CompressedStream encode(int index_bits) const {
    return pruning::encode_grains(region, grain, kept, index_bits);
  }
  [[nodiscard]] Region kept_values() const {
    Region values = region;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (kept[i] == 0) values[i] = 0;
    }
    return values;
  }
};

Grains random_grains() {
  Grains grains;
  const int removed_of_ten = *rc::gen::inRange(0, 11);
  for (int size : *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 40))) {
    const bool keep = *rc::gen::inRange(0, 10) >= removed_of_ten;
    Region values(static_cast<std::size_t>(size));
    for (auto& value : values) value = *rc::gen::element<std::int16_t>(0, 0, 1, -5, 32767);
    grains.add(values, keep);
  }
  return grains;
}

// Does a stream hold its region, whatever the width of the index?
RC_GTEST_PROP(CompressedStream, DecodesToTheRegion, ()) {
  const Region region = *rc::gen::inRange(0, 4) == 0 ? region_of_long_runs() : random_region();
  for (int bits = 1; bits <= 8; ++bits) {
    RC_ASSERT(pruning::decode(pruning::encode(region, bits), static_cast<std::int64_t>(region.size()), bits) == region);
  }
}

// Do the positions of elements say what their indices say, and is nothing stored but values and placeholders?
RC_GTEST_PROP(CompressedStream, HoldsEachValueOnceAtItsPosition, ()) {
  const Region region = *rc::gen::inRange(0, 4) == 0 ? region_of_long_runs() : random_region();
  const int bits = *rc::gen::inRange(1, 9);
  const CompressedStream stream = pruning::encode(region, bits);
  std::int32_t next = 0;
  for (const auto& element : stream) {
    RC_ASSERT(element.has_index);
    RC_ASSERT(element.index < (1 << bits));
    RC_ASSERT(element.position == next + element.index);
    RC_ASSERT(element.value == region[static_cast<std::size_t>(element.position)]);
    RC_ASSERT(element.placeholder == (element.value == 0));
    next = element.position + 1;
  }
  RC_ASSERT(stream.size() == nonzero(region) + static_cast<std::size_t>(pruning::placeholder_count(stream)));
  if (!stream.empty()) RC_ASSERT(!stream.back().placeholder);
}

// Is every run of zeros before a value broken as often as its index overflows, and no other?
RC_GTEST_PROP(CompressedStream, HasOnePlaceholderForEveryFullRun, ()) {
  const Region region = region_of_long_runs();
  for (int bits = 1; bits <= 8; ++bits) {
    std::int64_t expected = 0;
    std::int64_t run = 0;
    for (const std::int16_t value : region) {
      if (value == 0) {
        ++run;
      } else {
        expected += run >> bits;
        run = 0;
      }
    }
    RC_ASSERT(pruning::placeholder_count(pruning::encode(region, bits)) == expected);
  }
}

// Do runs fit just where there are no placeholders?
RC_GTEST_PROP(CompressedStream, HasPlaceholdersWhereRunsDoNotFit, ()) {
  const Region region = *rc::gen::inRange(0, 4) == 0 ? region_of_long_runs() : random_region();
  const int bits = *rc::gen::inRange(1, 9);
  const auto first = *rc::gen::inRange<std::uint32_t>(0, 1000);
  const CompressedStream stream = pruning::encode(region, bits);
  std::vector<std::uint32_t> positions;
  for (const auto& element : stream) {
    if (!element.placeholder) positions.push_back(first + static_cast<std::uint32_t>(element.position));
  }
  const bool fit = pruning::runs_fit(positions, first, bits);
  RC_CLASSIFY(!fit, "placeholders");
  RC_ASSERT(fit == (pruning::placeholder_count(stream) == 0));
}

// Where does a run exceed four bits?
TEST(CompressedStream, BreaksARunOfMoreThanFifteenZeros) {
  EXPECT_EQ(indices(pruning::encode(value_after(0), 4)), (std::vector{0}));
  EXPECT_EQ(indices(pruning::encode(value_after(15), 4)), (std::vector{15}));
  EXPECT_EQ(indices(pruning::encode(value_after(16), 4)), (std::vector{15, 0}));
  EXPECT_EQ(indices(pruning::encode(value_after(31), 4)), (std::vector{15, 15}));
  EXPECT_EQ(indices(pruning::encode(value_after(32), 4)), (std::vector{15, 15, 0}));
  EXPECT_EQ(indices(pruning::encode(value_after(3), 1)), (std::vector{1, 1}));
  EXPECT_EQ(indices(pruning::encode(value_after(255), 8)), (std::vector{255}));
  EXPECT_EQ(indices(pruning::encode(value_after(256), 8)), (std::vector{255, 0}));
}

// What exactly is a placeholder?
TEST(CompressedStream, PlaceholderStandsForSixteenPositions) {
  const CompressedStream stream = pruning::encode(value_after(17), 4);
  EXPECT_EQ(stream, (CompressedStream{{.position = 15, .value = 0, .index = 15, .has_index = true, .placeholder = true},
                                      {.position = 17, .value = 7, .index = 1}}));
}

// Are zeros after the last value stored?
TEST(CompressedStream, LeavesTrailingZerosOut) {
  Region region = value_after(2);
  const CompressedStream stream = pruning::encode(region, 4);
  region.insert(region.end(), 100, 0);
  EXPECT_EQ(pruning::encode(region, 4), stream);
  EXPECT_TRUE(pruning::encode(Region(1000, 0), 1).empty());
  EXPECT_TRUE(pruning::encode(Region{}, 4).empty());
}

// Does a full region need one element for each value and no placeholder?
TEST(CompressedStream, StoresAFullRegionWholly) {
  Region region(300);
  std::iota(region.begin(), region.end(), std::int16_t{1});
  for (int bits = 1; bits <= 8; ++bits) {
    const CompressedStream stream = pruning::encode(region, bits);
    EXPECT_EQ(stream.size(), 300U);
    EXPECT_EQ(indices(stream), std::vector<int>(300, 0));
    EXPECT_EQ(support::stream_bits(stream, bits), 300 * (16 + bits));
  }
}

// Does a stream of whole grains hold what is kept, zeros included, whatever the width of the index?
RC_GTEST_PROP(CompressedGrains, DecodeToTheKeptValues, ()) {
  const Grains grains = random_grains();
  for (int bits = 1; bits <= 8; ++bits) {
    const CompressedStream stream = grains.encode(bits);
    RC_ASSERT(pruning::decode(stream, static_cast<std::int64_t>(grains.region.size()), bits) == grains.kept_values());
  }
}

// Has every kept grain one index and all of its values, and every removed one nothing?
RC_GTEST_PROP(CompressedGrains, HaveOneIndexEach, ()) {
  const Grains grains = random_grains();
  const int bits = *rc::gen::inRange(1, 9);
  const CompressedStream stream = grains.encode(bits);
  std::vector<std::uint8_t> stored(grains.region.size(), 0);
  std::size_t with_index = 0;
  for (const auto& element : stream) {
    const auto at = static_cast<std::size_t>(element.position);
    if (element.has_index) ++with_index;
    if (element.placeholder) {
      RC_ASSERT(element.has_index && grains.kept[at] == 0);
      continue;
    }
    stored[at] = 1;
    RC_ASSERT(element.has_index == (at == 0 || grains.grain[at] != grains.grain[at - 1]));
    RC_ASSERT(element.value == grains.region[at]);
  }
  RC_ASSERT(stored == grains.kept);
  const auto placeholders = static_cast<std::size_t>(pruning::placeholder_count(stream));
  RC_ASSERT(with_index == grains.kept_grains + placeholders);
  RC_ASSERT(support::stream_bits(stream, bits) ==
            static_cast<std::int64_t>(stream.size()) * 16 + static_cast<std::int64_t>(with_index) * bits);
}

// Does the index of a grain count from the last stored value, zero or not, across removed grains?
TEST(CompressedGrains, IndexCountsFromTheLastStoredElement) {
  Grains grains;
  grains.add({5, 0, 0}, true);
  grains.add({0, 0, 0}, true);       // kept, though all are zero now
  grains.add(Region(18, 9), false);  // removed; a run of 18
  grains.add({0, 4}, true);
  grains.add({8, 8}, false);
  EXPECT_EQ(grains.encode(4),
            (CompressedStream{{.position = 0, .value = 5, .index = 0},
                              {.position = 1, .value = 0, .index = 0, .has_index = false},
                              {.position = 2, .value = 0, .index = 0, .has_index = false},
                              {.position = 3, .value = 0, .index = 0},
                              {.position = 4, .value = 0, .index = 0, .has_index = false},
                              {.position = 5, .value = 0, .index = 0, .has_index = false},
                              {.position = 21, .value = 0, .index = 15, .has_index = true, .placeholder = true},
                              {.position = 24, .value = 0, .index = 2},
                              {.position = 25, .value = 4, .index = 0, .has_index = false}}));
  // Eight values, one placeholder, four indices.
  EXPECT_EQ(support::stream_bits(grains.encode(4), 4), 9 * 16 + 4 * 4);
}

// Are widths that no index has, and streams that do not belong to a region, refused?
TEST(CompressedStream, RefusesWhatCannotBe) {
  const Region region{1};
  EXPECT_THROW(pruning::encode(region, 0), std::invalid_argument);
  EXPECT_THROW(pruning::encode(region, 9), std::invalid_argument);
  const CompressedStream stream = pruning::encode(value_after(7), 3);
  EXPECT_EQ(pruning::decode(stream, 8, 3), value_after(7));
  EXPECT_THROW(pruning::decode(stream, 7, 3), std::invalid_argument);
  EXPECT_THROW(pruning::decode(stream, 8, 2), std::invalid_argument);
}

}  // namespace
