#pragma once

#include <cstddef>
#include <cstdint>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/issue_work.hpp"

namespace scnn {

struct CrossbarShape {
  std::size_t banks = 0;
  std::uint8_t queue_depth = 0;
  std::uint8_t bank_writes = 255;  ///< products that may enter a queue in a cycle; 255: any number
};

/// The crossbars of all PEs.
struct CrossbarRows {
  /// Occupancy [PE][kind][bank], twice `bank_bytes` to a PE: products that wait in front of the bank, then products in
  /// lanes that are bound for it. It is all that timing depends on while lanes hold one product each.
  std::uint8_t* waiting = nullptr;
  std::size_t bank_bytes = 0;
};

/// Counts of products per bank: those of one activation and one entry are the entry's rows, read at an offset that
/// stands for the activation's position.
struct CountRows {
  const std::uint8_t* rows = nullptr;  ///< of the entry in place 0
  std::size_t entry_bytes = 0;         ///< from an entry's rows to the next entry's
};

/// Issues a segment, a cycle each plus conflicts.
/// @param pauses by PE: cycles without an issue that it lets pass before, at most `most_idle`
/// @param finish by PE: conflicts are added
/// @return conflicts of all PEs
std::int64_t run_issues(const SegmentIssues& issues, const CountRows& counts, const CrossbarShape& shape,
                        const CrossbarRows& crossbars, const std::int64_t* pauses, std::int64_t* finish);

/// Lets so many cycles without an issue pass in a PE, and more until nothing waits in its crossbar.
/// @return how many more
std::int64_t drain_queues(const CrossbarShape& shape, const CrossbarRows& crossbars, std::size_t pe,
                          std::int64_t pause);

}  // namespace scnn
