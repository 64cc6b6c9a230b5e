#include "tests/reference/reference_machine.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/reference/reference_arithmetic.hpp"
#include "tests/reference/reference_mapping.hpp"
#include "tests/reference/reference_pass.hpp"

namespace reference {

namespace {

void check_operands(const scnn::LayerOperands& layer) {
  const auto& shape = layer.shape;
  const auto& filters = *layer.filters;
  const auto weights = static_cast<std::size_t>(shape.weight_count());
  bool match = shape.P() > 0 && shape.Q() > 0 && shape.C % shape.groups == 0 && shape.K % shape.groups == 0;
  match = match && filters.weights.size() == weights;
  match = match && (!has_coarse_grains(layer) || filters.kept.size() == weights);
  match = match && (layer.bias.empty() || layer.bias.size() == static_cast<std::size_t>(shape.K));
  match = match && layer.activations.size() == static_cast<std::size_t>(shape.C * shape.H * shape.W);
  if (!match) throw std::invalid_argument("operands do not match the layer's shape");
}

/// Section 6: row references, summed as a fraction of denominator H W and rounded once.
std::int64_t row_references(const scnn::LayerOperands& layer) {
  const auto& shape = layer.shape;
  const std::int64_t plane = std::int64_t{1} * shape.H * shape.W;
  std::int64_t numerator = 0;
  for (std::int64_t k = 0; k < shape.K; ++k) {
    for (std::int64_t channel_in_group = 0; channel_in_group < shape.channels_per_group(); ++channel_in_group) {
      const std::int64_t c = k / shape.filters_per_group() * shape.channels_per_group() + channel_in_group;
      const auto pixels = layer.activations.begin() + c * plane;
      const std::int64_t non_zero = plane - std::count(pixels, pixels + plane, 0);
      for (std::int64_t r = 0; r < shape.R; ++r) {
        const auto row = layer.filters->weights.begin() +
                         ((k * shape.channels_per_group() + channel_in_group) * shape.R + r) * shape.S;
        if (std::any_of(row, row + shape.S, [](std::int16_t weight) { return weight != 0; })) {
          numerator += std::int64_t{1} * shape.P() * shape.Q() * non_zero;
        }
      }
    }
  }
  return floor_divide(2 * numerator + plane, 2 * plane);
}

/// Section 11: OARAM elements that each PE writes in a pass.
std::vector<std::int64_t> oaram_elements(const Pass& pass, const scnn::LayerOperands& layer,
                                         const std::vector<std::int16_t>& outputs, std::int64_t index_bits) {
  const auto& shape = layer.shape;
  std::vector<std::int64_t> elements;
  for (const Tiles& pe : pass.pes) {
    std::int64_t sum = 0;
    for (std::int64_t k = 0; k < shape.K; ++k) {
      std::vector<std::int64_t> owned;
      for (std::int64_t oy = pe.owned.rows.begin; oy < pe.owned.rows.end; ++oy) {
        for (std::int64_t ox = pe.owned.columns.begin; ox < pe.owned.columns.end; ++ox) {
          owned.push_back(outputs.at(static_cast<std::size_t>((k * shape.P() + oy) * shape.Q() + ox)));
        }
      }
      sum += stored_elements(layer, owned, index_bits);
    }
    elements.push_back(sum);
  }
  return elements;
}

std::int64_t total(const std::vector<std::int64_t>& values) {
  std::int64_t sum = 0;
  for (const std::int64_t value : values) sum += value;
  return sum;
}

/// Cycles of the passes of a layer and what DRAM moves for each, in order.
struct Traffic {
  std::vector<std::int64_t> pass_cycles;  // X
  std::vector<std::int64_t> weight_bits;
  std::vector<std::int64_t> input_bits;
  std::vector<std::int64_t> output_bits;
};

/// Section 8: cycles of the layer. `input_reads` is how often every pass reads its input window; 0: it is on chip.
std::int64_t layer_cycles(const Traffic& traffic, std::int64_t input_reads, const scnn::Parameters& machine) {
  const std::size_t n = traffic.pass_cycles.size();
  const auto weights = [&](std::size_t i) {
    return dram_cycles(traffic.weight_bits[i], machine.dram_bytes_per_cycle, machine.dram_latency);
  };
  const auto input = [&](std::size_t i) {
    return input_reads * dram_cycles(traffic.input_bits[i], machine.dram_bytes_per_cycle, machine.dram_latency);
  };
  const auto output = [&](std::size_t i) {
    return dram_cycles(traffic.output_bits[i], machine.dram_bytes_per_cycle, machine.dram_latency);
  };
  if (n == 1) {
    return input_reads == 0 ? traffic.pass_cycles[0] : std::max(traffic.pass_cycles[0], weights(0) + input(0));
  }
  std::int64_t cycles = input(0) + output(n - 1);
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t next_input = i + 1 < n ? input(i + 1) : 0;
    const std::int64_t previous_output = i > 0 ? output(i - 1) : 0;
    cycles += std::max(traffic.pass_cycles[i], weights(i) + next_input + previous_output);
  }
  return cycles;
}

void check_invariants(const Outcome& outcome, const scnn::LayerOperands& layer, const scnn::Parameters& machine) {
  const auto& n = outcome.counters;
  const auto& t = outcome.pe_cycles;
  require(t.issue + t.conflict + t.supply + t.fifo + t.flush + t.barrier + t.drain ==
              outcome.cycles * machine.rows * machine.columns,
          "the classes sum to cycles x PEs");
  for (const std::int64_t cycles : {t.issue, t.conflict, t.supply, t.fifo, t.flush, t.barrier, t.drain}) {
    require(cycles >= 0, "no class is negative");
  }
  require(t.issue == n.issues, "an issue takes a cycle");
  require(n.products_accumulated == n.products - n.products_discarded, "accumulated = products - discarded");
  require(n.crossbar_transfers == n.products_accumulated - n.products_merged, "transfers = accumulated - merged");
  require(n.crossbar_transfers == n.accumulator_references + n.bypass_hits, "transfers = references + hits");
  require(n.multiplier_slots == n.issues * machine.weights_per_cycle * machine.activations_per_cycle,
          "slots = issues F I");
  require(n.products + n.placeholder_lanes <= n.multiplier_slots, "a slot holds a product, a placeholder or nothing");
  require(n.ppu_values == std::int64_t{1} * layer.shape.K * layer.shape.P() * layer.shape.Q(),
          "every output has one owner");
  require(machine.merge || n.products_merged == 0, "nothing merges unless configured");
  require(machine.bypass_registers > 0 || n.bypass_hits == 0, "nothing bypasses without registers");
}

}  // namespace

std::vector<std::int16_t> outputs_of(const scnn::LayerOperands& layer, const std::vector<std::int64_t>& sums) {
  const std::int64_t plane = std::int64_t{1} * layer.shape.P() * layer.shape.Q();
  std::vector<std::int16_t> outputs;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto k = i / static_cast<std::size_t>(plane);
    std::int64_t value = sums[i] + (layer.bias.empty() ? 0 : layer.bias.at(k));
    if (layer.relu) value = std::max<std::int64_t>(0, value);
    const std::int64_t output = shift_right_half_up(value, layer.output_shift);
    if (output < -32768 || output > 32767) throw std::invalid_argument("output_shift: an output exceeds 16 bits");
    outputs.push_back(static_cast<std::int16_t>(output));
  }
  return outputs;
}

Outcome simulate(const scnn::LayerOperands& layer, const scnn::Parameters& machine) {
  check_operands(layer);
  const auto& shape = layer.shape;
  const Mapping mapping = map_layer(layer, machine);
  const auto passes = static_cast<std::int64_t>(mapping.passes.size());
  const auto groups = static_cast<std::int64_t>(mapping.groups.size());

  Outcome outcome;
  outcome.output_channels_per_group = mapping.kc;
  outcome.groups = groups;
  outcome.temporal_rows = mapping.temporal_rows;
  outcome.temporal_columns = mapping.temporal_columns;
  outcome.input_fits = passes == 1 && mapping.input_fits;
  outcome.sums.assign(static_cast<std::size_t>(std::int64_t{1} * shape.K * shape.P() * shape.Q()), 0);

  Traffic traffic;
  for (const Pass& pass : mapping.passes) {
    const PassOutcome done =
        simulate_pass(layer, machine, mapping, pass, outcome.counters, outcome.pe_cycles, outcome.sums);
    traffic.pass_cycles.push_back(done.cycles);
    traffic.weight_bits.push_back(done.weight_bits);
    traffic.input_bits.push_back(
        activation_bits(layer, total(input_elements(pass, layer, machine.index_bits)), machine.index_bits));
    outcome.weight_placeholders = done.weight_placeholders;
  }

  outcome.outputs = outputs_of(layer, outcome.sums);
  for (const Pass& pass : mapping.passes) {
    const auto elements = oaram_elements(pass, layer, outcome.outputs, machine.index_bits);
    outcome.counters.oaram_elements_written += total(elements);
    outcome.output_fits = passes == 1 && *std::max_element(elements.begin(), elements.end()) <= machine.oaram_elements;
    traffic.output_bits.push_back(activation_bits(layer, total(elements), machine.index_bits));
  }

  const std::int64_t input_reads = mapping.input_fits ? (passes > 1 ? 1 : 0) : groups;
  outcome.cycles = layer_cycles(traffic, input_reads, machine);
  outcome.pe_cycles.drain += (outcome.cycles - total(traffic.pass_cycles)) * machine.rows * machine.columns;

  auto& counters = outcome.counters;
  counters.row_references = row_references(layer);
  counters.dram_weight_bytes_read = ceil_divide(total(traffic.weight_bits), 8);
  outcome.input_bytes = ceil_divide(std::max<std::int64_t>(1, input_reads) * total(traffic.input_bits), 8);
  outcome.output_bytes = ceil_divide(total(traffic.output_bits), 8);
  if (!outcome.input_fits) counters.dram_activation_bytes_read = outcome.input_bytes;
  if (!outcome.output_fits) counters.dram_activation_bytes_written = outcome.output_bytes;

  check_invariants(outcome, layer, machine);
  return outcome;
}

}  // namespace reference
