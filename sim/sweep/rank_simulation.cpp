#include "sim/sweep/rank_simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <utility>

#include "pruning/input_error.hpp"

namespace sim {

namespace {

// Messages of rank 0 are `begin`, the number of a point, or `end`; the others' are `identity HASH`, then
// `done POINT BYTES` or `lost POINT PROBLEM`, each of which asks for the next point.

/// What comes before the next blank, which goes with it.
std::string take_word(std::string& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  std::string word = text.substr(0, end);
  text.erase(0, end + 1);
  return word;
}

/// Points to be handed out, by the tensors that they share.
class PointQueue {
 public:
  PointQueue(const SweepPlan& plan, const std::vector<std::size_t>& points) {
    for (const std::size_t point : points) groups_[plan.points()[point].tensors].points.push_back(point);
    for (auto& [tensors, group] : groups_) std::reverse(group.points.begin(), group.points.end());
  }

  /// For a rank, of the group that it is at work on, or else of the one with most points for each rank at work on it.
  std::optional<std::size_t> next(int rank) {
    const auto before = group_of_.find(rank);
    auto group = before == group_of_.end() ? groups_.end() : groups_.find(before->second);
    if (group == groups_.end() || group->second.points.empty()) {
      if (group != groups_.end()) --group->second.ranks;
      group_of_.erase(rank);
      group = std::max_element(groups_.begin(), groups_.end(), [](const auto& a, const auto& b) {
        return a.second.points.size() * (b.second.ranks + 1) < b.second.points.size() * (a.second.ranks + 1);
      });
      if (group == groups_.end() || group->second.points.empty()) return std::nullopt;
      group_of_[rank] = group->first;
      ++group->second.ranks;
    }
    const std::size_t point = group->second.points.back();
    group->second.points.pop_back();
    return point;
  }

 private:
  struct Group {
    std::vector<std::size_t> points;  ///< the next one last
    std::size_t ranks = 0;            ///< at work on it
  };

  std::map<std::size_t, Group> groups_;
  std::map<int, std::size_t> group_of_;
};

}  // namespace

void simulate_points(const SweepPlan& plan, const std::vector<std::size_t>& points, Ranks& ranks,
                     const PointListener& listener) {
  PointQueue queue(plan, finish_refused(plan, points, listener));
  for (int rank = 1; rank < ranks.size(); ++rank) ranks.send(rank, "begin");
  for (int at_work = ranks.size() - 1; at_work > 0;) {
    auto [rank, text] = ranks.receive();
    const std::string kind = take_word(text);
    if (kind == "identity") {
      if (text != plan.identity()) {
        throw pruning::InputError({},
                                  fmt::format("rank {} reads another sweep than rank 0, or is another program: do all "
                                              "hosts see the same files?",
                                              rank));
      }
    } else {
      const std::size_t point = std::stoull(take_word(text));
      if (kind == "done") {
        listener.finished(point, point_outcome_of(text));
      } else {
        listener.lost(point, text);
      }
    }
    const std::optional<std::size_t> next = queue.next(rank);
    if (!next) --at_work;
    ranks.send(rank, next ? std::to_string(*next) : "end");
  }
}

void simulate_for_rank_0(const std::filesystem::path& sweep_file, Ranks& ranks) {
  ranks.receive();  // to begin: if it cannot, rank 0 alone says why
  const SweepPlan plan(read_sweep_file(sweep_file));
  ranks.send(0, "identity " + plan.identity());
  KeptTensors kept;
  for (std::string order = ranks.receive().text; order != "end"; order = ranks.receive().text) {
    const std::size_t point = std::stoull(order);
    std::string answer;
    try {
      answer = "done " + order + ' ' + bytes_of(simulate_point(plan, point, &kept));
    } catch (const std::exception& error) {
      answer = fmt::format("lost {} point {}: {}", order, point + 1, error.what());
    }
    ranks.send(0, answer);
  }
}

}  // namespace sim
