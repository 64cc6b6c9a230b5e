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
  std::int64_t issues = 0;  ///< cycles with an issue
  std::int64_t cycles = 0;  ///< from its start to its finish, the cycle after the last issue
};

struct SegmentFinish {
  std::int64_t segment = 0;
  std::int64_t finish = 0;
};

}  // namespace scnn
