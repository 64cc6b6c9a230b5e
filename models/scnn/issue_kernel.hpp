#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scnn {

/// Largest number of accumulator banks that the kernel handles.
inline constexpr std::size_t issue_kernel_banks = 128;

/// Occupancy of a PE's crossbar, one byte a bank: all that timing depends on while lanes hold one product each.
struct CrossbarOccupancy {
  alignas(64) std::uint8_t queued[issue_kernel_banks] = {};    ///< products that wait in front of the bank
  alignas(64) std::uint8_t in_lanes[issue_kernel_banks] = {};  ///< products in lanes that are bound for the bank
};

struct CrossbarShape {
  std::size_t banks = 0;
  std::uint8_t queue_depth = 0;
  std::uint8_t bank_writes = 255;  ///< products that may enter a queue in a cycle; 255: any number
};

/// The work on one segment, as counts of products per bank. The counts of one activation and one entry are the
/// entry's row of a table, read at an offset that stands for the activation's position: bank numbers are
/// linear in the address, so a shift of the address is a rotation of the counts.
struct IssueWork {
  const std::uint8_t* table = nullptr;  ///< rows of entry 0
  std::size_t entry_stride = 0;         ///< bytes from an entry's rows to the next entry's
  std::size_t entries = 0;
  const std::uint32_t* offsets = nullptr;      ///< of every activation that is not zero, vector after vector
  const std::uint8_t* vector_sizes = nullptr;  ///< such activations in each vector
  std::size_t vectors = 0;
  bool weight_stationary = false;  ///< entries outermost
  std::int64_t idle_cycles = 0;    ///< before the first issue may happen
};

struct IssueCounts {
  std::int64_t conflicts = 0;  ///< cycles in which a full lane kept the multipliers from issuing
  std::int64_t products = 0;   ///< that went into lanes
};

/// Bytes that a table row must have for the kernel to read `banks` counts at any offset below `banks`.
constexpr std::size_t issue_row_bytes(std::size_t banks) {
  std::size_t padded = 32;
  while (padded < banks) padded *= 2;
  return 2 * padded;
}

/// Issues every pair of a vector and an entry, a cycle each plus conflicts, with the widest instructions of this
/// processor. The result does not depend on them.
IssueCounts run_issues(const IssueWork& work, const CrossbarShape& shape, CrossbarOccupancy& occupancy);

/// Lets cycles pass until nothing waits. @return their number
std::int64_t drain_queues(const CrossbarShape& shape, CrossbarOccupancy& occupancy);

/// The same work as references to entries of banks, for one bypass register per bank. An entry's products with one
/// activation are laid out in layers in which no bank occurs twice. A layer is a pair of rows, one of entry numbers and
/// one that is 255 where there is a product and 0 elsewhere, both read at the activation's offset; the first
/// `banks` bytes of a row, which are read for banks that lie beyond a wrap of the address, hold the next entry number.
struct ReferenceWork {
  const std::uint8_t* layers = nullptr;
  const std::uint32_t* layer_begins = nullptr;  ///< byte in `layers` where those of each entry begin, and the end
  std::size_t layer_bytes = 0;                  ///< rows of one layer, all border classes
  std::size_t row_bytes = 0;
  std::size_t entries = 0;
  const std::uint32_t* offsets = nullptr;  ///< of every activation that is not zero, vector after vector
  const std::uint8_t* entry_numbers =
      nullptr;  ///< of those activations: what they add to the entry numbers of products
  const std::uint8_t* vector_sizes = nullptr;
  std::size_t vectors = 0;
  bool weight_stationary = false;
};

/// What no register holds: entry numbers stay below.
inline constexpr std::uint8_t no_entry = 255;

/// @param registers entry number in the register of each bank; `issue_kernel_banks` of them
/// @return references that found their entry there
std::int64_t count_bypass_hits(const ReferenceWork& work, std::size_t banks, std::uint8_t* registers);

/// Names of the instruction sets that `run_issues` can use here, best first.
std::vector<const char*> issue_kernel_targets();
/// Restricts `run_issues` to one of them (for tests); nullptr lifts the restriction.
void use_issue_kernel_target(const char* target);

}  // namespace scnn
