#include "models/dram/dram.hpp"
#include "models/scnn/block.hpp"
#include "models/scnn/pe_array.hpp"
#include "tests/models/stub_neighbours.hpp"

/// Does a machine that cannot go on stop, and say who waits for whom?

namespace no_progress_test {

using scnn::Parameters;
using scnn::test::PassBuilder;

class NoProgressTest : public scnn::test::Bench {};

template <class Action>
std::string report_of(const Action& action) {
  try {
    action();
  } catch (const scnn::NoProgress& report) {
    return report.what();
  }
  return "it made progress";
}

Parameters machine() {
  Parameters parameters;
  parameters.rows = 1;
  parameters.columns = 1;
  parameters.weights_per_cycle = parameters.activations_per_cycle = 1;
  return parameters;
}

PassBuilder two_segments(const Parameters& parameters) {
  PassBuilder builder(parameters);
  const int stream = builder.stream({{0, 0, 1}});
  builder.segment(stream, {{0, 0, 0, 1}});
  builder.segment(stream, {{0, 0, 0, 1}, {0, 0, 0, 1}, {0, 0, 0, 1}});
  builder.end_group();
  return builder;
}

// A supply that never brings the second segment.
TEST_F(NoProgressTest, NamesThePeThatWaitsForWeights) {
  const PassBuilder builder = two_segments(machine());
  scnn::test::StubSupply supply;
  scnn::test::StubBarrier barrier;
  scnn::ProcessingElement pe("pe", 0, machine(), scnn::Evaluation::detailed);
  pe.weight_supply(supply);
  pe.barrier(barrier);
  supply.arrivals = {{1, 1}};
  barrier.pass = &builder.pass;
  barrier.cycles = {0};
  pe.begin_pass(builder.pass, 0, true);
  EXPECT_EQ(report_of([&] { scnn::run_until_idle(barrier.done, {&pe}); }),
            "the simulated machine makes no progress:\n"
            "  pe waits for the weights of segment 2");
  EXPECT_TRUE(barrier.reports.empty());
}

// A barrier that releases no further group.
TEST_F(NoProgressTest, NamesThePeThatWaitsForItsRelease) {
  const PassBuilder builder = two_segments(machine());
  scnn::test::StubSupply supply;
  scnn::test::StubBarrier barrier;
  scnn::ProcessingElement pe("pe", 0, machine(), scnn::Evaluation::detailed);
  pe.weight_supply(supply);
  pe.barrier(barrier);
  pe.begin_pass(builder.pass, 0, true);
  const bool never_done = false;
  EXPECT_EQ(report_of([&] { scnn::run_until_idle(never_done, {&pe}); }),
            "the simulated machine makes no progress:\n"
            "  pe waits for the release of its next group");
}

// A whole array whose second segment has more entries than the FIFO: the last cannot come before the first is used, and
// a PE uses none before it has all.
TEST_F(NoProgressTest, NamesEveryBlockOfAnArray) {
  Parameters parameters = machine();
  parameters.columns = 2;
  parameters.weight_fifo_entries = 2;
  PassBuilder builder = two_segments(parameters);
  builder.pass.geometry.tiles.push_back(builder.pass.geometry.tiles.front());
  builder.pass.pixels.push_back(builder.pass.pixels.front());
  builder.pass.pixels.back().pe = 1;
  builder.pass.activation_pixels.push_back(1);
  builder.pass.activation_values.push_back(builder.pass.activation_values.front());
  builder.pass.activation_begins.push_back(2);
  scnn::PeArray array("pe_array", parameters, scnn::Evaluation::detailed, {0, 1});
  dram::Dram memory("dram", sc_core::sc_time(1, sc_core::SC_NS), parameters.dram_bytes_per_cycle, 0);
  array.memory_port().socket.bind(memory.socket);
  const scnn::LayerOperands operands;
  EXPECT_EQ(report_of([&] {
              array.run({&operands, &builder.pass, false, nullptr, nullptr, {}});
            }),
            "the simulated machine makes no progress:\n"
            "  pe_array: group 1 of 1 waits for 2 of 2 PEs\n"
            "  pe_array.weight_broadcast: entry 4 waits for room in the FIFO; 2 of 2 PEs still hold segment 2\n"
            "  pe_array.pe_0 waits for the weights of segment 2\n"
            "  pe_array.pe_1 waits for the weights of segment 2");
}

}  // namespace no_progress_test
