#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/scnn/pe_clock_kernel.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// Where all PEs of an array are in a group, each of which takes up a segment when it has arrived and the one before is
/// finished: in vectors, which takes less time than to keep them one by one.
class PeClocks {
 public:
  explicit PeClocks(std::size_t pes);

  /// A value for each PE, and padding.
  [[nodiscard]] std::size_t row_size() const { return finish_.size(); }
  [[nodiscard]] ClockRows rows() { return {finish_, idle_, pauses_, exists_, &supply_}; }

  void begin_group(std::int64_t release);

  /// How the PEs spent the group. @param issues of all PEs @param conflicts likewise
  /// @param flush by PE: cycles from its last segment's finish until its pipeline was empty
  [[nodiscard]] ArrayReport report(std::int64_t issues, std::int64_t conflicts,
                                   std::span<const std::int64_t> flush) const;
  /// Of the segment that was last.
  [[nodiscard]] std::int64_t finish(std::size_t pe) const { return finish_[pe]; }
  [[nodiscard]] std::int64_t latest_finish() const;

 private:
  std::size_t pes_;
  std::int64_t release_ = 0;
  std::int64_t supply_ = 0;
  std::vector<std::int64_t> finish_, idle_, pauses_, exists_;  ///< see ClockRows
};

}  // namespace scnn
