#include "sim/sweep/point_simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "pruning/input_error.hpp"
#include "sim/job_pool.hpp"
#include "sim/simulation.hpp"

namespace sim {

SharedTensors& KeptTensors::of(const RunFile& run, std::size_t number) {
  if (!tensors_ || number != number_) {
    tensors_.reset();  // before the next take memory
    tensors_ = std::make_unique<SharedTensors>(run);
    number_ = number;
  }
  return *tensors_;
}

PointOutcome simulate_point(const SweepPlan& plan, std::size_t point, KeptTensors* kept) {
  const auto start = std::chrono::steady_clock::now();
  PointOutcome outcome;
  try {
    const RunFile run = plan.run_of(point);
    outcome =
        outcome_of(kept != nullptr ? simulate(run, kept->of(run, plan.points()[point].tensors)) : simulate(run, 1, {}));
  } catch (const pruning::InputError& error) {
    outcome.reason = problem_of(error);
  }
  outcome.host_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

void simulate_points(const SweepPlan& plan, const std::vector<std::size_t>& points, std::int64_t processes,
                     const PointListener& listener) {
  JobPool pool(
      processes,
      [&](std::size_t point, const std::string& bytes) { listener.finished(point, point_outcome_of(bytes)); },
      listener.lost);
  KeptTensors kept;
  const std::vector<std::size_t> order = finish_refused(plan, points, listener);
  for (auto begin = order.begin(); begin != order.end();) {
    const std::size_t number = plan.points()[*begin].tensors;
    const auto end =
        std::find_if(begin, order.end(), [&](std::size_t point) { return plan.points()[point].tensors != number; });
    const bool shared = end - begin > processes;
    if (shared) {
      pool.make_room();
      try {
        const RunFile run = plan.run_of(*begin);
        evaluate(run, kept.of(run, number));
      } catch (const pruning::InputError&) {
        // Each of the points says so itself.
      }
    }
    std::vector<JobPool::NamedJob> jobs;
    for (; begin != end; ++begin) {
      jobs.push_back({*begin, fmt::format("point {}", *begin + 1), [&, point = *begin, shared] {
                        return bytes_of(simulate_point(plan, point, shared ? &kept : nullptr));
                      }});
    }
    pool.start_all(std::move(jobs));
  }
  pool.wait_for_all();
}

std::vector<std::size_t> in_order_of_tensors(const SweepPlan& plan, std::vector<std::size_t> points) {
  std::stable_sort(points.begin(), points.end(),
                   [&](std::size_t a, std::size_t b) { return plan.points()[a].tensors < plan.points()[b].tensors; });
  return points;
}

std::vector<std::size_t> finish_refused(const SweepPlan& plan, const std::vector<std::size_t>& points,
                                        const PointListener& listener) {
  std::vector<std::size_t> others;
  for (const std::size_t point : in_order_of_tensors(plan, points)) {
    if (plan.points()[point].reason) {
      PointOutcome outcome;
      outcome.reason = plan.points()[point].reason;
      listener.finished(point, outcome);
    } else {
      others.push_back(point);
    }
  }
  return others;
}

}  // namespace sim
