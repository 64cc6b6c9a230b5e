#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/scnn/compressed_pass.hpp"

namespace scnn {

/// Rows of one value for each PE are padded to a multiple of this, with PEs that never have anything to do.
inline constexpr std::size_t lockstep_padding = 16;

/// A segment as all PEs take it up.
struct LockstepSegment {
  const std::uint32_t* vectors = nullptr;  ///< by PE: activation vectors of its stream
  const std::uint32_t* last_product =
      nullptr;  ///< by PE: vectors from the last one with a product on; 0: there is none
  std::int64_t entries = 0;
  std::int64_t last_weight = 0;  ///< entries from the last one with a weight on; 0: there is none
  std::int64_t arrival = 0;      ///< T
  std::int64_t unhindered = 0;   ///< S
};

/// Where all PEs are in a group, one value for each.
struct LockstepCycles {
  std::span<std::int64_t> finish;   ///< of the latest segment
  std::span<std::int64_t> product;  ///< cycle after the last issue with a product
  std::span<std::int64_t> waits;    ///< cycles of waiting for segments
  std::span<std::int64_t> supply;   ///< those for want of bandwidth
};

/// Segments one after another, where nothing can hold up an issue: each takes a PE a cycle for every pair of a vector
/// and an entry, from its arrival or the finish of the one before on.
/// @param vectors_outer whether every vector in turn meets all entries; else every entry meets all vectors
/// @param finishes of the slowest PE, by segment
void run_in_lockstep(std::span<const LockstepSegment> segments, bool vectors_outer, const LockstepCycles& cycles,
                     std::span<std::int64_t> finishes);

/// Marks the outputs that get a product. @param pixels by PE: a bit for each output of its tile that gets one from a
/// segment's stream @param touched [filter][PE] @param taps of the segment, filters @param none a tap without a value
void mark_outputs(std::span<const std::uint32_t> taps, std::uint32_t none, std::span<const std::uint32_t> pixels,
                  std::uint32_t* touched);

/// Adds the products of a segment with its stream in all PEs. @param pixels [output of a tile][PE]: activations, zeros
/// where none is stored @param sums [filter][output of a tile][PE] @param shift right shift of every product, rounding
/// half up
void add_products(std::span<const Multiplicand> weights, std::span<const std::int32_t> pixels, int shift,
                  std::int32_t* sums);

}  // namespace scnn
