#include "pruning/compressed_stream.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace pruning {

namespace {

std::int32_t longest_run_of(int index_bits) {
  if (index_bits < 1 || index_bits > 8) throw std::invalid_argument("an index has 1 to 8 bits");
  return (std::int32_t{1} << index_bits) - 1;
}

StreamElement placeholder_at(std::int32_t position, std::int32_t longest_run) {
  return {position, 0, static_cast<std::uint8_t>(longest_run), true, true};
}

/// Appends elements at rising positions and breaks runs that the index cannot count.
class Encoder {
 public:
  Encoder(int index_bits, CompressedStream& stream) : longest_run_(longest_run_of(index_bits)), stream_(stream) {
    stream.clear();
  }

  void store_with_index(std::int32_t position, std::int16_t value) {
    while (position - next_ > longest_run_) {
      stream_.push_back(placeholder_at(next_ + longest_run_, longest_run_));
      next_ += longest_run_ + 1;
    }
    stream_.push_back({position, value, static_cast<std::uint8_t>(position - next_), true, false});
    next_ = position + 1;
  }

  void store_adjacent(std::int32_t position, std::int16_t value) {
    stream_.push_back({position, value, 0, false, false});
    next_ = position + 1;
  }

 private:
  std::int32_t longest_run_;
  std::int32_t next_ = 0;  ///< position after the last stored element
  CompressedStream& stream_;
};

}  // namespace

void encode(std::span<const std::int16_t> region, int index_bits, CompressedStream& stream) {
  Encoder encoder(index_bits, stream);
  // Zeros come in no order that a processor could foresee, so there is no branch on single ones: first the others'
  // positions are found, a few at a time.
  std::array<std::size_t, 64> nonzero;
  for (std::size_t begin = 0; begin < region.size(); begin += nonzero.size()) {
    const std::size_t end = std::min(begin + nonzero.size(), region.size());
    std::size_t count = 0;
    for (std::size_t i = begin; i < end; ++i) {
      nonzero[count] = i;
      count += region[i] != 0 ? 1 : 0;
    }
    for (const std::size_t i : std::span(nonzero).first(count)) {
      encoder.store_with_index(static_cast<std::int32_t>(i), region[i]);
    }
  }
}

CompressedStream encode(std::span<const std::int16_t> region, int index_bits) {
  CompressedStream stream;
  encode(region, index_bits, stream);
  return stream;
}

void encode_grains(std::span<const std::int16_t> region, std::span<const std::int32_t> grain,
                   std::span<const std::uint8_t> kept, int index_bits, CompressedStream& stream) {
  Encoder encoder(index_bits, stream);
  for (std::size_t p = 0; p < region.size(); ++p) {
    if (kept[p] == 0) continue;
    const bool first_of_grain = p == 0 || grain[p - 1] != grain[p];
    if (first_of_grain) {
      encoder.store_with_index(static_cast<std::int32_t>(p), region[p]);
    } else {
      encoder.store_adjacent(static_cast<std::int32_t>(p), region[p]);
    }
  }
}

CompressedStream encode_grains(std::span<const std::int16_t> region, std::span<const std::int32_t> grain,
                               std::span<const std::uint8_t> kept, int index_bits) {
  CompressedStream stream;
  encode_grains(region, grain, kept, index_bits, stream);
  return stream;
}

void encode_dense(std::span<const std::int16_t> region, CompressedStream& stream) {
  stream.clear();
  for (std::size_t p = 0; p < region.size(); ++p) {
    stream.push_back({static_cast<std::int32_t>(p), region[p], 0, false, false});
  }
}

std::vector<std::int16_t> decode(const CompressedStream& stream, std::int64_t size, int index_bits) {
  const std::int64_t longest_run = (std::int64_t{1} << index_bits) - 1;
  std::vector<std::int16_t> region(static_cast<std::size_t>(size), 0);
  std::int64_t next = 0;
  for (const StreamElement& element : stream) {
    const std::int64_t position = next + (element.has_index ? element.index : 0);
    if (element.index > longest_run) throw std::invalid_argument("an index of the stream needs more bits");
    if (position >= size) throw std::invalid_argument("the stream runs beyond its region");
    region[static_cast<std::size_t>(position)] = element.value;
    next = position + 1;
  }
  return region;
}

std::int64_t placeholder_count(const CompressedStream& stream) {
  return std::count_if(stream.begin(), stream.end(), [](const auto& e) { return e.placeholder; });
}

}  // namespace pruning
