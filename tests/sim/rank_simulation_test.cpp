// Does a sweep lose nothing, and store nothing twice, however its ranks fall silent and come back? Here they do so as a
// script says, without a clock.

#include "sim/sweep/rank_simulation.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pruning/input_error.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;
using Texts = std::vector<std::string>;
using std::chrono::seconds;

/// The other ranks as a script: what `receive` gives and how long who has been silent by then.
class ScriptedRanks final : public Ranks {
 public:
  ScriptedRanks(int rank, int size) : rank_(rank), silence_(static_cast<std::size_t>(size)) {}

  ScriptedRanks& says(int from, const std::string& text) {
    script_.emplace_back([=, this]() -> std::optional<Message> {
      silence_[static_cast<std::size_t>(from)] = {};
      return Message{from, text};
    });
    return *this;
  }
  ScriptedRanks& is_silent(int rank, seconds silence) {
    script_.emplace_back([=, this]() -> std::optional<Message> {
      silence_[static_cast<std::size_t>(rank)] = silence;
      return std::nullopt;
    });
    return *this;
  }

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return static_cast<int>(silence_.size()); }
  void send(int to, const std::string& text) override { sent.emplace_back(fmt::format("{} to {}", text, to)); }
  std::optional<Message> receive(std::chrono::milliseconds /*wait*/) override {
    if (script_.empty()) throw std::logic_error("waits at the end of the script");
    const auto step = std::move(script_.front());
    script_.pop_front();
    return step();
  }
  [[nodiscard]] seconds silence(int rank) const override { return silence_[static_cast<std::size_t>(rank)]; }
  void finish() override {}

  [[nodiscard]] bool played() const { return script_.empty(); }

  Texts sent;

 private:
  int rank_;
  std::vector<seconds> silence_;
  std::deque<std::function<std::optional<Message>()>> script_;
};

/// As rank `rank` says it.
std::string done(int rank, std::size_t point) {
  PointOutcome outcome;
  outcome.host_seconds = rank;
  return fmt::format("done {} {}", point, bytes_of(outcome));
}

class RankSimulation : public ::testing::Test {
 protected:
  RankSimulation() {
    write_file("sweep.yaml",
               "base:\n"
               "  network: {name: tiny, input: {channels: 3, height: 8, width: 8},\n"
               "            layers: [{name: conv1, type: conv, output_channels: 8, kernel: 3}]}\n"
               "  weights: {synthetic: {}}\n  activations: {synthetic: {}}\n"
               "axes: {accelerator.pe.rows: [1, 2, 4, 8]}\n");
    plan = std::make_unique<SweepPlan>(read_sweep_file("sweep.yaml"));
    identity = "identity " + plan->identity();
  }

  /// Rank 0's side of the script.
  void simulate(const std::vector<std::size_t>& points, ScriptedRanks& ranks) {
    PointListener listener;
    listener.finished = [&](std::size_t point, const PointOutcome& outcome) {
      results.push_back(fmt::format("{} by {}", point, outcome.host_seconds));
    };
    listener.lost = [&](std::size_t point, const std::string& problem) {
      results.push_back(fmt::format("{} lost: {}", point, problem));
    };
    listener.note = [&](const std::string& text) { notes.push_back(text); };
    simulate_points(*plan, points, ranks, listener);
    EXPECT_TRUE(ranks.played());
  }

  WorkingDirectory directory;
  std::unique_ptr<SweepPlan> plan;
  std::string identity;
  Texts results;
  Texts notes;
};

TEST_F(RankSimulation, HandsOutPointsToWhoeverAsks) {
  ScriptedRanks ranks(0, 3);
  ranks.says(2, identity).says(1, identity).says(1, done(1, 1)).says(2, "lost 0 out of memory").says(1, done(1, 2));
  simulate({0, 1, 2}, ranks);
  EXPECT_THAT(ranks.sent, ElementsAre("begin to 1", "begin to 2", "0 to 2", "1 to 1", "2 to 1"));
  EXPECT_THAT(results, ElementsAre("1 by 1", "0 lost: out of memory", "2 by 1"));
  EXPECT_THAT(notes, IsEmpty());
}

TEST_F(RankSimulation, GivesThePointOfASilentRankToOneThatFoundNoneLeft) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).says(2, identity).says(2, done(2, 1));
  ranks.is_silent(1, seconds(9)).is_silent(1, seconds(10)).is_silent(1, seconds(11)).says(2, done(2, 0));
  simulate({0, 1}, ranks);
  EXPECT_THAT(ranks.sent, ElementsAre("begin to 1", "begin to 2", "0 to 1", "1 to 2", "0 to 2"));
  EXPECT_THAT(results, ElementsAre("1 by 2", "0 by 2"));
  EXPECT_THAT(notes, ElementsAre("rank 1 has been silent for 10 s; point 1 goes to another"));
}

TEST_F(RankSimulation, DoesWithoutARankThatNeverCame) {
  ScriptedRanks ranks(0, 3);
  ranks.says(2, identity).is_silent(1, seconds(10)).says(2, done(2, 0));
  simulate({0}, ranks);
  EXPECT_THAT(results, ElementsAre("0 by 2"));
  EXPECT_THAT(notes, ElementsAre("rank 1 has been silent for 10 s"));
}

TEST_F(RankSimulation, TakesALateResultOfAPointThatNobodyElseBegan) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).says(2, identity).is_silent(1, seconds(10)).says(1, done(1, 0)).says(2, done(2, 1));
  simulate({0, 1}, ranks);
  EXPECT_THAT(ranks.sent, ElementsAre("begin to 1", "begin to 2", "0 to 1", "1 to 2"));
  EXPECT_THAT(results, ElementsAre("0 by 1", "1 by 2"));
  EXPECT_THAT(notes, ElementsAre("rank 1 has been silent for 10 s; point 1 goes to another", "rank 1 is back"));
}

TEST_F(RankSimulation, IgnoresALateResultOfAPointThatIsDone) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).says(2, identity).is_silent(1, seconds(10)).says(2, done(2, 1)).says(2, done(2, 0));
  ranks.says(1, done(1, 0)).says(1, done(1, 3)).says(2, done(2, 2));
  simulate({0, 1, 2, 3}, ranks);
  EXPECT_THAT(ranks.sent, ElementsAre("begin to 1", "begin to 2", "0 to 1", "1 to 2", "0 to 2", "2 to 2", "3 to 1"));
  EXPECT_THAT(results, ElementsAre("1 by 2", "0 by 2", "3 by 1", "2 by 2"));
}

TEST_F(RankSimulation, TakesTheFirstOfTwoResults) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).says(2, identity).is_silent(1, seconds(10)).says(2, done(2, 1));
  ranks.says(1, done(1, 0)).says(2, done(2, 0)).says(1, done(1, 2));
  simulate({0, 1, 2}, ranks);
  EXPECT_THAT(ranks.sent, ElementsAre("begin to 1", "begin to 2", "0 to 1", "1 to 2", "0 to 2", "2 to 1"));
  EXPECT_THAT(results, ElementsAre("1 by 2", "0 by 1", "2 by 1"));
}

TEST_F(RankSimulation, DoesNotLoseAPointThatAnotherIsAtWorkOn) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).says(2, identity).says(2, done(2, 1)).is_silent(1, seconds(10));
  ranks.says(1, "lost 0 out of memory").says(2, done(2, 0));
  simulate({0, 1}, ranks);
  EXPECT_THAT(results, ElementsAre("1 by 2", "0 by 2"));
}

// A point that comes back must not go to a rank that waits, but has been silent.
TEST_F(RankSimulation, GivesWorkToASilentRankOnlyOnceItIsBack) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).says(2, identity).says(1, done(1, 0));
  ranks.is_silent(1, seconds(20)).is_silent(2, seconds(10)).is_silent(1, seconds(0)).says(1, done(1, 1));
  simulate({0, 1}, ranks);
  EXPECT_THAT(ranks.sent, ElementsAre("begin to 1", "begin to 2", "0 to 1", "1 to 2", "1 to 1"));
  EXPECT_THAT(results, ElementsAre("0 by 1", "1 by 1"));
  EXPECT_THAT(notes, ElementsAre("rank 1 has been silent for 10 s",
                                 "rank 2 has been silent for 10 s; point 2 goes to another", "rank 1 is back"));
}

TEST_F(RankSimulation, EndsWhenAllAreSilent) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).is_silent(1, seconds(100)).is_silent(2, seconds(59)).is_silent(2, seconds(60));
  EXPECT_THAT([&] { simulate({0}, ranks); },
              ThrowsMessage<std::runtime_error>(Eq(
                  "no rank is left: nothing has been heard of any for 60 s; the same command goes on from the points "
                  "that are done")));
  EXPECT_TRUE(ranks.played());
}

TEST_F(RankSimulation, RefusesRanksThatReadAnotherSweep) {
  ScriptedRanks ranks(0, 3);
  ranks.says(1, identity).says(2, "identity 1234");
  EXPECT_THAT(
      [&] {
        simulate({0, 1}, ranks);
      },
      ThrowsMessage<pruning::InputError>(HasSubstr("rank 2 reads another sweep than rank 0")));
}

TEST_F(RankSimulation, LetsTheOthersEndEvenIfRank0Fails) {
  ScriptedRanks ranks(0, 3);
  try {
    const LeadOverRanks lead(ranks);
    throw std::runtime_error("fails");
  } catch (const std::runtime_error&) {
  }
  EXPECT_THAT(ranks.sent, ElementsAre("end to 1", "end to 2"));
}

TEST_F(RankSimulation, SimulatesWhatRank0Says) {
  ScriptedRanks ranks(2, 3);
  // However long rank 0 is silent before, what it says at last counts.
  ranks.is_silent(0, seconds(59)).says(0, "begin").says(0, "3").says(0, "end");
  simulate_for_rank_0("sweep.yaml", ranks);
  EXPECT_TRUE(ranks.played());
  ASSERT_EQ(ranks.sent.size(), 2U);
  EXPECT_EQ(ranks.sent[0], identity + " to 0");
  EXPECT_THAT(ranks.sent[1], HasSubstr("done 3 "));
}

TEST_F(RankSimulation, ReadsNothingIfRank0CannotBegin) {
  ScriptedRanks ranks(1, 2);
  ranks.says(0, "end");
  simulate_for_rank_0("none.yaml", ranks);
  EXPECT_THAT(ranks.sent, IsEmpty());
}

TEST_F(RankSimulation, DoesNotWaitForeverForRank0) {
  ScriptedRanks ranks(1, 2);
  ranks.says(0, "begin").is_silent(0, seconds(59)).is_silent(0, seconds(60));
  EXPECT_THAT([&] { simulate_for_rank_0("sweep.yaml", ranks); },
              ThrowsMessage<std::runtime_error>(Eq("rank 1 ends: nothing has been heard of rank 0 for 60 s")));
  EXPECT_TRUE(ranks.played());
}

}  // namespace
}  // namespace sim::test
