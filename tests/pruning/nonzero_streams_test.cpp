#include "pruning/nonzero_streams.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "pruning/compressed_stream.hpp"
#include "tests/support/vector_targets.hpp"

/// Are streams that are stored many at a time those that are encoded one by one?

namespace nonzero_streams_test {

using pruning::CompressedStream;
using pruning::NonzeroStreams;

/// Streams of values that lie anywhere, like positions of each other.
struct Streams {
  std::vector<std::int16_t> values;
  std::size_t step = 1;
  std::size_t count = 0;
  std::vector<std::size_t> offsets;
  std::uint32_t first_number = 0;
  int index_bits = 4;

  [[nodiscard]] CompressedStream encoded(std::size_t stream) const {
    std::vector<std::int16_t> region;
    for (const std::size_t offset : offsets) region.push_back(values[stream * step + offset]);
    return pruning::encode(region, index_bits);
  }
};

Streams random_streams() {
  Streams streams;
  streams.step = *rc::gen::inRange<std::size_t>(1, 12);
  streams.index_bits = *rc::gen::inRange(1, 9);
  streams.first_number = *rc::gen::inRange<std::uint32_t>(0, 1000);
  // Runs of one length, as of filters.
  const auto run = *rc::gen::inRange<std::size_t>(1, streams.step + 1);
  std::size_t end = 0;
  for (int runs = *rc::gen::inRange(0, 40); runs > 0; --runs) {
    const std::size_t begin = end + *rc::gen::inRange<std::size_t>(0, 3);
    end = begin + run;
    for (std::size_t offset = begin; offset < end; ++offset) streams.offsets.push_back(offset);
  }
  const bool many = *rc::gen::inRange(0, 4) == 0;
  streams.count = *rc::gen::inRange<std::size_t>(1, many ? 2 * NonzeroStreams::most_at_once : 20);
  streams.values.resize(end + streams.count * streams.step);
  const int zeros_of_twenty = *rc::gen::inRange(0, 21);
  const auto draws = *rc::gen::container<std::vector<std::int16_t>>(97, rc::gen::nonZero<std::int16_t>());
  rc::Random random = *rc::gen::arbitrary<std::uint64_t>();
  for (std::int16_t& value : streams.values) {
    const auto dice = random.next();
    value = static_cast<int>(dice % 20) < zeros_of_twenty ? std::int16_t{0} : draws[dice / 20 % draws.size()];
  }
  return streams;
}

void check(const Streams& streams, std::size_t width) {
  std::vector<std::uint32_t> numbers(streams.offsets.size());
  std::iota(numbers.begin(), numbers.end(), streams.first_number);
  std::vector<std::uint32_t> entries_of;
  for (std::size_t n = 0; n <= numbers.size(); ++n) {
    entries_of.push_back(static_cast<std::uint32_t>((n + width - 1) / width));
  }
  constexpr std::uint32_t nothing = 77'777;
  NonzeroStreams nonzeros(streams.values.data(), streams.step, streams.count, streams.offsets, numbers,
                          streams.index_bits);
  // Just so much room as is asked for.
  const std::size_t room = NonzeroStreams::most_at_once * (numbers.size() + width) + pruning::PositionRows::padding;
  std::vector<std::int16_t> values(room);
  std::vector<std::uint32_t> stored_numbers(room);
  std::vector<std::uint32_t> elements(NonzeroStreams::most_at_once);
  for (std::size_t first = 0; first < streams.count;) {
    const std::size_t end = std::min(streams.count, first + *rc::gen::inRange<std::size_t>(1, 1000));
    const std::size_t stored = nonzeros.store(
        first, end, {values.data(), stored_numbers.data(), width, nothing, entries_of.data()}, elements.data());
    RC_ASSERT(stored <= end - first);
    std::size_t lane = 0;
    for (std::size_t i = 0; i < stored; ++i) {
      const CompressedStream stream = streams.encoded(first + i);
      RC_ASSERT(pruning::placeholder_count(stream) == 0);
      RC_ASSERT(elements[i] == stream.size());
      for (const auto& element : stream) {
        RC_ASSERT(values[lane] == element.value);
        RC_ASSERT(stored_numbers[lane++] == streams.first_number + static_cast<std::uint32_t>(element.position));
      }
      for (; lane % width != 0; ++lane) {
        RC_ASSERT(values[lane] == 0);
        RC_ASSERT(stored_numbers[lane] == nothing);
      }
    }
    if (stored == 0) {
      RC_ASSERT(pruning::placeholder_count(streams.encoded(first)) > 0);
    }
    first += std::max<std::size_t>(1, stored);
  }
}

RC_GTEST_PROP(NonzeroStreams, AreThoseEncodedOneByOne, ()) {
  const Streams streams = random_streams();
  const auto width = *rc::gen::inRange<std::size_t>(1, 20);
  support::on_every_vector_target([&](const std::string& target) {
    RC_LOG() << target << '\n';
    check(streams, width);
  });
}

}  // namespace nonzero_streams_test
