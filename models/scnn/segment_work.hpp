#pragma once

#include <cstdint>

namespace scnn {

/// When a segment can be used.
struct Arrival {
  std::int64_t cycle = 0;       ///< T(last entry): delivered to the FIFO
  std::int64_t unhindered = 0;  ///< S(last entry): when it would have been, had the FIFO always had room
};

/// A segment that a PE works on.
struct SegmentWork {
  std::int64_t segment = 0;
  std::int64_t arrival = 0;  ///< first cycle in which it may issue
  std::int64_t issues = 0;   ///< cycles with an issue
  std::int64_t finish = 0;   ///< cycle after the last
};

}  // namespace scnn
