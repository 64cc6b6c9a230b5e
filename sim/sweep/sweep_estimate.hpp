#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/sweep/sweep_plan.hpp"

namespace sim {

/// How long points take on this host, one process for each.
struct SweepEstimate {
  double seconds = 0;                 ///< of all on the wall clock, with as many processes as asked for
  std::vector<std::size_t> measured;  ///< points that were simulated to tell
  double point_seconds = 0;           ///< of a point, its tensors at hand
  double tensor_seconds = 0;          ///< to evaluate the tensors of a point
};

/// Simulates the first point, the last and the one in the middle, or fewer if that takes more than some seconds.
/// @param points that are not refused, in the order in which they are done; at least one
SweepEstimate estimate(const SweepPlan& plan, const std::vector<std::size_t>& points, std::int64_t processes);

}  // namespace sim
