#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/scnn/pe_clock_kernel.hpp"
#include "models/scnn/ports.hpp"
#include "models/scnn/segment_work.hpp"

namespace scnn {

/// Where all PEs of an array are in a group, each of which takes up a segment when it has arrived and the one before is
/// finished: in vectors, which takes less time than to keep them one by one.
class PeClocks {
 public:
  explicit PeClocks(std::size_t pes);

  /// A value for each PE, and padding.
  [[nodiscard]] std::size_t row_size() const { return finish_.size(); }
  [[nodiscard]] ClockRows rows() { return {finish_, waits_, supply_}; }

  void begin_group(std::int64_t release);
  /// Segments that take each PE a known number of cycles. @param cycles [segment][PE]: 0 if the PE passes over it
  /// @param finishes of the slowest PE, by segment
  void take(std::span<const Arrival> arrivals, std::span<const std::int64_t> cycles, std::span<std::int64_t> finishes) {
    add_cycles(arrivals, cycles, rows(), finishes);
  }

  /// How a PE spent the group. @param issues in the group @param complete when its pipeline was empty
  [[nodiscard]] GroupReport report(std::size_t pe, std::int64_t issues, std::int64_t complete) const;
  /// Of the segment that was last.
  [[nodiscard]] std::int64_t finish(std::size_t pe) const { return finish_[pe]; }
  /// Cycles of the group so far that a PE did not wait.
  [[nodiscard]] std::int64_t at_work(std::size_t pe) const { return finish_[pe] - release_ - waits_[pe]; }

 private:
  std::int64_t release_ = 0;
  std::vector<std::int64_t> finish_, waits_, supply_;  ///< see ClockRows
};

}  // namespace scnn
