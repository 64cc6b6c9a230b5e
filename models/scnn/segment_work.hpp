#pragma once

#include <cstdint>

namespace scnn {

/// A segment that a PE works on.
struct SegmentWork {
  std::int64_t segment = 0;
  std::int64_t arrival = 0;  ///< first cycle in which it may issue
  std::int64_t issues = 0;   ///< cycles with an issue
  std::int64_t finish = 0;   ///< cycle after the last
};

}  // namespace scnn
