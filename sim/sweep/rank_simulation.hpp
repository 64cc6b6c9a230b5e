#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "sim/sweep/point_simulation.hpp"
#include "sim/sweep/ranks.hpp"
#include "sim/sweep/sweep_plan.hpp"

namespace sim {

/// Has the other ranks simulate points: this one, rank 0, hands out a point to whoever asks, and tells the listener how
/// it ended. A rank is given points that share tensors one after another, as far as that goes.
/// @param points to do; those that are refused are done at once
/// @throws pruning::InputError if the other ranks read another sweep than this one
void simulate_points(const SweepPlan& plan, const std::vector<std::size_t>& points, Ranks& ranks,
                     const PointListener& listener);

/// The life of the other ranks: simulates what rank 0 says until it says no more. Tensors are evaluated once for as
/// long as points share them.
void simulate_for_rank_0(const std::filesystem::path& sweep_file, Ranks& ranks);

}  // namespace sim
