#include "models/scnn/scnn.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/kernel.hpp"
#include "models/scnn/pe_array.hpp"

/// The SystemC library has a `main` that calls this; the program has its own and never gets here.
int sc_main(int /*argc*/, char* /*argv*/[]) {
  return 0;
}

namespace scnn {

namespace {

/// A pass of several: what it computes and what it moves to and from DRAM.
struct PassTraffic {
  std::int64_t cycles = 0;
  std::int64_t weight_bits = 0;
  std::int64_t input_bits = 0;
  std::int64_t output_bits = 0;
};

std::int64_t bytes(std::int64_t bits) {
  return (bits + 7) / 8;
}

/// For every filter row with a non-zero weight, P Q times the non-zero share of its input channel, rounded once.
std::int64_t row_references(const LayerOperands& operands) {
  const auto& shape = operands.shape;
  const auto& weights = operands.filters->weights;
  const auto plane = static_cast<std::size_t>(shape.H) * static_cast<std::size_t>(shape.W);
  const int channels = shape.channels_per_group();

  std::vector<std::int64_t> nonzero(static_cast<std::size_t>(shape.C));
  for (std::size_t c = 0; c < nonzero.size(); ++c) {
    const auto channel = std::span(operands.activations).subspan(c * plane, plane);
    nonzero[c] = static_cast<std::int64_t>(plane) - std::count(channel.begin(), channel.end(), std::int16_t{0});
  }

  std::int64_t rows_times_nonzero = 0;
  auto row = weights.begin();
  for (int k = 0; k < shape.K; ++k) {
    const int first_channel = k / shape.filters_per_group() * channels;
    for (int c = 0; c < channels; ++c) {
      for (int r = 0; r < shape.R; ++r, row += shape.S) {
        if (std::any_of(row, row + shape.S, [](std::int16_t w) { return w != 0; })) {
          rows_times_nonzero += nonzero[static_cast<std::size_t>(first_channel + c)];
        }
      }
    }
  }
  __extension__ using Wide = __int128;
  const Wide numerator = Wide{rows_times_nonzero} * shape.P() * shape.Q();
  const auto denominator = static_cast<std::int64_t>(plane);
  return static_cast<std::int64_t>((2 * numerator + denominator) / (2 * denominator));
}

/// Cycles of a layer whose passes are bounded by computing or by DRAM, whichever is slower: while one pass computes,
/// its weights and the next one's input come in and the outputs of the one before go out.
std::int64_t cycles_with_traffic(const std::vector<PassTraffic>& passes, std::int64_t input_reads,
                                 const dram::Dram& memory) {
  const auto load = [&](std::size_t i) { return input_reads * memory.cycles_for(passes[i].input_bits); };
  const auto store = [&](std::size_t i) { return memory.cycles_for(passes[i].output_bits); };
  std::int64_t cycles = load(0) + store(passes.size() - 1);
  for (std::size_t i = 0; i < passes.size(); ++i) {
    std::int64_t traffic = memory.cycles_for(passes[i].weight_bits);
    if (i + 1 < passes.size()) traffic += load(i + 1);
    if (i > 0) traffic += store(i - 1);
    cycles += std::max(passes[i].cycles, traffic);
  }
  return cycles;
}

void require(bool holds, const char* invariant) {
  if (!holds) throw std::logic_error(std::string("the simulation broke an invariant: ") + invariant);
}

void check_invariants(const LayerOutcome& outcome, const Parameters& parameters) {
  const Counters& c = outcome.counters;
  require(outcome.pe_cycles.total() == outcome.cycles * parameters.pes(), "PE-cycle classes sum to cycles x PEs");
  require(c.issues == outcome.pe_cycles.issue, "one issue in each PE-cycle of class issue");
  require(c.multiplier_slots == c.issues * parameters.lanes(), "multiplier slots = issues F I");
  require(c.products + c.placeholder_lanes <= c.multiplier_slots, "products and placeholders fit the multiplier slots");
  require(c.products_accumulated - c.products_merged == c.crossbar_transfers,
          "every product that is neither discarded nor merged crosses the crossbar");
  require(c.crossbar_transfers == c.accumulator_references + c.bypass_hits,
          "every transfer is an accumulator reference or a bypass hit");
  for (const auto& info : counter_table()) require(c.*info.field >= 0, "no counter is negative");
  for (const auto& info : pe_cycle_table())
    require(outcome.pe_cycles.*info.field >= 0, "no PE-cycle class is negative");
}

}  // namespace

struct Scnn::Design {
  Design(const Parameters& p, Evaluation e, const std::vector<std::size_t>& construction_order)
      : parameters(p), evaluation(e) {
    const Kernel::Use use(kernel);
    array = std::make_unique<PeArray>("pe_array", parameters, evaluation, construction_order);
  }
  ~Design() {
    const Kernel::Use use(kernel);
    array.reset();
  }
  Design(const Design&) = delete;
  Design& operator=(const Design&) = delete;

  Parameters parameters;
  Evaluation evaluation;
  Kernel kernel;
  std::unique_ptr<PeArray> array;
};

Scnn::Scnn(const Parameters& parameters, Evaluation evaluation, std::vector<std::size_t> construction_order) {
  if (construction_order.empty()) {
    construction_order.resize(static_cast<std::size_t>(parameters.pes()));
    std::iota(construction_order.begin(), construction_order.end(), std::size_t{0});
  }
  design_ = std::make_unique<Design>(parameters, evaluation, construction_order);
}

Scnn::~Scnn() = default;

LayerOutcome Scnn::run(const LayerOperands& operands, Arithmetic arithmetic, std::span<const std::int16_t> outputs,
                       const Tracing& tracing) {
  const Parameters& parameters = design_->parameters;
  if (tracing.waveform != nullptr && design_->evaluation != Evaluation::detailed) {
    throw std::invalid_argument("only a machine that is evaluated block by block can be traced");
  }
  const Kernel::Use use(design_->kernel);
  const dram::Dram& memory = design_->array->memory();
  const Mapping mapping = map_layer(operands, parameters);
  const auto output_count = static_cast<std::size_t>(operands.shape.K) * static_cast<std::size_t>(operands.shape.P()) *
                            static_cast<std::size_t>(operands.shape.Q());

  LayerOutcome outcome;
  outcome.output_channels_per_group = mapping.kc;
  outcome.groups = static_cast<std::int64_t>(mapping.groups.size());
  outcome.temporal_rows = mapping.temporal_rows;
  outcome.temporal_columns = mapping.temporal_columns;
  const bool with_values = arithmetic == Arithmetic::on;
  if (with_values) {
    outcome.sums.assign(output_count, 0);
    outcome.outputs.assign(output_count, 0);
  } else if (outputs.size() != output_count) {
    throw std::invalid_argument("without arithmetic the layer's outputs must be given");
  }

  std::vector<PassTraffic> passes;
  for (const Pass& geometry : mapping.passes) {
    CompressedPass pass = compress(operands, geometry, mapping.groups, parameters);
    if (with_values) pass.arrange_multiplicands();
    const PassOutcome one = design_->array->run(
        {&operands, &pass, with_values, &outcome.sums, &outcome.outputs, passes.empty() ? tracing : Tracing{}});
    outcome.counters += one.counters;
    outcome.pe_cycles += one.pe_cycles;
    outcome.weight_placeholders = pass.weight_placeholders;
    passes.push_back({one.cycles, pass.weight_bits(), pass.activation_bits, 0});
  }

  const OaramUse written = oaram_use(operands, with_values ? outcome.outputs : outputs, mapping, parameters);
  const std::int64_t element_bits = 16 + (operands.dense == DenseOperand::activations ? 0 : parameters.index_bits);
  for (std::size_t i = 0; i < passes.size(); ++i) passes[i].output_bits = written.of_pass[i] * element_bits;
  require(!with_values || written.elements == outcome.counters.oaram_elements_written,
          "the post-processing units wrote the elements that the outputs need");
  outcome.counters.oaram_elements_written = written.elements;
  outcome.counters.row_references = row_references(operands);

  // A layer of several passes lives in DRAM. One whose input does not fit reads it again for every group.
  const std::int64_t input_reads = mapping.input_fits ? 1 : outcome.groups;
  std::int64_t compute_cycles = 0;
  std::int64_t weight_bits = 0;
  std::int64_t input_bits = 0;
  for (const PassTraffic& pass : passes) {
    compute_cycles += pass.cycles;
    weight_bits += pass.weight_bits;
    input_bits += pass.input_bits;
  }
  outcome.counters.dram_weight_bytes_read = bytes(weight_bits);
  outcome.input_bytes = bytes(input_bits * input_reads);
  outcome.output_bytes = bytes(written.elements * element_bits);
  outcome.input_can_stay = mapping.input_can_stay_on_chip();
  outcome.output_can_stay = passes.size() == 1 && written.fullest_pe <= parameters.oaram_elements;
  outcome.counters.dram_activation_bytes_read = outcome.input_can_stay ? 0 : outcome.input_bytes;
  outcome.counters.dram_activation_bytes_written = outcome.output_can_stay ? 0 : outcome.output_bytes;

  if (passes.size() > 1) {
    outcome.cycles = cycles_with_traffic(passes, input_reads, memory);
  } else if (!mapping.input_fits) {
    outcome.cycles =
        std::max(compute_cycles, memory.cycles_for(weight_bits) + input_reads * memory.cycles_for(input_bits));
  } else {
    outcome.cycles = compute_cycles;
  }
  outcome.pe_cycles.drain += (outcome.cycles - compute_cycles) * parameters.pes();
  check_invariants(outcome, parameters);
  return outcome;
}

}  // namespace scnn
