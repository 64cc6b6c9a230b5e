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

/// Calls `issue(place, entry)`, with the first place of a vector, for every pair of a vector and an entry in the order
/// of their issues. There is no branch at the end of the inner loop: segments are short, and the processor would often
/// foresee it wrongly.
template <class Issue>
inline __attribute__((always_inline)) void for_each_issue(const IssueWork& work, Issue issue) {
  const std::size_t issues = work.vectors * work.entries;
  const std::size_t width = work.width;
  std::size_t place = 0;
  std::size_t entry = 0;
  if (work.weight_stationary) {
    const std::size_t end = work.vectors * width;
    for (std::size_t i = 0; i < issues; ++i) {
      issue(place, entry);
      place += width;
      const std::size_t wrap = std::size_t{0} - (place == end ? 1U : 0U);
      place &= ~wrap;
      entry -= wrap;
    }
  } else {
    const std::size_t end = work.entries;
    for (std::size_t i = 0; i < issues; ++i) {
      issue(place, entry);
      ++entry;
      const std::size_t wrap = std::size_t{0} - (entry == end ? 1U : 0U);
      entry &= ~wrap;
      place += width & wrap;
    }
  }
}

}  // namespace scnn
