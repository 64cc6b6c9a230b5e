#pragma once

#include <cstddef>
#include <cstdint>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/issue_work.hpp"

namespace scnn {

/// Occupancy of a PE's crossbar, one byte a bank: all that timing depends on while lanes hold one product each.
struct CrossbarOccupancy {
  alignas(64) std::uint8_t queued[most_banks] = {};    ///< products that wait in front of the bank
  alignas(64) std::uint8_t in_lanes[most_banks] = {};  ///< products in lanes that are bound for the bank
};

struct CrossbarShape {
  std::size_t banks = 0;
  std::uint8_t queue_depth = 0;
  std::uint8_t bank_writes = 255;  ///< products that may enter a queue in a cycle; 255: any number
};

/// Counts of products per bank: those of one activation and one entry are the entry's row, read at an offset that
/// stands for the activation's position.
struct CountRows {
  const std::uint8_t* rows = nullptr;  ///< of the entry in place 0
  std::size_t entry_bytes = 0;         ///< from an entry's rows to the next entry's
};

/// Issues one block after another, a cycle each plus conflicts. A segment starts at its arrival or the finish of the
/// one before; its `finish` is set.
/// @param now next cycle to run
/// @return the last finish
std::int64_t run_issues(const IssueWork& work, const CountRows& counts, std::int64_t now, const CrossbarShape& shape,
                        CrossbarOccupancy& occupancy);

/// Lets cycles pass until nothing waits. @return their number
std::int64_t drain_queues(const CrossbarShape& shape, CrossbarOccupancy& occupancy);

}  // namespace scnn
