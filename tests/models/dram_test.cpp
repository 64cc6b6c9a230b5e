#include "models/dram/dram.hpp"

#include <optional>

#include "models/dram/memory_port.hpp"
#include "tests/models/bench.hpp"

/// Is the built-in DRAM there after exactly so many cycles, and does the port say what crosses?

namespace dram_test {

using dram::Kind;
using dram::MemoryPort;

const sc_core::sc_time& cycle() {
  static const sc_core::sc_time time(1, sc_core::SC_NS);
  return time;
}

class Dram : public scnn::test::Bench {
 protected:
  /// Runs `life` in a process with a port and a DRAM behind it.
  static void with_dram(double bytes_per_cycle, std::int64_t latency, const std::function<void(MemoryPort&)>& life,
                        const sc_core::sc_time& clock = cycle()) {
    MemoryPort port(sc_core::sc_gen_unique_name("port"), clock);
    dram::Dram memory(sc_core::sc_gen_unique_name("dram"), clock, bytes_per_cycle, latency);
    port.socket.bind(memory.socket);
    bool ran = false;
    const scnn::test::Process process(sc_core::sc_gen_unique_name("process"), [&] {
      port.begin_layer();
      life(port);
      ran = true;
    });
    run();
    EXPECT_TRUE(ran);
  }

  /// Cycles of a transfer on its own.
  static std::int64_t cycles_for(MemoryPort& port, std::int64_t bits) {
    sc_core::wait(1, sc_core::SC_SEC);  // idle
    port.begin_stream();
    return port.transfer(Kind::input, bits);
  }
};

// Does a bit too many cost one more cycle?
TEST_F(Dram, RoundsUpToWholeCycles) {
  with_dram(50, 0, [](MemoryPort& port) {
    EXPECT_EQ(cycles_for(port, 0), 0);
    EXPECT_EQ(cycles_for(port, 1), 1);
    EXPECT_EQ(cycles_for(port, 400), 1);
    EXPECT_EQ(cycles_for(port, 401), 2);
    EXPECT_EQ(cycles_for(port, 400LL * 100'000), 100'000);
    EXPECT_EQ(cycles_for(port, 400LL * 100'000 + 1), 100'001);
  });
}

// Are three decimals exact, where a binary fraction would not be?
TEST_F(Dram, KnowsThousandthsOfAByteExactly) {
  with_dram(12.8, 0, [](MemoryPort& port) {  // 102.4 bits a cycle
    EXPECT_EQ(cycles_for(port, 102), 1);
    EXPECT_EQ(cycles_for(port, 103), 2);
    EXPECT_EQ(cycles_for(port, 512), 5);
    EXPECT_EQ(cycles_for(port, 513), 6);
    EXPECT_EQ(cycles_for(port, 1024LL * 100'000), 1'000'000);
    EXPECT_EQ(cycles_for(port, 1024LL * 100'000 + 1), 1'000'001);
  });
}

TEST_F(Dram, MayBeSlow) {
  with_dram(0.001, 0, [](MemoryPort& port) {  // 8 bits in 1000 cycles
    EXPECT_EQ(cycles_for(port, 1), 125);
    EXPECT_EQ(cycles_for(port, 8), 1000);
  });
}

// A clock whose cycle is no whole number of picoseconds loses none of them.
TEST_F(Dram, CountsCyclesOfAnyClock) {
  with_dram(
      50, 0,
      [](MemoryPort& port) {
        EXPECT_EQ(cycles_for(port, 400LL * 1'000'000), 1'000'000);
        EXPECT_EQ(cycles_for(port, 400LL * 1'000'000 + 1), 1'000'001);
      },
      sc_core::sc_time(1 / 0.7, sc_core::SC_NS));
}

TEST_F(Dram, CostsNothingWithoutALimit) {
  with_dram(0, 0, [](MemoryPort& port) { EXPECT_EQ(cycles_for(port, 1 << 20), 0); });
}

// Of a stream only the sum is rounded, however it is cut; another stream begins at its own time.
TEST_F(Dram, RoundsStreamsAsAWhole) {
  with_dram(12.5, 0, [](MemoryPort& port) {  // 100 bits a cycle
    for (int stream = 0; stream < 2; ++stream) {
      port.begin_stream();
      std::int64_t sum = 0;
      for (const std::int64_t bits : {60, 30, 10, 1, 99, 1000, 64}) {
        sum += bits;
        EXPECT_EQ(port.transfer(Kind::weights, bits), (sum + 99) / 100) << sum;
      }
      sc_core::wait(13 * cycle());
    }
  });
}

// A stream that begins before the one before it is across has to wait.
TEST_F(Dram, CarriesOneThingAfterAnother) {
  with_dram(12.5, 0, [](MemoryPort& port) {
    port.begin_stream();
    EXPECT_EQ(port.transfer(Kind::weights, 1000), 10);
    sc_core::wait(4 * cycle());
    port.begin_stream();
    EXPECT_EQ(port.transfer(Kind::input, 500), 6 + 5);
  });
}

TEST_F(Dram, ComesAfterItsLatency) {
  with_dram(12.5, 7, [&](MemoryPort& port) {
    EXPECT_EQ(cycles_for(port, 0), 0);
    EXPECT_EQ(cycles_for(port, 100), 8);
    EXPECT_EQ(port.transfer(Kind::input, 100), 9);
  });
}

TEST_F(Dram, OfNoLimitTakesItsLatency) {
  with_dram(0, 7, [&](MemoryPort& port) {
    EXPECT_EQ(cycles_for(port, 0), 0);
    EXPECT_EQ(cycles_for(port, 100), 7);
    EXPECT_EQ(port.transfer(Kind::input, 100), 7);
  });
}

TEST_F(Dram, PortCountsTrafficByKind) {
  with_dram(50, 0, [](MemoryPort& port) {
    port.begin_stream();
    port.transfer(Kind::weights, 60);
    port.transfer(Kind::output, 1000);
    port.transfer(Kind::weights, 7);
    EXPECT_EQ(port.traffic(Kind::weights), 67);
    EXPECT_EQ(port.traffic(Kind::input), 0);
    EXPECT_EQ(port.traffic(Kind::output), 1000);
    port.begin_layer();
    EXPECT_EQ(port.traffic(Kind::weights), 0);
  });
}

}  // namespace dram_test
