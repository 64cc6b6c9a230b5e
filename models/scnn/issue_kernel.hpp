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
  /// Occupancy [PE][bank], `bank_bytes` to a PE: all that timing depends on while lanes hold one product each.
  std::uint8_t* queued = nullptr;    ///< products that wait in front of the bank
  std::uint8_t* in_lanes = nullptr;  ///< products in lanes that are bound for the bank
  std::size_t bank_bytes = 0;
  std::int64_t* idle = nullptr;  ///< by PE: cycles since its last issue, see ClockRows
};

/// Counts of products per bank: those of one activation and one entry are the entry's rows, read at an offset that
/// stands for the activation's position.
struct CountRows {
  const std::uint8_t* rows = nullptr;  ///< of the entry in place 0
  std::size_t entry_bytes = 0;         ///< from an entry's rows to the next entry's
};

/// Issues a segment, a cycle each plus conflicts. Before, a PE lets its idle cycles pass, which are none from then on.
/// @param finish by PE: conflicts are added
/// @return conflicts of all PEs
std::int64_t run_issues(const SegmentIssues& issues, const CountRows& counts, const CrossbarShape& shape,
                        const CrossbarRows& crossbars, std::int64_t* finish);

/// Lets a PE's idle cycles pass, and more until nothing waits in its crossbar. @return how many more
std::int64_t drain_queues(const CrossbarShape& shape, const CrossbarRows& crossbars, std::size_t pe);

}  // namespace scnn
