// Does a waveform show what the machine counts, cycle by cycle, without changing it?

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/scnn/mapping.hpp"
#include "models/scnn/scnn.hpp"
#include "tests/reference/hand_layers.hpp"
#include "tests/support/random_layer.hpp"
#include "tests/support/vcd.hpp"
#include "tests/support/vcd_text.hpp"

namespace scnn_trace_test {

using scnn::Arithmetic;
using scnn::CycleWindow;
using scnn::Evaluation;
using scnn::LayerOutcome;
using scnn::Parameters;
using scnn::Scnn;
using scnn::Waveform;
using support::RandomLayer;
using support::vcd_text;

// Two channels of one activation, two output channels in one entry each, both products of an issue for the same bank.
// T = 1 for both entries. Issues in 1 and, after a conflict, 3; the bank retires one product a cycle from 3 to 6, the
// last two into registers that hold their entries. C = 7 + 2; draining two outputs takes one cycle more.
TEST(ScnnTrace, ShowsATinyLayerCycleByCycle) {
  Parameters machine = reference::small_machine();
  machine.weights_per_cycle = 2;
  machine.accumulator_banks = machine.bank_queue = 1;
  machine.accumulator_entries = 2;
  machine.bypass_registers = 2;
  machine.pipeline_latency = 2;
  machine.clock_ghz = 0.5;
  const auto layer = reference::layer_of({.C = 2, .K = 2}, {1, 2, 3, 4}, {5, 6});

  Waveform waveform({0, 1000});
  Scnn scnn(machine, Evaluation::detailed);
  const LayerOutcome outcome = scnn.run(layer, Arithmetic::on, {}, {&waveform, 0});
  EXPECT_EQ(outcome.cycles, 10);
  EXPECT_EQ(outcome.pe_cycles, (scnn::PeCycles{2, 1, 1, 0, 5, 0, 1}));
  EXPECT_EQ(outcome.counters.bypass_hits, 2);
  EXPECT_EQ(vcd_text(waveform, "a tiny layer", machine.clock_ghz), R"($comment
a tiny layer
$end
$timescale 1 ns $end
$scope module pe_array $end
$scope module barrier $end
$var integer 64 ! released_group $end
$var integer 64 " pes_complete $end
$upscope $end
$scope module pe_0 $end
$var string 1 # state $end
$var integer 64 $ group $end
$var integer 64 % segment $end
$var integer 64 & arrival $end
$var integer 64 ' weight_fifo $end
$scope module datapath $end
$scope module scatter_crossbar $end
$var integer 64 ( lane_0 $end
$var integer 64 ) lane_1 $end
$var integer 64 * bank_queue_0 $end
$upscope $end
$scope module accumulator_banks $end
$scope module bank_0 $end
$var wire 1 + retires $end
$var integer 64 , entry $end
$upscope $end
$upscope $end
$scope module output_bypass $end
$scope module bank_0 $end
$var wire 1 - hit $end
$var integer 64 . register_0 $end
$var integer 64 / register_1 $end
$upscope $end
$upscope $end
$upscope $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
$dumpvars
b1 !
b0 "
ssupply #
b1 $
b1 %
b1 &
b0 '
b0 (
b0 )
b0 *
0+
bz ,
0-
bz .
bz /
$end
#2
sissue #
b10 '
b1 (
b1 )
#4
sconflict #
b10 %
b1 '
b0 (
b1 *
#6
sissue #
b1 (
1+
b0 ,
b0 .
#8
sflush #
bz %
bz &
b0 '
b0 (
b1 ,
b1 .
b0 /
#10
b0 )
b0 ,
1-
b0 .
b1 /
#12
b0 *
b1 ,
b1 .
b0 /
#14
0+
bz ,
0-
bz .
bz /
#18
b1 "
sdrain #
bz $
#20
)");
}

TEST(ScnnTrace, NeedsTheDetailedEvaluation) {
  const auto layer = reference::layer_of({}, {1}, {1});
  Waveform waveform({0, 10});
  Scnn fast(reference::small_machine());
  EXPECT_THROW(fast.run(layer, Arithmetic::on, {}, {&waveform, 0}), std::invalid_argument);
}

/// The cycles of a window, in time units of one cycle.
support::Vcd trace(Scnn& machine, const RandomLayer& layer, std::size_t pe, CycleWindow window, LayerOutcome& outcome) {
  Waveform waveform(window);
  outcome = machine.run(layer.operands, Arithmetic::on, {}, {&waveform, pe});
  return support::read_vcd(vcd_text(waveform, "", 1.0));
}

bool fits_in_one_pass(const RandomLayer& layer) {
  try {
    const scnn::Mapping mapping = scnn::map_layer(layer.operands, layer.parameters);
    return mapping.passes.size() == 1 && mapping.input_fits;
  } catch (const scnn::LayerDoesNotFit&) {
    return false;
  }
}

constexpr std::int64_t always = 1'000'000'000;

// Added up over all PEs, what the waveforms show is what is counted, and the count is that of an untraced run.
RC_GTEST_PROP(ScnnTrace, adds_up_to_the_counters, (const RandomLayer& layer)) {
  RC_PRE(fits_in_one_pass(layer));
  const Parameters& parameters = layer.parameters;
  Scnn machine(parameters, Evaluation::detailed);
  const LayerOutcome untraced = machine.run(layer.operands, Arithmetic::on);
  scnn::PeCycles shown;
  std::int64_t retirements = 0;
  std::int64_t hits = 0;
  for (std::size_t pe = 0; pe < static_cast<std::size_t>(parameters.pes()); ++pe) {
    LayerOutcome outcome;
    const support::Vcd vcd = trace(machine, layer, pe, {0, always}, outcome);
    RC_ASSERT(outcome.cycles == untraced.cycles);
    RC_ASSERT(outcome.counters == untraced.counters);
    RC_ASSERT(outcome.pe_cycles == untraced.pe_cycles);
    RC_ASSERT(outcome.sums == untraced.sums);
    RC_ASSERT(vcd.begin == 0);
    RC_ASSERT(vcd.end == untraced.cycles);

    const std::string scope = "pe_array.pe_" + std::to_string(pe);
    const support::VcdSignal& state = vcd[scope + ".state"];
    const support::VcdSignal& fifo = vcd[scope + ".weight_fifo"];
    const support::VcdSignal& arrival = vcd[scope + ".arrival"];
    for (std::int64_t cycle = 0; cycle < vcd.end; ++cycle) {
      for (const auto& info : scnn::pe_cycle_table()) shown.*info.field += state.at(cycle) == info.name ? 1 : 0;
      RC_ASSERT(fifo.number(cycle) >= 0);
      RC_ASSERT(fifo.number(cycle) <= parameters.weight_fifo_entries);
      // Weights that are worked on are there, those that are waited for are not.
      if (state.at(cycle) == "issue" || state.at(cycle) == "conflict") RC_ASSERT(arrival.number(cycle) <= cycle);
      if (state.at(cycle) == "supply" || state.at(cycle) == "fifo") RC_ASSERT(arrival.number(cycle) > cycle);
    }
    RC_ASSERT(fifo.number(vcd.end) == 0);
    RC_ASSERT(vcd["pe_array.barrier.pes_complete"].number(vcd.end) == parameters.pes());
    RC_ASSERT(vcd["pe_array.barrier.released_group"].number(vcd.end) == untraced.groups);
    for (std::int64_t bank = 0; bank < parameters.accumulator_banks; ++bank) {
      const std::string name = ".bank_" + std::to_string(bank);
      const support::VcdSignal& retires = vcd[scope + ".datapath.accumulator_banks" + name + ".retires"];
      const support::VcdSignal& entry = vcd[scope + ".datapath.accumulator_banks" + name + ".entry"];
      const support::VcdSignal& queue = vcd[scope + ".datapath.scatter_crossbar.bank_queue_" + std::to_string(bank)];
      for (std::int64_t cycle = 0; cycle < vcd.end; ++cycle) {
        retirements += retires.number(cycle);
        RC_ASSERT(entry.is_there(cycle) == (retires.at(cycle) == "1"));
        RC_ASSERT(queue.number(cycle) <= parameters.bank_queue);
        // What waits is served in every cycle.
        if (cycle > 0) RC_ASSERT(retires.at(cycle) == (queue.number(cycle - 1) > 0 ? "1" : "0"));
        if (parameters.bypass_registers == 0) continue;
        const std::string bypass = scope + ".datapath.output_bypass" + name;
        const bool hit = vcd[bypass + ".hit"].at(cycle) == "1";
        hits += hit ? 1 : 0;
        // The entry of a retirement is the most recently used.
        if (retires.at(cycle) == "1") RC_ASSERT(vcd[bypass + ".register_0"].at(cycle) == entry.at(cycle));
        if (hit) RC_ASSERT(retires.at(cycle) == "1");
      }
    }
    for (std::int64_t lane = 0; lane < parameters.lanes(); ++lane) {
      for (const auto& [time, waiting] :
           vcd[scope + ".datapath.scatter_crossbar.lane_" + std::to_string(lane)].changes) {
        RC_ASSERT(std::stoll(waiting, nullptr, 2) <= parameters.lane_queue);
      }
    }
  }
  RC_ASSERT(shown == untraced.pe_cycles);
  RC_ASSERT(retirements == untraced.counters.crossbar_transfers);
  RC_ASSERT(hits == untraced.counters.bypass_hits);
}

// A window is a part of the whole waveform.
RC_GTEST_PROP(ScnnTrace, shows_a_window_of_it, (const RandomLayer& layer)) {
  RC_PRE(fits_in_one_pass(layer));
  Scnn machine(layer.parameters, Evaluation::detailed);
  const auto pe = *rc::gen::inRange<std::size_t>(0, static_cast<std::size_t>(layer.parameters.pes()));
  LayerOutcome outcome;
  const support::Vcd whole = trace(machine, layer, pe, {0, always}, outcome);
  RC_PRE(whole.end > 0);
  const auto from = *rc::gen::inRange<std::int64_t>(0, whole.end);
  const auto to = *rc::gen::inRange<std::int64_t>(from + 1, whole.end + 10);
  const support::Vcd part = trace(machine, layer, pe, {from, to}, outcome);
  RC_ASSERT(part.begin == from);
  RC_ASSERT(part.end == std::min(to, whole.end));
  RC_ASSERT(part.signals.size() == whole.signals.size());
  for (const auto& [path, signal] : part.signals) {
    RC_ASSERT(signal.type == whole[path].type);
    for (std::int64_t cycle = part.begin; cycle < part.end; ++cycle) {
      RC_ASSERT(signal.at(cycle) == whole[path].at(cycle));
    }
  }
}

}  // namespace scnn_trace_test
