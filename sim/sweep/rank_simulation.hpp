#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <vector>

#include "sim/sweep/point_simulation.hpp"
#include "sim/sweep/ranks.hpp"
#include "sim/sweep/sweep_plan.hpp"

namespace sim {

/// A rank of which nothing was heard for so long is taken to be gone, and its point is given to another; should it be
/// heard of again, it is welcome.
inline constexpr std::chrono::seconds silence_of_one{10};
/// If nothing was heard for so long of rank 0, or of any other, there is nobody left to work with.
inline constexpr std::chrono::seconds silence_of_all{60};

/// Has the other ranks simulate points: this one, rank 0, hands out a point to whoever asks, and tells the listener how
/// it ended, once, however many ranks it was given to. A rank is given points that share tensors one after another, as
/// far as that goes. Ranks for which no point is left stay at hand, for points of ranks that go.
/// @param points to do; those that are refused are done at once
/// @throws pruning::InputError if the other ranks read another sweep than this one; std::runtime_error if all are gone
void simulate_points(const SweepPlan& plan, const std::vector<std::size_t>& points, Ranks& ranks,
                     const PointListener& listener);

/// The life of the other ranks: simulates what rank 0 says until it says no more. Tensors are evaluated once for as
/// long as points share them.
/// @throws std::runtime_error if rank 0 is gone
void simulate_for_rank_0(const std::filesystem::path& sweep_file, Ranks& ranks);

/// Lets the other ranks end when rank 0 has no more to say to them, be it because it fails.
class LeadOverRanks {
 public:
  explicit LeadOverRanks(Ranks& ranks) : ranks_(ranks) {}
  ~LeadOverRanks();
  LeadOverRanks(const LeadOverRanks&) = delete;
  LeadOverRanks& operator=(const LeadOverRanks&) = delete;

 private:
  Ranks& ranks_;
};

}  // namespace sim
