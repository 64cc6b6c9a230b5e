#pragma once

#include <chrono>

#include "sim/simulation.hpp"
#include "sim/status_line.hpp"

namespace sim {

/// Shows how far a run is.
class ProgressDisplay {
 public:
  void show(const Progress& progress);

 private:
  StatusLine status_;
  std::chrono::steady_clock::time_point start_;
  Progress first_;  ///< what was there at the start
};

}  // namespace sim
