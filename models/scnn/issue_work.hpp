#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "models/scnn/segment_work.hpp"

namespace scnn {

/// Successive issues of a PE: every vector in turn meets all entries. Input-stationary, a segment is one block;
/// weight-stationary, each of its entries is one.
struct IssueBlock {
  std::uint32_t first_place = 0;  ///< of the PE's activations
  std::uint32_t vectors = 0;      ///< one at least, as of entries
  std::uint32_t first_entry = 0;  ///< by place in the tables
  std::uint32_t entries = 0;
  std::int64_t arrival = 0;     ///< of its segment
  SegmentWork* work = nullptr;  ///< that it is part of
};

/// Blocks one after another.
struct IssueWork {
  std::span<const IssueBlock> blocks;
  const std::uint32_t* offsets = nullptr;  ///< by place, `width` of them to a vector: where its bytes begin in a row
  std::size_t width = 0;
};

}  // namespace scnn
