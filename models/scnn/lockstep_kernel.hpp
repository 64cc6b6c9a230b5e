#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/scnn/compressed_pass.hpp"

namespace scnn {

/// A segment of which a PE issues a pair of a vector and an entry in every cycle. Cycles count from some cycle that no
/// PE's finish was before.
struct LockstepSegment {
  std::int32_t arrival = 0;
  std::int32_t unhindered = 0;  ///< see Arrival; zero if before the count
  std::int32_t entries = 0;
  std::span<const std::uint32_t> taps;     ///< of all its entries
  const std::uint32_t* vectors = nullptr;  ///< by PE: of the segment's stream
  const std::uint32_t* last_product =
      nullptr;  ///< by PE: vectors from the last one with a product on; 0: there is none
};

/// Lets all PEs take up segments one after another, each when it has arrived and the one before is finished.
/// @param history [before the segments, then after each][PE]: finishes, of which the first row is given
/// @param supply by PE: cycles of waiting for want of bandwidth are added to it
/// @param finishes of the slowest PE, by segment
void take_up_in_lockstep(std::span<const LockstepSegment> segments, std::span<std::int32_t> history,
                         std::span<std::int32_t> supply, std::span<std::int32_t> finishes);

/// How weights are issued.
struct LockstepIssues {
  bool vectors_outer = true;  ///< every vector in turn meets all entries; else every entry meets all vectors
  std::size_t weights_per_entry = 1;
  std::uint32_t no_tap = 0;  ///< a tap that stands for no weight
};

/// Finds when the latest product is retired. @param segments since `late` was found last @param history of these
/// @param late by PE: cycles from the finish of the latest segment until the latest product is retired: two at most,
/// since one is retired two cycles after its issue
void find_late_products(std::span<const LockstepSegment> segments, const LockstepIssues& issues,
                        std::span<const std::int32_t> history, std::span<std::int32_t> late);

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
