#include "models/scnn/weight_broadcast.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/models/bench.hpp"

namespace weight_broadcast_test {

using scnn::Arrival;
using scnn::CompressedPass;
using scnn::Parameters;
using scnn::WeightBroadcast;

/// DRAM that brings so many bits a cycle; 0: any number.
struct Memory : dram::MemoryInterface {
  explicit Memory(std::int64_t bits) : bits_per_cycle(bits) {}
  [[nodiscard]] std::int64_t cycles_for(std::int64_t bits) const {
    return bits_per_cycle == 0 ? 0 : (bits + bits_per_cycle - 1) / bits_per_cycle;
  }
  void begin_stream() override { streamed = 0; }
  void transfer(dram::Kind kind, std::span<const std::int64_t> ends, std::span<std::int64_t> cycles) override {
    EXPECT_EQ(kind, dram::Kind::weights);
    for (std::size_t i = 0; i < ends.size(); ++i) cycles[i] = cycles_for(streamed + ends[i]);
    streamed += ends.empty() ? 0 : ends.back();
  }
  std::int64_t bits_per_cycle;
  std::int64_t streamed = 0;
};

/// Segments of so many entries, each entry of so many bits.
CompressedPass pass_of(const std::vector<std::int64_t>& segments, std::int64_t bits_per_entry = 80) {
  CompressedPass pass;
  std::int64_t entry = 0;
  for (const std::int64_t entries : segments) {
    pass.segments.push_back({0, entry, entry + entries - 1, 0});
    entry += entries;
  }
  for (std::int64_t m = 1; m <= entry; ++m) pass.entry_bits.push_back(m * bits_per_entry);
  return pass;
}

Parameters machine(std::int64_t pes, std::int64_t fifo_entries, std::int64_t entries_per_cycle) {
  Parameters parameters;
  parameters.rows = 1;
  parameters.columns = pes;
  parameters.weight_fifo_entries = fifo_entries;
  parameters.broadcast_entries = entries_per_cycle;
  return parameters;
}

/// A PE has worked on a segment until `finish`.
void release(WeightBroadcast& broadcast, std::int64_t segment, std::int64_t finish) {
  const scnn::SegmentFinish work{.segment = segment, .finish = finish};
  broadcast.release({segment, segment + 1, 0, {&work, 1}});
}

constexpr std::int64_t large = 1000;

class WeightBroadcastTest : public scnn::test::Bench {};

// Does the bus carry b entries in each cycle, from cycle 1 on?
TEST_F(WeightBroadcastTest, SendsSoManyEntriesACycle) {
  for (const std::int64_t b : {1, 3, 5}) {
    Memory memory(0);
    WeightBroadcast broadcast(sc_core::sc_gen_unique_name("broadcast"), machine(1, large, b));
    broadcast.memory(memory);
    const CompressedPass pass = pass_of(std::vector<std::int64_t>(20, 1));
    broadcast.begin_pass(pass, 1);
    for (std::int64_t m = 1; m <= 20; ++m) {
      EXPECT_EQ(broadcast.await(m - 1).front().cycle, (m + b - 1) / b) << m << " of " << b;
      EXPECT_EQ(broadcast.await(m - 1).front().unhindered, (m + b - 1) / b) << m << " of " << b;
    }
  }
}

// Is an entry there in the cycle after its last bit has crossed the pins of the DRAM?
TEST_F(WeightBroadcastTest, WaitsForTheDram) {
  Memory memory(16);
  WeightBroadcast broadcast("broadcast", machine(1, large, large));
  broadcast.memory(memory);
  const CompressedPass pass = pass_of(std::vector<std::int64_t>(10, 1), 80);
  broadcast.begin_pass(pass, 1);
  for (std::int64_t m = 1; m <= 10; ++m) EXPECT_EQ(broadcast.await(m - 1).front().cycle, 1 + 5 * m);
}

// Does the slower of bus and DRAM decide, entry by entry?
TEST_F(WeightBroadcastTest, FollowsTheSlowerOfBusAndDram) {
  Memory memory(80);
  WeightBroadcast broadcast("broadcast", machine(1, large, 1));
  broadcast.memory(memory);
  CompressedPass pass = pass_of({1, 1, 1, 1, 1, 1}, 20);
  pass.entry_bits = {20, 40, 60, 480, 500, 520};  // the fourth entry is large
  broadcast.begin_pass(pass, 1);
  std::vector<std::int64_t> cycles;
  for (std::int64_t s = 0; s < 6; ++s) cycles.push_back(broadcast.await(s).front().cycle);
  EXPECT_EQ(cycles, (std::vector<std::int64_t>{2, 3, 4, 7, 8, 9}));
}

// Is an entry sent in the very cycle after the last PE has made room for it, and not earlier?
TEST_F(WeightBroadcastTest, SendsAsSoonAsTheLastPeHasRoom) {
  Memory memory(0);
  WeightBroadcast broadcast("broadcast", machine(2, 4, 8));
  broadcast.memory(memory);
  const CompressedPass pass = pass_of({2, 2, 2, 2});
  broadcast.begin_pass(pass, 2);
  EXPECT_EQ(broadcast.await(0).front().cycle, 1);
  EXPECT_EQ(broadcast.await(1).front().cycle, 1);
  release(broadcast, 0, 10);
  release(broadcast, 0, 14);
  EXPECT_EQ(broadcast.await(2).front().cycle, 15);
  EXPECT_EQ(broadcast.await(2).front().unhindered, 1);  // the bus alone would have carried it with the first
  release(broadcast, 1, 20);
  release(broadcast, 1, 18);
  EXPECT_EQ(broadcast.await(3).front().cycle, 21);
  EXPECT_EQ(broadcast.await(3).front().unhindered, 1);
}

// Does it tell of all arrivals that are settled, and take several releases at once, also of segments that a PE has
// passed over?
TEST_F(WeightBroadcastTest, TakesSegmentsTogether) {
  Memory memory(0);
  WeightBroadcast broadcast("broadcast", machine(2, 4, 1));
  broadcast.memory(memory);
  const CompressedPass pass = pass_of({1, 1, 1, 1, 1, 1, 1, 1});
  broadcast.begin_pass(pass, 2);
  EXPECT_EQ(broadcast.await(1).size(), 3U);
  // One PE is ready in cycle 20, works on the second segment until 30 and passes over the others.
  const scnn::SegmentFinish second{.segment = 1, .finish = 30};
  broadcast.release({0, 4, 20, {&second, 1}});
  // The other passes over all as they arrive, but works on the last until 25.
  const scnn::SegmentFinish fourth{.segment = 3, .finish = 25};
  broadcast.release({0, 3, 0, {}});
  EXPECT_EQ(broadcast.await(4).size(), 3U);
  broadcast.release({3, 4, 3, {&fourth, 1}});
  std::vector<std::int64_t> cycles;
  for (const Arrival& arrival : broadcast.await(4)) cycles.push_back(arrival.cycle);
  EXPECT_EQ(cycles, (std::vector<std::int64_t>{21, 31, 32, 33}));
}

// Do entries stay in order if a later one finds room earlier?
TEST_F(WeightBroadcastTest, NeverOvertakes) {
  Memory memory(0);
  WeightBroadcast broadcast("broadcast", machine(1, 2, 8));
  broadcast.memory(memory);
  const CompressedPass pass = pass_of({1, 1, 1, 1});
  broadcast.begin_pass(pass, 1);
  release(broadcast, 0, 100);
  release(broadcast, 1, 50);
  EXPECT_EQ(broadcast.await(2).front().cycle, 101);
  EXPECT_EQ(broadcast.await(3).front().cycle, 101);
}

// Does a PE that comes for a segment wait until all others have made room, and no longer?
TEST_F(WeightBroadcastTest, LetsAPeWaitUntilAnArrivalIsSettled) {
  Memory memory(0);
  WeightBroadcast broadcast("broadcast", machine(3, 4, 8));
  broadcast.memory(memory);
  const CompressedPass pass = pass_of({2, 2, 2});
  broadcast.begin_pass(pass, 3);
  std::vector<std::int64_t> arrivals;
  scnn::test::Process pe("pe", [&] {
    for (std::int64_t s = 0; s < 3; ++s) arrivals.push_back(broadcast.await(s).front().cycle);
  });
  run();
  EXPECT_EQ(arrivals, (std::vector<std::int64_t>{1, 1}));
  release(broadcast, 0, 30);
  release(broadcast, 0, 40);
  EXPECT_FALSE(sc_core::sc_pending_activity());  // nobody is woken
  EXPECT_EQ(broadcast.waiting_for(), "broadcast: entry 5 waits for room in the FIFO; 1 of 3 PEs still hold segment 1");
  release(broadcast, 0, 35);
  run();
  EXPECT_EQ(arrivals, (std::vector<std::int64_t>{1, 1, 41}));
  EXPECT_EQ(broadcast.waiting_for(), "");
}

// Does nothing of a pass reach the next?
TEST_F(WeightBroadcastTest, StartsEachPassAfresh) {
  Memory memory(16);
  WeightBroadcast broadcast("broadcast", machine(1, 2, 1));
  broadcast.memory(memory);
  const CompressedPass first = pass_of({1, 1, 1});
  broadcast.begin_pass(first, 1);
  release(broadcast, 0, 1000);
  EXPECT_EQ(broadcast.await(2).front().cycle, 1001);
  const CompressedPass second = pass_of({1, 1}, 16);
  broadcast.begin_pass(second, 1);
  EXPECT_EQ(broadcast.await(0).front().cycle, 2);
  EXPECT_EQ(broadcast.await(1).front().cycle, 3);
}

/// T(m) and S(m), term by term, for m from 1; `finish` and `segment_of` hold what is known of Free.
Arrival arrival_of(std::int64_t m, std::vector<std::int64_t>& T, std::vector<std::int64_t>& S, std::int64_t b,
                   std::int64_t free, std::int64_t D) {
  const auto at = [](const std::vector<std::int64_t>& v, std::int64_t i) {
    return i <= 0 ? 0 : v[static_cast<std::size_t>(i)];
  };
  T.push_back(std::max({1 + at(T, m - b), 1 + free, 1 + D, at(T, m - 1)}));
  S.push_back(std::max(1 + at(S, m - b), 1 + D));
  return {T.back(), S.back()};
}

// Do arrivals follow the recurrence for any segments, widths and finishes?
RC_GTEST_FIXTURE_PROP(WeightBroadcastTest, FollowsTheRecurrence, ()) {
  const std::int64_t N = *rc::gen::inRange(1, 12);
  const std::int64_t b = *rc::gen::inRange(1, 6);
  Memory memory(*rc::gen::element(0, 20, 33, 200));
  std::vector<std::int64_t> segments(static_cast<std::size_t>(*rc::gen::inRange(1, 15)));
  for (auto& entries : segments) entries = *rc::gen::inRange<std::int64_t>(1, std::max<std::int64_t>(1, N / 2) + 1);
  const CompressedPass pass = pass_of(segments, *rc::gen::inRange(16, 100));

  WeightBroadcast broadcast("broadcast", machine(2, N, b));
  broadcast.memory(memory);
  broadcast.begin_pass(pass, 2);
  std::vector<std::int64_t> T{0};
  std::vector<std::int64_t> S{0};
  std::vector<std::int64_t> free_of_entry{0};  // entries from 1
  for (std::size_t s = 0; s < segments.size(); ++s) {
    Arrival expected;
    for (std::int64_t i = 0; i < segments[s]; ++i) {
      const auto m = static_cast<std::int64_t>(T.size());
      const std::int64_t free = m <= N ? 0 : free_of_entry[static_cast<std::size_t>(m - N)];
      expected = arrival_of(m, T, S, b, free, memory.cycles_for(pass.entry_bits[static_cast<std::size_t>(m - 1)]));
    }
    const Arrival arrival = broadcast.await(static_cast<std::int64_t>(s)).front();
    RC_ASSERT(arrival.cycle == expected.cycle);
    RC_ASSERT(arrival.unhindered == expected.unhindered);
    const std::int64_t one = arrival.cycle + *rc::gen::inRange(0, 20);
    const std::int64_t other = arrival.cycle + *rc::gen::inRange(0, 20);
    release(broadcast, static_cast<std::int64_t>(s), one);
    release(broadcast, static_cast<std::int64_t>(s), other);
    free_of_entry.insert(free_of_entry.end(), static_cast<std::size_t>(segments[s]), std::max(one, other));
  }
}

}  // namespace weight_broadcast_test
