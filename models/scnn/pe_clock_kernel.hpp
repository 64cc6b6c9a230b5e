#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/scnn/segment_work.hpp"

namespace scnn {

/// Rows of one value for each PE are padded to a multiple of this, with PEs that never have anything to do.
inline constexpr std::size_t clock_padding = 16;

/// Where all PEs are in a group, one value for each.
struct ClockRows {
  std::span<std::int64_t> finish;  ///< of the latest segment
  std::span<std::int64_t> waits;   ///< cycles of waiting for segments
  std::span<std::int64_t> supply;  ///< those for want of bandwidth
};

/// Segments one after another, each of which a PE starts when it has arrived and the one before is finished.
/// @param cycles [segment][PE]: from start to finish @param finishes of the slowest PE, by segment
void add_cycles(std::span<const Arrival> arrivals, std::span<const std::int64_t> cycles, const ClockRows& clocks,
                std::span<std::int64_t> finishes);

/// A segment of which a PE issues a pair of a vector and an entry in every cycle.
struct LockstepSegment {
  const std::uint32_t* vectors = nullptr;  ///< by PE: activation vectors of its stream
  const std::uint32_t* last_product =
      nullptr;  ///< by PE: vectors from the last one with a product on; 0: there is none
  std::int64_t entries = 0;
  std::int64_t last_weight = 0;  ///< entries from the last one with a weight on; 0: there is none
};

/// The same of segments that nothing can hold up.
/// @param vectors_outer whether every vector in turn meets all entries; else every entry meets all vectors
/// @param product by PE: cycle after the last issue with a product
void add_lockstep_cycles(std::span<const Arrival> arrivals, std::span<const LockstepSegment> segments,
                         bool vectors_outer, const ClockRows& clocks, std::span<std::int64_t> product,
                         std::span<std::int64_t> finishes);

}  // namespace scnn
