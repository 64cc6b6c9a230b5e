#include "sim/sweep/rank_simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pruning/input_error.hpp"

namespace sim {

namespace {

// Messages of rank 0 are `begin`, the number of a point, or `end`; the others' are `identity HASH`, then
// `done POINT BYTES` or `lost POINT PROBLEM`, each of which asks for the next point and waits for it.

/// So often is it looked whether a rank has gone.
constexpr std::chrono::seconds between_looks{1};

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
  PointQueue(const SweepPlan& plan, const std::vector<std::size_t>& points) : plan_(plan) {
    for (const std::size_t point : points) groups_[tensors_of(point)].points.push_back(point);
    for (auto& [tensors, group] : groups_) std::reverse(group.points.begin(), group.points.end());
  }

  /// For a rank, of the group that it is at work on, or else of the one with most points for each rank at work on it.
  std::optional<std::size_t> next(int rank) {
    const auto before = group_of_.find(rank);
    auto group = before == group_of_.end() ? groups_.end() : groups_.find(before->second);
    if (group == groups_.end() || group->second.points.empty()) {
      leave(rank);
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

  /// The rank is at work on no group any more.
  void leave(int rank) {
    const auto group = group_of_.find(rank);
    if (group == group_of_.end()) return;
    --groups_.at(group->second).ranks;
    group_of_.erase(group);
  }

  /// To be handed out once more.
  void put_back(std::size_t point) { groups_.at(tensors_of(point)).points.push_back(point); }
  /// Not to be handed out any more.
  void remove(std::size_t point) { std::erase(groups_.at(tensors_of(point)).points, point); }

 private:
  struct Group {
    std::vector<std::size_t> points;  ///< the next one last
    std::size_t ranks = 0;            ///< at work on it
  };

  [[nodiscard]] std::size_t tensors_of(std::size_t point) const { return plan_.points()[point].tensors; }

  const SweepPlan& plan_;
  std::map<std::size_t, Group> groups_;
  std::map<int, std::size_t> group_of_;
};

/// Rank 0's side.
class PointServer {
 public:
  PointServer(const SweepPlan& plan, const std::vector<std::size_t>& points, Ranks& ranks,
              const PointListener& listener)
      : plan_(plan),
        ranks_(ranks),
        listener_(listener),
        queue_(plan, points),
        open_(points.begin(), points.end()),
        others_(static_cast<std::size_t>(ranks.size())) {}

  void run() {
    for (int rank = 1; rank < ranks_.size(); ++rank) ranks_.send(rank, "begin");
    while (!open_.empty()) {
      if (const auto message = ranks_.receive(between_looks)) take(message->from, message->text);
      look_who_is_there();
      hand_out();
    }
  }

 private:
  struct Other {
    bool waits = false;  ///< for a point
    bool silent = false;
    std::optional<std::size_t> point;  ///< that it is at work on and no other was given since
  };

  Other& other(int rank) { return others_[static_cast<std::size_t>(rank)]; }

  void take(int rank, std::string text) {
    const std::string kind = take_word(text);
    if (kind == "identity") {
      if (text != plan_.identity()) {
        throw pruning::InputError({},
                                  fmt::format("rank {} reads another sweep than rank 0, or is another program: do all "
                                              "hosts see the same files?",
                                              rank));
      }
    } else {
      end_point(rank, kind == "done", text);
    }
    other(rank).waits = true;
  }

  void end_point(int rank, bool done, std::string& text) {
    const std::size_t point = std::stoull(take_word(text));
    const bool own = other(rank).point == point;
    other(rank).point.reset();
    // A rank that was thought gone may come back with a point that was given to another: whose result comes first
    // counts, they are the same; and while another is at work on it, it is not lost.
    if (!done && !own) return;
    if (open_.erase(point) == 0) return;
    if (!own) queue_.remove(point);
    if (done) {
      listener_.finished(point, point_outcome_of(text));
    } else {
      listener_.lost(point, text);
    }
  }

  void look_who_is_there() {
    std::chrono::seconds least = std::chrono::seconds::max();
    for (int rank = 1; rank < ranks_.size(); ++rank) {
      const std::chrono::seconds silence = ranks_.silence(rank);
      least = std::min(least, silence);
      const bool silent = silence >= silence_of_one;
      if (silent == other(rank).silent) continue;
      other(rank).silent = silent;
      if (silent) {
        give_up(rank);
      } else {
        listener_.note(fmt::format("rank {} is back", rank));
      }
    }
    if (least >= silence_of_all) {
      throw std::runtime_error(
          fmt::format("no rank is left: nothing has been heard of any for {} s; the same command goes on from the "
                      "points that are done",
                      silence_of_all.count()));
    }
  }

  void give_up(int rank) {
    std::string text = fmt::format("rank {} has been silent for {} s", rank, silence_of_one.count());
    queue_.leave(rank);
    if (std::optional<std::size_t>& point = other(rank).point) {
      if (open_.contains(*point)) {
        queue_.put_back(*point);
        text += fmt::format("; point {} goes to another", *point + 1);
      }
      point.reset();
    }
    listener_.note(text);
  }

  void hand_out() {
    for (int rank = 1; rank < ranks_.size(); ++rank) {
      if (!other(rank).waits || other(rank).silent) continue;
      other(rank).point = queue_.next(rank);
      if (!other(rank).point) return;
      other(rank).waits = false;
      ranks_.send(rank, std::to_string(*other(rank).point));
    }
  }

  const SweepPlan& plan_;
  Ranks& ranks_;
  const PointListener& listener_;
  PointQueue queue_;
  std::set<std::size_t> open_;  ///< points that have not ended
  std::vector<Other> others_;   ///< by rank
};

/// @throws std::runtime_error if rank 0 is gone
std::string order_of_rank_0(Ranks& ranks) {
  for (;;) {
    if (auto message = ranks.receive(between_looks)) return std::move(message->text);
    if (ranks.silence(0) < silence_of_all) continue;
    throw std::runtime_error(
        fmt::format("rank {} ends: nothing has been heard of rank 0 for {} s", ranks.rank(), silence_of_all.count()));
  }
}

}  // namespace

void simulate_points(const SweepPlan& plan, const std::vector<std::size_t>& points, Ranks& ranks,
                     const PointListener& listener) {
  PointServer(plan, finish_refused(plan, points, listener), ranks, listener).run();
}

void simulate_for_rank_0(const std::filesystem::path& sweep_file, Ranks& ranks) {
  // If it cannot begin, rank 0 alone says why.
  if (order_of_rank_0(ranks) == "end") return;
  const SweepPlan plan(read_sweep_file(sweep_file));
  ranks.send(0, "identity " + plan.identity());
  KeptTensors kept;
  for (std::string order = order_of_rank_0(ranks); order != "end"; order = order_of_rank_0(ranks)) {
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

LeadOverRanks::~LeadOverRanks() {
  for (int rank = 1; rank < ranks_.size(); ++rank) ranks_.send(rank, "end");
}

}  // namespace sim
