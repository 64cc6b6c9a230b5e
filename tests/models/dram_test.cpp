#include "models/dram/dram.hpp"

#include <tlm_utils/simple_target_socket.h>

#include <optional>
#include <vector>

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

// Parts of a transfer count as they would on their own, also where they end within a burst or go on in the next.
TEST_F(Dram, TellsWhenEveryPartIsAcross) {
  with_dram(12.5, 7, [](MemoryPort& port) {
    const std::vector<std::int64_t> ends{1, 100, 101, 512, 513, 2000, 2048, 2100};
    std::vector<std::int64_t> cycles(ends.size());
    port.begin_stream();
    port.transfer(Kind::weights, ends, cycles);
    EXPECT_EQ(cycles, (std::vector<std::int64_t>{8, 8, 9, 13, 13, 27, 28, 28}));
    EXPECT_EQ(port.traffic(Kind::weights), 2100);
  });
}

/// Answers after so many cycles, request by request, and knows nothing of parts.
class SlowMemory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<SlowMemory> socket;

  SlowMemory(const sc_core::sc_module_name& name, std::vector<int> cycles)
      : sc_module(name), socket("socket"), cycles_(std::move(cycles)) {
    socket.register_b_transport(this, &SlowMemory::transport);
  }

 private:
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    delay = cycles_.at(next_++) * cycle();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
  std::vector<int> cycles_;
  std::size_t next_ = 0;
};

// A part is there when all bursts are that have bits of it, in whatever order they come.
TEST_F(Dram, PartsWaitForAllTheirBursts) {
  MemoryPort port(sc_core::sc_gen_unique_name("port"), cycle());
  SlowMemory memory(sc_core::sc_gen_unique_name("slow"), {9, 3, 5, 6, 2});
  port.socket.bind(memory.socket);
  const std::vector<std::int64_t> ends{256, 1100, 1200, 1536, 2048 + 1};
  std::vector<std::int64_t> cycles(ends.size());
  const scnn::test::Process process(sc_core::sc_gen_unique_name("process"), [&] {
    port.begin_layer();
    port.begin_stream();
    port.transfer(Kind::weights, ends, cycles);
  });
  run();
  EXPECT_EQ(cycles, (std::vector<std::int64_t>{9, 9, 5, 5, 6}));
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
