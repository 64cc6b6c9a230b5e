#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <tlm_utils/simple_target_socket.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/dram/memory_port.hpp"
#include "models/scnn/scnn.hpp"
#include "tests/support/random_layer.hpp"

/// Can any TLM-2.0 target take the place of the built-in DRAM?

namespace other_memory_test {

using scnn::Arithmetic;
using scnn::LayerOutcome;
using scnn::Scnn;
using support::RandomLayer;
using Transport = std::function<void(tlm::tlm_generic_payload&, sc_core::sc_time&)>;

/// A target that knows nothing of the machine.
class Memory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Memory> socket;

  Memory(const sc_core::sc_module_name& name, Transport transport)
      : sc_module(name), socket("socket"), transport_(std::move(transport)) {
    socket.register_b_transport(this, &Memory::transport);
  }

 private:
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    transport_(payload, delay);
  }
  Transport transport_;
};

LayerOutcome run_with(const RandomLayer& layer, const Transport& transport,
                      scnn::Evaluation evaluation = scnn::Evaluation::fast) {
  return Scnn(layer.parameters, evaluation, {},
              [&](dram::MemoryPort& port) {
                auto memory = std::make_shared<Memory>("memory", transport);
                port.socket.bind(memory->socket);
                return memory;
              })
      .run(layer.operands, Arithmetic::on);
}

LayerOutcome run_built_in(const RandomLayer& layer) {
  return Scnn(layer.parameters).run(layer.operands, Arithmetic::on);
}

sc_core::sc_time nanoseconds(double n) {
  return {n, sc_core::SC_NS};
}

RandomLayer unlimited(RandomLayer layer) {
  layer.parameters.dram_bytes_per_cycle = 0;
  layer.parameters.dram_latency = 0;
  layer.parameters.clock_ghz = 1;
  return layer;
}

bool fits(const RandomLayer& layer) {
  try {
    static_cast<void>(scnn::map_layer(layer.operands, layer.parameters));
    return true;
  } catch (const scnn::LayerDoesNotFit&) {
    return false;
  }
}

// A latency of another memory counts as one of the built-in memory does, in weights and activations.
RC_GTEST_PROP(OtherMemory, with_a_latency_is_the_built_in_one_with_it, (RandomLayer layer)) {
  RC_PRE(fits(layer));
  layer = unlimited(layer);
  layer.parameters.dram_latency = *rc::gen::inRange(0, 50);
  const LayerOutcome outcome = run_with(layer, [&](auto& /*payload*/, sc_core::sc_time& delay) {
    delay += nanoseconds(static_cast<double>(layer.parameters.dram_latency));
  });
  const LayerOutcome expected = run_built_in(layer);
  RC_ASSERT(outcome.cycles == expected.cycles);
  RC_ASSERT(outcome.pe_cycles == expected.pe_cycles);
  RC_ASSERT(outcome.sums == expected.sums);
}

// A memory that needs a time of its own for every bit, and annotates it for requests and their parts, is like the
// built-in one.
RC_GTEST_PROP(OtherMemory, that_queues_requests_is_the_built_in_one, (RandomLayer layer)) {
  RC_PRE(fits(layer));
  layer.parameters.clock_ghz = 1;
  layer.parameters.dram_latency = 0;
  const std::int64_t bytes_per_cycle = *rc::gen::inRange(1, 20);
  layer.parameters.dram_bytes_per_cycle = static_cast<double>(bytes_per_cycle);
  sc_core::sc_time from;  // of a period without a pause
  std::int64_t bits = 0;  // carried since
  const LayerOutcome outcome = run_with(layer, [&](tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const sc_core::sc_time arrival = sc_core::sc_time_stamp() + delay;
    const auto finish = [&](std::int64_t carried) {
      return from + nanoseconds(std::ceil(static_cast<double>(carried) / (8.0 * static_cast<double>(bytes_per_cycle))));
    };
    if (arrival >= finish(bits)) {
      from = arrival;
      bits = 0;
    }
    auto& transfer = *payload.get_extension<dram::Transfer>();
    for (std::size_t part = 0; part < transfer.part_ends.size(); ++part) {
      const sc_core::sc_time end = finish(bits + transfer.part_ends[part] - transfer.begin);
      transfer.part_delays[part] = (end - sc_core::sc_time_stamp()).value();
    }
    transfer.parts_timed = true;
    bits += transfer.bits();
    delay = finish(bits) - sc_core::sc_time_stamp();
  });
  const LayerOutcome expected = run_built_in(layer);
  RC_CLASSIFY(outcome.temporal_rows * outcome.temporal_columns > 1, "several passes");
  RC_ASSERT(outcome.cycles == expected.cycles);
  RC_ASSERT(outcome.counters == expected.counters);
  RC_ASSERT(outcome.pe_cycles == expected.pe_cycles);
}

// A memory that takes longer for a request than 32 bits can count, or part of that, is waited for in both speeds.
RC_GTEST_PROP(OtherMemory, that_takes_seconds_is_waited_for, (RandomLayer layer)) {
  RC_PRE(fits(layer));
  layer = unlimited(layer);
  const double seconds = *rc::gen::element(0.1, 0.7, 1.1, 5.0);
  const auto run = [&](scnn::Evaluation evaluation) {
    sc_core::sc_time until;
    return run_with(
        layer,
        [&](auto& /*payload*/, sc_core::sc_time& delay) {
          until = std::max(until, sc_core::sc_time_stamp() + delay) + nanoseconds(1e9 * seconds);
          delay = until - sc_core::sc_time_stamp();
        },
        evaluation);
  };
  const LayerOutcome outcome = run(scnn::Evaluation::fast);
  const LayerOutcome expected = run(scnn::Evaluation::detailed);
  RC_ASSERT(outcome.cycles == expected.cycles);
  RC_ASSERT(outcome.counters == expected.counters);
  RC_ASSERT(outcome.pe_cycles == expected.pe_cycles);
}

RandomLayer small_layer() {
  RandomLayer layer;
  layer.parameters.rows = layer.parameters.columns = 1;
  layer.operands.shape = {.C = 1, .H = 4, .W = 4, .K = 8, .R = 3, .S = 3, .padding = {1, 1}};
  auto filters = std::make_shared<scnn::Filters>();
  filters->weights.assign(8 * 9, 1);
  layer.operands.filters = filters;
  layer.operands.activations.assign(16, 1);
  return unlimited(layer);
}

// All weights come so many cycles later, and so does everything that the machine does.
TEST(OtherMemory, WithALatencyDelaysALayerByIt) {
  const RandomLayer layer = small_layer();
  const LayerOutcome outcome =
      run_with(layer, [](auto& /*payload*/, sc_core::sc_time& delay) { delay += nanoseconds(23); });
  EXPECT_EQ(outcome.cycles, run_built_in(layer).cycles + 23);
}

// One that waits is asked for one thing after another: 72 weights of 20 bits are three bursts.
TEST(OtherMemory, ThatWaitsHasNoReadAhead) {
  const RandomLayer layer = small_layer();
  const LayerOutcome outcome =
      run_with(layer, [](auto& /*payload*/, auto& /*delay*/) { sc_core::wait(nanoseconds(3)); });
  EXPECT_EQ(outcome.counters.dram_weight_bytes_read, 180);
  // Its single segment starts with the last of 18 entries. Six end in the last burst, at 3 x 3, of which the bus
  // carries five a cycle; without a limit it carries the last one in cycle ceil(18 / 5).
  EXPECT_EQ(outcome.cycles, run_built_in(layer).cycles + 3 * 3 + 2 - 4);
}

// What a layer moves, in what sizes, and where: an input and output that do not fit.
TEST(OtherMemory, SeesBytesKindsAndAddresses) {
  RandomLayer layer = small_layer();
  layer.parameters.oaram_elements = 1;
  struct Request {
    bool write;
    std::uint64_t address;
    unsigned bytes;
    bool operator==(const Request&) const = default;
  };
  std::vector<Request> requests;
  run_with(layer, [&](tlm::tlm_generic_payload& payload, auto& /*delay*/) {
    requests.push_back({payload.is_write(), payload.get_address(), payload.get_data_length()});
    EXPECT_NE(payload.get_data_ptr(), nullptr);
  });
  ASSERT_EQ(requests.size(), 3U + 5U);
  EXPECT_EQ(requests[0], (Request{false, 0, 64}));
  EXPECT_EQ(requests[1], (Request{false, 64, 64}));
  EXPECT_EQ(requests[2], (Request{false, 128, 52}));  // of 180 bytes
  // 128 outputs of 20 bits.
  const std::uint64_t outputs = dram::MemoryPort::address_of(dram::Kind::output);
  for (unsigned burst = 0; burst < 5; ++burst)
    EXPECT_EQ(requests[3 + burst], (Request{true, outputs + 64 * burst, 64}));
}

TEST(OtherMemory, ThatRefusesEndsTheSimulation) {
  EXPECT_ANY_THROW(run_with(small_layer(), [](tlm::tlm_generic_payload& payload, auto& /*delay*/) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }));
}

}  // namespace other_memory_test
