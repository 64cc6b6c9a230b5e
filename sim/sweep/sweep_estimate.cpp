#include "sim/sweep/sweep_estimate.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "pruning/input_error.hpp"
#include "sim/simulation.hpp"

namespace sim {

namespace {

constexpr double most_seconds = 10;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

SweepEstimate estimate(const SweepPlan& plan, const std::vector<std::size_t>& points, std::int64_t processes) {
  SweepEstimate result;
  const auto start = Clock::now();
  for (const std::size_t place : std::set{std::size_t{0}, points.size() / 2, points.size() - 1}) {
    if (place > 0 && seconds_since(start) > most_seconds) break;
    const RunFile run = plan.run_of(points[place]);
    const auto begin = Clock::now();
    double tensor_seconds = 0;
    try {
      SharedTensors tensors(run);
      evaluate(run, tensors);
      tensor_seconds = seconds_since(begin);
      static_cast<void>(simulate(run, tensors));
    } catch (const pruning::InputError&) {
      // The point is invalid, which takes its time as well.
    }
    result.measured.push_back(points[place]);
    result.tensor_seconds += tensor_seconds;
    result.point_seconds += seconds_since(begin) - tensor_seconds;
  }
  result.tensor_seconds /= static_cast<double>(result.measured.size());
  result.point_seconds /= static_cast<double>(result.measured.size());

  std::map<std::size_t, std::int64_t> sharing;
  for (const std::size_t point : points) ++sharing[plan.points()[point].tensors];
  std::int64_t evaluations = 0;
  for (const auto& [tensors, count] : sharing) evaluations += count > processes ? 1 : count;
  result.seconds = (static_cast<double>(points.size()) * result.point_seconds +
                    static_cast<double>(evaluations) * result.tensor_seconds) /
                   static_cast<double>(std::min(processes, std::ssize(points)));
  return result;
}

}  // namespace sim
