#pragma once

#include <cstdint>
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
/// The same into a stream whose memory is used again.
void encode(std::span<const std::int16_t> region, int index_bits, CompressedStream& stream);

/// Stores every value of the kept grains of `region`, zeros too, with one index per grain.
/// @param grain grain number of every position; equal numbers are adjacent
/// @param kept whether the grain of a position is kept, for every position
CompressedStream encode_grains(std::span<const std::int16_t> region, std::span<const std::int32_t> grain,
                               std::span<const std::uint8_t> kept, int index_bits);
void encode_grains(std::span<const std::int16_t> region, std::span<const std::int32_t> grain,
                   std::span<const std::uint8_t> kept, int index_bits, CompressedStream& stream);

/// Stores every value of `region`, none with an index.
void encode_dense(std::span<const std::int16_t> region, CompressedStream& stream);

/// Rebuilds a region of `size` values from indices and values alone (`position` is not used).
/// @throws std::invalid_argument if the stream runs beyond the region
std::vector<std::int16_t> decode(const CompressedStream& stream, std::int64_t size, int index_bits);

std::int64_t placeholder_count(const CompressedStream& stream);

}  // namespace pruning
