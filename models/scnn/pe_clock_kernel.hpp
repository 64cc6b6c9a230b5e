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
  std::span<std::int64_t> finish;        ///< of the latest segment
  std::span<std::int64_t> idle;          ///< cycles since it last worked, at most `most_idle`; 0 if it works now
  std::span<std::int64_t> pauses;        ///< the same, but before the latest segment where it works on that
  std::span<const std::int64_t> exists;  ///< -1; of padding 0
  std::int64_t* supply = nullptr;        ///< of the array: cycles of waiting for want of bandwidth
};

/// After so many cycles without an issue nothing is left in a crossbar: a bank's queue and all lanes together hold at
/// most 255 products, of which one is retired in every cycle.
inline constexpr std::int64_t most_idle = 255;

/// Lets all PEs take up a segment, each when it has arrived and the one before is finished, if nothing holds them up.
/// @param vectors by PE: activation vectors of the segment's stream @param entries that each of them meets
/// @return finish of the slowest
std::int64_t take_up_segment(const Arrival& arrival, const std::uint32_t* vectors, std::int64_t entries,
                             const ClockRows& clocks);

}  // namespace scnn
