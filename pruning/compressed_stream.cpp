#include "pruning/compressed_stream.hpp"

#include <stdexcept>

namespace pruning {

std::int32_t longest_run_of(int index_bits) {
  if (index_bits < 1 || index_bits > 8) throw std::invalid_argument("an index has 1 to 8 bits");
  return (std::int32_t{1} << index_bits) - 1;
}

std::int64_t count_nonzeros(std::span<const std::int16_t> values) {
  constexpr std::size_t at_once = 1 << 14;  // numbers no larger than values are counted in wider vectors
  std::int64_t count = 0;
  for (; !values.empty(); values = values.subspan(std::min(at_once, values.size()))) {
    std::int16_t nonzero = 0;
    for (const std::int16_t value : values.first(std::min(at_once, values.size()))) {
      nonzero = static_cast<std::int16_t>(nonzero + (value != 0 ? 1 : 0));
    }
    count += nonzero;
  }
  return count;
}

void add_nonzeros(std::span<const std::int16_t> values, std::span<std::int32_t> numbers) {
  for (std::size_t i = 0; i < values.size(); ++i) numbers[i] += values[i] != 0 ? 1 : 0;
}

bool runs_fit(std::span<const std::uint32_t> positions, std::uint32_t first, int index_bits) {
  if (positions.empty()) return true;
  const auto most = static_cast<std::uint32_t>(longest_run_of(index_bits));
  std::uint32_t longest = positions.front() - first;
  for (std::size_t i = 1; i < positions.size(); ++i) {
    longest = std::max(longest, positions[i] - positions[i - 1] - 1);
  }
  return longest <= most;
}

CompressedStream encode(std::span<const std::int16_t> region, int index_bits) {
  CompressedStream stream;
  for_each_element(
      region.size(), [region](std::size_t i) { return region[i]; }, index_bits,
      [&](const StreamElement& element) { stream.push_back(element); });
  return stream;
}

CompressedStream encode_grains(std::span<const std::int16_t> region, std::span<const std::int32_t> grain,
                               std::span<const std::uint8_t> kept, int index_bits) {
  CompressedStream stream;
  for_each_element_of_grains(
      region.size(), [region](std::size_t i) { return region[i]; }, [grain](std::size_t i) { return grain[i]; },
      [kept](std::size_t i) { return kept[i] != 0; }, index_bits,
      [&](const StreamElement& element) { stream.push_back(element); });
  return stream;
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
