#pragma once

#include <chrono>
#include <string>

#include "sim/simulation.hpp"

namespace sim {

/// Shows how far a run is on standard error: one line that is rewritten on a terminal, plain lines elsewhere.
class ProgressDisplay {
 public:
  ProgressDisplay();
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void show(const Progress& progress);

 private:
  void line(const std::string& text);
  /// A line that stays.
  void note(const std::string& text);

  bool terminal_;
  std::size_t shown_ = 0;  ///< width of the line on the terminal
  std::chrono::steady_clock::time_point start_;
  Progress first_;  ///< what was there at the start
};

}  // namespace sim
