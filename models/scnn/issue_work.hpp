#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace scnn {

/// A PE that has activations for a segment.
struct Share {
  std::uint32_t pe = 0;
  std::uint32_t vectors = 0;  ///< of its activations, one at least
  std::uint32_t rest = 0;     ///< activations of the last vector if it is not full, else 0

  [[nodiscard]] std::size_t full_vectors() const { return vectors - (rest > 0 ? 1 : 0); }
};

/// Issues of a segment in all PEs that have activations for it: each vector of a PE in turn meets all entries. So it is
/// input-stationary; weight-stationary, every entry of the segment is one of these.
///
/// PEs with equally many activations in a row make loops of equal length, whose ends a processor can foresee.
struct SegmentIssues {
  std::span<const Share> shares;
  const std::uint32_t* offsets = nullptr;  ///< of the shares' activations, `width` to a vector: where in an entry's
                                           ///< rows their bytes begin; a row of zeros where there is none
  std::size_t width = 0;
  std::size_t first_entry = 0;  ///< by place in the tables
  std::size_t entries = 0;
};

}  // namespace scnn
