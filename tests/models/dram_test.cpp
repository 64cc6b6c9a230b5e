#include "models/dram/dram.hpp"

#include "tests/models/bench.hpp"

namespace {

class Dram : public scnn::test::Bench {};

// Does a bit too many cost one more cycle?
TEST_F(Dram, RoundsUpToWholeCycles) {
  const dram::Dram memory("dram", 50);
  EXPECT_EQ(memory.cycles_for(0), 0);
  EXPECT_EQ(memory.cycles_for(1), 1);
  EXPECT_EQ(memory.cycles_for(400), 1);
  EXPECT_EQ(memory.cycles_for(401), 2);
  EXPECT_EQ(memory.cycles_for(400LL * 1'000'000'000'000), 1'000'000'000'000);
}

// Are three decimals exact, where a binary fraction would not be?
TEST_F(Dram, KnowsThousandthsOfAByteExactly) {
  const dram::Dram memory("dram", 12.8);  // 102.4 bits a cycle
  EXPECT_EQ(memory.cycles_for(102), 1);
  EXPECT_EQ(memory.cycles_for(103), 2);
  EXPECT_EQ(memory.cycles_for(512), 5);
  EXPECT_EQ(memory.cycles_for(513), 6);
  EXPECT_EQ(memory.cycles_for(1024LL * 1'000'000'000), 10'000'000'000);
  EXPECT_EQ(memory.cycles_for(1024LL * 1'000'000'000 + 1), 10'000'000'001);

  const dram::Dram slowest("slowest", 0.001);  // 8 bits in 1000 cycles
  EXPECT_EQ(slowest.cycles_for(1), 125);
  EXPECT_EQ(slowest.cycles_for(8), 1000);
}

TEST_F(Dram, CostsNothingWithoutALimit) {
  const dram::Dram memory("dram", 0);
  EXPECT_EQ(memory.cycles_for(1), 0);
  EXPECT_EQ(memory.cycles_for(1LL << 50), 0);
}

}  // namespace
