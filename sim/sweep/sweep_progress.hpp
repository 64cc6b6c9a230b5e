#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "sim/status_line.hpp"
#include "sim/sweep/sweep_database.hpp"
#include "sim/sweep/sweep_plan.hpp"

namespace sim {

/// Shows how far a sweep is: points done, rate, time left, the best so far. Away from a terminal a line now and then.
class SweepProgress {
 public:
  /// @param all points that are to be in the database in the end
  /// @param before of them, that are there already
  SweepProgress(const SweepPlan& plan, SweepDatabase& database, std::size_t all, std::size_t before);

  void finished(std::size_t point, const PointOutcome& outcome);
  void lost(const std::string& problem);
  /// A line that stays.
  void note(const std::string& text);
  /// The last line.
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string text();

  const SweepPlan& plan_;
  SweepDatabase& database_;
  StatusLine status_;
  std::size_t all_;
  std::size_t before_;
  std::size_t done_;
  std::size_t invalid_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
};

}  // namespace sim
