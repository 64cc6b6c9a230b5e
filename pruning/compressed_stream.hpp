#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pruning/convolution_shape.hpp"
#include "pruning/grain.hpp"

namespace pruning {

/// Zero-run-length coded streams of SCNN (Parashar et al., ISCA 2017, section 3): the stored
/// values of a linearised region, each with the number of positions skipped since the element
/// before. A run too long for the index is broken by placeholders, elements of value zero.
struct StreamElement {
  std::int32_t position = 0;  ///< in the linearised region
  std::int16_t value = 0;     ///< 0: a placeholder or a stored zero
  std::uint8_t index = 0;     ///< positions skipped since the previous element; only if `has_index`
  bool has_index = true;      ///< false: a later element of a coarse grain, right after the one before
  bool placeholder = false;

  bool operator==(const StreamElement&) const = default;
  [[nodiscard]] constexpr int bits(int index_bits) const { return 16 + (has_index ? index_bits : 0); }
};

using CompressedStream = std::vector<StreamElement>;

/// How a region becomes a stream.
enum class Coding {
  compressed,  ///< non-zero values or kept grains, with indices
  dense        ///< every value, zeros too, without an index: its place says which it is
};

/// Stores the non-zero values of `region`. @param index_bits 1 to 8
CompressedStream encode(std::span<const std::int16_t> region, int index_bits);

/// Stores every value of the kept grains of `region`, zeros too, with one index per grain.
/// @param grain grain number of every position; equal numbers are adjacent
/// @param kept whether the grain of a position is kept, for every position
CompressedStream encode_grains(std::span<const std::int16_t> region, std::span<const std::int32_t> grain,
                               std::span<const std::uint8_t> kept, int index_bits);

/// Rebuilds a region of `size` values from indices and values alone (`position` is not used).
/// @throws std::invalid_argument if the stream runs beyond the region
std::vector<std::int16_t> decode(const CompressedStream& stream, std::int64_t size, int index_bits);

std::int64_t placeholder_count(const CompressedStream& stream);

/// Longest run of zeros that an index can count. @throws std::invalid_argument unless it has 1 to 8 bits
std::int32_t longest_run_of(int index_bits);

/// Hands the elements of a stream on, given at rising positions, and breaks runs that the index cannot count.
class StreamWriter {
 public:
  explicit StreamWriter(int index_bits) : longest_run_(longest_run_of(index_bits)) {}

  /// Calls `store` with every `StreamElement`. @param has_index no: the element is right after the one before
  template <class Store>
  void write(std::int32_t position, std::int16_t value, bool has_index, Store& store) {
    for (; position - next_ > longest_run_; next_ += longest_run_ + 1) {
      store(StreamElement{next_ + longest_run_, 0, static_cast<std::uint8_t>(longest_run_), true, true});
    }
    store(StreamElement{position, value, static_cast<std::uint8_t>(position - next_), has_index, false});
    next_ = position + 1;
  }

 private:
  std::int32_t longest_run_;
  std::int32_t next_ = 0;  ///< position after the last stored element
};

/// Calls `visit(i)` for all numbers below `size` whose value is not zero.
template <class ValueAt, class Visit>
void for_each_nonzero(std::size_t size, ValueAt value_at, Visit visit) {
  // Zeros come in no order that a processor could foresee, so there is no branch on single ones: first the others'
  // positions are found, a few at a time.
  std::array<std::size_t, 64> nonzero;  // NOLINT(*member-init): filled as far as it is read
  for (std::size_t begin = 0; begin < size; begin += nonzero.size()) {
    const std::size_t end = std::min(begin + nonzero.size(), size);
    std::size_t count = 0;
    for (std::size_t i = begin; i < end; ++i) {
      nonzero[count] = i;
      count += value_at(i) != 0 ? 1 : 0;
    }
    for (const std::size_t i : std::span(nonzero).first(count)) visit(i);
  }
}

std::int64_t count_nonzeros(std::span<const std::int16_t> values);

/// Adds one to each number whose value is not zero.
void add_nonzeros(std::span<const std::int16_t> values, std::span<std::int32_t> numbers);

/// Whether an index can count every run of zeros before these positions, of which the first of all is `first`, so that
/// a stream of them has no placeholders.
bool runs_fit(std::span<const std::uint32_t> positions, std::uint32_t first, int index_bits);

/// Calls `store(element)` for every element of a stream of non-zero values. @param value_at of a position below `size`
template <class ValueAt, class Store>
void for_each_element(std::size_t size, ValueAt value_at, int index_bits, Store store) {
  StreamWriter writer(index_bits);
  for_each_nonzero(size, value_at,
                   [&](std::size_t i) { writer.write(static_cast<std::int32_t>(i), value_at(i), true, store); });
}

/// The same of a stream of kept grains, see `encode_grains`.
template <class ValueAt, class GrainAt, class KeptAt, class Store>
void for_each_element_of_grains(std::size_t size, ValueAt value_at, GrainAt grain_at, KeptAt kept_at, int index_bits,
                                Store store) {
  StreamWriter writer(index_bits);
  for (std::size_t i = 0; i < size; ++i) {
    if (!kept_at(i)) continue;
    const bool first_of_grain = i == 0 || grain_at(i - 1) != grain_at(i);
    writer.write(static_cast<std::int32_t>(i), value_at(i), first_of_grain, store);
  }
}

/// The same of a stream of every value, none with an index.
template <class ValueAt, class Store>
void for_each_value(std::size_t size, ValueAt value_at, Store store) {
  for (std::size_t i = 0; i < size; ++i) {
    store(StreamElement{static_cast<std::int32_t>(i), value_at(i), 0, false, false});
  }
}

}  // namespace pruning
