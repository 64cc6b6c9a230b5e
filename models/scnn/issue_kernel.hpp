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
  std::int64_t* now = nullptr;        ///< by PE: next cycle to run
  std::int64_t* conflicts = nullptr;  ///< by PE
};

/// Counts of products per bank: those of one activation and one entry are the entry's rows, read at an offset that
/// stands for the activation's position.
struct CountRows {
  const std::uint8_t* rows = nullptr;  ///< of the entry in place 0
  std::size_t entry_bytes = 0;         ///< from an entry's rows to the next entry's
};

/// Issues a segment, a cycle each plus conflicts. A PE starts at its arrival or when it has finished the one before.
/// @param arrival of the segment
/// @param cycles by PE: those from its start to its finish are added
void run_issues(const SegmentIssues& issues, const CountRows& counts, std::int64_t arrival, const CrossbarShape& shape,
                const CrossbarRows& crossbars, std::int64_t* cycles);

/// Lets cycles pass until nothing waits in a PE's crossbar.
void drain_queues(const CrossbarShape& shape, const CrossbarRows& crossbars, std::size_t pe);

}  // namespace scnn
