#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/shared_tensors.hpp"
#include "sim/sweep/point_outcome.hpp"
#include "sim/sweep/sweep_plan.hpp"

namespace sim {

/// The tensors of the point that was last, for the next to share.
class KeptTensors {
 public:
  /// @param number as in `PlannedPoint::tensors`
  SharedTensors& of(const RunFile& run, std::size_t number);

 private:
  std::unique_ptr<SharedTensors> tensors_;
  std::size_t number_ = 0;
};

/// Simulates a point. What the point itself is to blame for becomes its reason.
/// @param kept nullptr: the point does not share its tensors, and takes the memory of one layer
PointOutcome simulate_point(const SweepPlan& plan, std::size_t point, KeptTensors* kept);

/// Who is told how points end, in this process.
struct PointListener {
  std::function<void(std::size_t point, const PointOutcome&)> finished;
  /// A point whose process died or ran out of memory: it says nothing about the point, which stays to be done.
  std::function<void(std::size_t point, const std::string& problem)> lost;
  /// What else the user should know of: ranks that went or came back. No point ends with it.
  std::function<void(const std::string& text)> note;
};

/// Simulates points on this host. Tensors that points share are evaluated once, in this process, where more points
/// share them than there are processes; fewer points each evaluate their own, which is quicker then.
/// @param points to do; those that are refused are done at once
void simulate_points(const SweepPlan& plan, const std::vector<std::size_t>& points, std::int64_t processes,
                     const PointListener& listener);

/// The points in the order in which they are done: those that share tensors one after another.
std::vector<std::size_t> in_order_of_tensors(const SweepPlan& plan, std::vector<std::size_t> points);

/// Tells of the points that are refused. @return the others, in that order
std::vector<std::size_t> finish_refused(const SweepPlan& plan, const std::vector<std::size_t>& points,
                                        const PointListener& listener);

}  // namespace sim
