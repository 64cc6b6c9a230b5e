#include "tests/fuzz/compare.hpp"

#include <optional>
#include <sstream>
#include <stdexcept>

#include "models/scnn/fast_elements.hpp"
#include "models/scnn/scnn.hpp"
#include "pruning/grain.hpp"
#include "tests/reference/reference_machine.hpp"
#include "tests/support/vector_targets.hpp"
#include "workloads/fixed_point_convolution.hpp"

namespace fuzz {

namespace {

using scnn::Arithmetic;
using scnn::Evaluation;

/// The first difference between what a machine did and what the judge says.
std::string difference(const scnn::LayerOutcome& machine, const reference::Outcome& judge, Arithmetic arithmetic) {
  std::ostringstream text;
  const auto check = [&](std::string_view what, std::int64_t counted, std::int64_t expected) {
    if (text.tellp() == 0 && counted != expected) text << what << " is " << counted << ", not " << expected;
  };
  check("temporal_rows", machine.temporal_rows, judge.temporal_rows);
  check("temporal_columns", machine.temporal_columns, judge.temporal_columns);
  check("output_channels_per_group", machine.output_channels_per_group, judge.output_channels_per_group);
  check("groups", machine.groups, judge.groups);
  check("input_can_stay", machine.input_can_stay, judge.input_fits);
  check("output_can_stay", machine.output_can_stay, judge.output_fits);
  check("input_bytes", machine.input_bytes, judge.input_bytes);
  check("output_bytes", machine.output_bytes, judge.output_bytes);
  check("weight_placeholders", machine.weight_placeholders, judge.weight_placeholders);
  for (const auto& info : scnn::counter_table()) {
    check(info.name, machine.counters.*info.field, judge.counters.*info.field);
  }
  for (const auto& info : scnn::pe_cycle_table()) {
    check(info.name, machine.pe_cycles.*info.field, judge.pe_cycles.*info.field);
  }
  check("cycles", machine.cycles, judge.cycles);
  if (text.tellp() == 0 && arithmetic == Arithmetic::on) {
    if (machine.sums != judge.sums) text << "sums differ";
    if (machine.outputs != judge.outputs) text << "outputs differ";
  }
  return text.str();
}

std::set<std::string> features_of(const support::RandomLayer& layer, const reference::Outcome& outcome) {
  const auto& shape = layer.operands.shape;
  const auto& machine = layer.parameters;
  const bool several_passes = outcome.temporal_rows * outcome.temporal_columns > 1;
  const bool multiplies = outcome.counters.products > 0;
  std::set<std::string> features;
  const auto add = [&](const char* name, bool present) {
    if (present) features.insert(name);
  };
  add("several passes", several_passes);
  add("input read again for every group", !several_passes && !outcome.input_fits && outcome.groups > 1);
  add("several groups", outcome.groups > 1);
  add("bypass", outcome.counters.bypass_hits > 0);
  add("merge", outcome.counters.products_merged > 0);
  add("strides", multiplies && (shape.stride.rows > 1 || shape.stride.columns > 1));
  add("dilation", multiplies && (shape.dilation.rows > 1 || shape.dilation.columns > 1));
  add("channel groups", multiplies && shape.groups > 1);
  add("coarse grains", multiplies && pruning::is_coarse(layer.operands.filters->granularity));
  add("placeholders", outcome.counters.placeholder_lanes > 0);
  add("discarded products", outcome.counters.products_discarded > 0);
  add("bank conflicts", outcome.pe_cycles.conflict > 0);
  add("full weight FIFO", outcome.pe_cycles.fifo > 0);
  add("halo", outcome.counters.halo_values > 0);
  add("weight stationary", multiplies && machine.stationary == scnn::Stationary::weight);
  add("limited bank writes", multiplies && machine.bank_writes > 0);
  add("deep lanes", multiplies && machine.lane_queue > 1);
  add("one accumulator set", outcome.groups > 1 && machine.accumulator_sets == 1);
  add("more than 32 banks", multiplies && machine.accumulator_banks > 32);
  add("bias and ReLU", layer.operands.relu && !layer.operands.bias.empty());
  const bool fast = multiplies && scnn::FastElements::applies(machine);
  add("fast elements", fast);
  add("PEs in lockstep", fast && shape.R == 1 && shape.S == 1 &&
                             outcome.output_channels_per_group * shape.P() * shape.Q() <= machine.accumulator_banks);
  return features;
}

std::optional<reference::Outcome> judge(const support::RandomLayer& layer) {
  try {
    return reference::simulate(layer.operands, layer.parameters);
  } catch (const std::domain_error&) {
    return std::nullopt;
  }
}

bool refuses(const support::RandomLayer& layer, Evaluation evaluation) {
  try {
    scnn::Scnn(layer.parameters, evaluation).run(layer.operands, Arithmetic::on);
    return false;
  } catch (const scnn::LayerDoesNotFit&) {
    return true;
  }
}

}  // namespace

Verdict compare(const support::RandomLayer& layer) {
  const auto& operands = layer.operands;
  const auto expected = judge(layer);
  if (!expected) {
    const bool refused = refuses(layer, Evaluation::fast) && refuses(layer, Evaluation::detailed);
    return {refused ? "" : "the machine takes a layer that must be refused", {"refused"}};
  }

  Verdict verdict{"", features_of(layer, *expected)};
  const auto run = [&](const std::string& name, Evaluation evaluation, Arithmetic arithmetic) {
    if (!verdict.disagreement.empty()) return;
    scnn::Scnn machine(layer.parameters, evaluation);
    const std::string found = difference(machine.run(operands, arithmetic, expected->outputs), *expected, arithmetic);
    if (!found.empty()) verdict.disagreement = name + ": " + found;
  };
  run("detailed", Evaluation::detailed, Arithmetic::on);
  support::on_every_vector_target([&](const std::string& target) {
    run("fast on " + target, Evaluation::fast, Arithmetic::on);
    run("fast without arithmetic on " + target, Evaluation::fast, Arithmetic::off);
  });

  const auto dense =
      workloads::convolve(operands.shape, operands.filters->weights, operands.activations, operands.product_shift);
  if (verdict.disagreement.empty() && dense != expected->sums) verdict.disagreement = "dense convolution: sums differ";
  return verdict;
}

}  // namespace fuzz
