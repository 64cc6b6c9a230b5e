#include "models/scnn/scnn.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "models/dram/dram.hpp"
#include "models/invariant.hpp"
#include "models/scnn/activation_compressor.hpp"
#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/kernel.hpp"
#include "models/scnn/pe_array.hpp"
#include "models/scnn/weight_compressor.hpp"
#include "models/scnn/widths.hpp"

/// The SystemC library has a `main` that calls this; the program has its own and never gets here.
int sc_main(int /*argc*/, char* /*argv*/[]) {
  return 0;
}

namespace scnn {

namespace {

/// What a pass computes and moves to and from DRAM, and how long each takes.
struct PassTraffic {
  std::int64_t cycles = 0;
  std::int64_t weight_cycles = 0;
  std::int64_t load_cycles = 0;  ///< of its input, as often as it is read
  std::int64_t store_cycles = 0;
  std::int64_t weight_bits = 0;
  std::int64_t input_bits = 0;
};

std::int64_t bytes(std::int64_t bits) {
  return (bits + 7) / 8;
}

/// Counts the rows of a filter that have a weight. @param taps in a row @param kept by row: one more if it has
/// @tparam known_taps of the usual filters, for which the compiler does without a loop; 0: `taps`
template <std::size_t known_taps>
void count_rows(const std::int16_t* filter, std::size_t taps, std::vector<std::int32_t>& kept) {
  if constexpr (known_taps > 0) taps = known_taps;
  for (std::int32_t& count : kept) {
    int bits = 0;
    for (std::size_t s = 0; s < taps; ++s) bits |= filter[s];
    count += bits != 0 ? 1 : 0;
    filter += taps;
  }
}

void count_rows(const std::int16_t* filter, std::size_t taps, std::vector<std::int32_t>& kept) {
  if (taps == 1) return count_rows<1>(filter, taps, kept);
  if (taps == 3) return count_rows<3>(filter, taps, kept);
  count_rows<0>(filter, taps, kept);
}

/// For every filter row with a non-zero weight, P Q times the non-zero share of its input channel, rounded once.
std::int64_t row_references(const LayerOperands& operands) {
  const auto& shape = operands.shape;
  const auto& weights = operands.filters->weights;
  const auto plane = static_cast<std::size_t>(shape.H) * static_cast<std::size_t>(shape.W);
  const int channels = shape.channels_per_group();

  std::vector<std::int64_t> nonzero(static_cast<std::size_t>(shape.C));
  for (std::size_t c = 0; c < nonzero.size(); ++c) {
    nonzero[c] = pruning::count_nonzeros(std::span(operands.activations).subspan(c * plane, plane));
  }

  // Of each channel group, filters by filter row: how many rows keep a weight.
  std::int64_t rows_times_nonzero = 0;
  const auto rows = static_cast<std::size_t>(channels) * static_cast<std::size_t>(shape.R);
  const auto taps = static_cast<std::size_t>(shape.S);
  std::vector<std::int32_t> kept(rows);
  const std::int16_t* filter = weights.data();
  for (int g = 0; g < shape.groups; ++g) {
    std::fill(kept.begin(), kept.end(), 0);
    for (int k = 0; k < shape.filters_per_group(); ++k, filter += rows * taps) count_rows(filter, taps, kept);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t channel = row / static_cast<std::size_t>(shape.R);
      rows_times_nonzero += kept[row] * nonzero[static_cast<std::size_t>(g * channels) + channel];
    }
  }
  __extension__ using Wide = __int128;
  const Wide numerator = Wide{rows_times_nonzero} * shape.P() * shape.Q();
  const auto denominator = static_cast<std::int64_t>(plane);
  return static_cast<std::int64_t>((2 * numerator + denominator) / (Wide{2} * denominator));
}

/// Cycles of a layer whose passes are bounded by computing or by DRAM, whichever is slower: while one pass computes,
/// its weights and the next one's input come in and the outputs of the one before go out.
std::int64_t cycles_with_traffic(const std::vector<PassTraffic>& passes) {
  if (passes.size() == 1) return std::max(passes[0].cycles, passes[0].weight_cycles + passes[0].load_cycles);
  std::int64_t cycles = passes.front().load_cycles + passes.back().store_cycles;
  for (std::size_t i = 0; i < passes.size(); ++i) {
    std::int64_t traffic = passes[i].weight_cycles;
    if (i + 1 < passes.size()) traffic += passes[i + 1].load_cycles;
    if (i > 0) traffic += passes[i - 1].store_cycles;
    cycles += std::max(passes[i].cycles, traffic);
  }
  return cycles;
}

using models::require;

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
  Design(const Parameters& p, Evaluation e, const std::vector<std::size_t>& construction_order,
         const ConnectMemory& connect)
      : parameters(p), evaluation(e) {
    const Kernel::Use use(kernel);
    array = std::make_unique<PeArray>("pe_array", parameters, evaluation, construction_order);
    memory = connect ? connect(array->memory_port()) : built_in_memory();
  }
  ~Design() {
    const Kernel::Use use(kernel);
    array.reset();
    memory.reset();
  }
  Design(const Design&) = delete;
  Design& operator=(const Design&) = delete;

  [[nodiscard]] std::shared_ptr<void> built_in_memory() const {
    auto dram = std::make_shared<dram::Dram>("dram", cycle_of(parameters), parameters.dram_bytes_per_cycle,
                                             parameters.dram_latency);
    array->memory_port().socket.bind(dram->socket);
    return dram;
  }

  /// Input of a pass. @return cycles
  [[nodiscard]] std::int64_t load(std::int64_t bits, std::int64_t times) const {
    std::int64_t cycles = 0;
    for (std::int64_t i = 0; i < times; ++i) cycles += array->move(dram::Kind::input, bits);
    return cycles;
  }

  Parameters parameters;
  Evaluation evaluation;
  Kernel kernel;
  std::unique_ptr<PeArray> array;
  std::shared_ptr<void> memory;
  CompressedPass pass;  ///< its memory is used again by the next layer
};

Scnn::Scnn(const Parameters& parameters, Evaluation evaluation, std::vector<std::size_t> construction_order,
           const ConnectMemory& connect) {
  if (construction_order.empty()) {
    construction_order.resize(static_cast<std::size_t>(parameters.pes()));
    std::iota(construction_order.begin(), construction_order.end(), std::size_t{0});
  }
  design_ = std::make_unique<Design>(parameters, evaluation, construction_order, connect);
}

Scnn::~Scnn() = default;

LayerOutcome Scnn::run(const LayerOperands& operands, Arithmetic arithmetic, std::span<const std::int16_t> outputs,
                       const Tracing& tracing) {
  const Parameters& parameters = design_->parameters;
  if (tracing.waveform != nullptr && design_->evaluation != Evaluation::detailed) {
    throw std::invalid_argument("only a machine that is evaluated block by block can be traced");
  }
  const Kernel::Use use(design_->kernel);
  PeArray& array = *design_->array;
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

  // A layer of several passes lives in DRAM. One whose input does not fit reads it again for every group.
  const bool several = mapping.passes.size() > 1;
  const std::int64_t input_reads = mapping.input_fits ? 1 : outcome.groups;
  const std::int64_t loads = several || !mapping.input_fits ? input_reads : 0;
  const std::int64_t element_bits =
      value_bits + (operands.dense == DenseOperand::activations ? 0 : parameters.index_bits);
  array.memory_port().begin_layer();

  CompressedPass& pass = design_->pass;
  compress_weights(pass, operands, mapping.groups, parameters);
  if (with_values) pass.arrange_multiplicands();
  std::vector<PassTraffic> passes;
  OaramUse written;
  for (const Pass& geometry : mapping.passes) {
    compress_activations(pass, operands, geometry, parameters);
    PassTraffic traffic{.weight_bits = pass.weight_bits(), .input_bits = pass.activation_bits};
    traffic.load_cycles = design_->load(traffic.input_bits, loads);
    const PassOutcome one = array.run(
        {&operands, &pass, with_values, &outcome.sums, &outcome.outputs, passes.empty() ? tracing : Tracing{}});
    traffic.cycles = one.cycles;
    traffic.weight_cycles = one.weight_cycles;
    outcome.counters += one.counters;
    outcome.pe_cycles += one.pe_cycles;
    outcome.weight_placeholders = pass.weight_placeholders;

    const OaramUse stored = oaram_use(operands, with_values ? outcome.outputs : outputs, geometry, parameters);
    written.elements += stored.elements;
    written.fullest_pe = std::max(written.fullest_pe, stored.fullest_pe);
    outcome.output_can_stay = !several && stored.fullest_pe <= parameters.oaram_elements;
    if (!outcome.output_can_stay) traffic.store_cycles = array.move(dram::Kind::output, stored.elements * element_bits);
    passes.push_back(traffic);
  }
  require(!with_values || written.elements == outcome.counters.oaram_elements_written,
          "the post-processing units wrote the elements that the outputs need");
  outcome.counters.oaram_elements_written = written.elements;
  outcome.counters.row_references = row_references(operands);

  std::int64_t compute_cycles = 0;
  std::int64_t weight_bits = 0;
  std::int64_t input_bits = 0;
  for (const PassTraffic& one : passes) {
    compute_cycles += one.cycles;
    weight_bits += one.weight_bits;
    input_bits += one.input_bits;
  }
  const auto crossed = [&](dram::Kind kind) { return bytes(array.memory_port().traffic(kind)); };
  outcome.counters.dram_weight_bytes_read = crossed(dram::Kind::weights);
  outcome.counters.dram_activation_bytes_read = crossed(dram::Kind::input);
  outcome.counters.dram_activation_bytes_written = crossed(dram::Kind::output);
  outcome.input_bytes = bytes(input_bits * input_reads);
  outcome.output_bytes = bytes(written.elements * element_bits);
  outcome.input_can_stay = mapping.input_can_stay_on_chip();
  require(crossed(dram::Kind::weights) == bytes(weight_bits), "all weights cross the memory's pins");
  require(crossed(dram::Kind::input) == (outcome.input_can_stay ? 0 : outcome.input_bytes),
          "an input that does not fit crosses the memory's pins");
  require(crossed(dram::Kind::output) == (outcome.output_can_stay ? 0 : outcome.output_bytes),
          "an output that does not fit crosses the memory's pins");

  outcome.cycles = loads > 0 ? cycles_with_traffic(passes) : compute_cycles;
  outcome.pe_cycles.drain += (outcome.cycles - compute_cycles) * parameters.pes();
  check_invariants(outcome, parameters);
  return outcome;
}

}  // namespace scnn
