#pragma once

#include <cstddef>
#include <cstdint>

namespace scnn {

/// The activation vectors and entries of one segment, as the vector kernels see them.
struct IssueWork {
  const std::uint32_t* offsets =
      nullptr;  ///< by place, `width` of them to a vector: where the place's bytes begin in a row
  std::size_t width = 0;
  std::size_t vectors = 0;
  std::size_t entries = 0;
  bool weight_stationary = false;  ///< entries outermost
};

/// Calls `issue_vector(place, first, end)`, with the first place of a vector and a range of entries, in the order of
/// issues.
template <class IssueVector>
inline __attribute__((always_inline)) void for_each_vector(const IssueWork& work, IssueVector issue_vector) {
  const std::size_t places = work.vectors * work.width;
  const std::size_t outer = work.weight_stationary ? work.entries : 1;
  const std::size_t inner = work.weight_stationary ? 1 : work.entries;
  for (std::size_t first = 0; first < outer; ++first) {
    for (std::size_t place = 0; place < places; place += work.width) issue_vector(place, first, first + inner);
  }
}

}  // namespace scnn
