#include "models/eie/eie.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/eie/pe_array.hpp"
#include "models/invariant.hpp"
#include "models/scnn/kernel.hpp"

namespace eie {

namespace {

using models::require;

constexpr std::int64_t value_bytes = 2;
constexpr std::int64_t pointer_bytes = 2;

void check_invariants(const LayerOutcome& outcome, const pruning::InterleavedColumns& matrix,
                      const std::vector<std::int16_t>& inputs, const Parameters& parameters) {
  const Counters& c = outcome.counters;
  std::int64_t nonzero = 0;
  std::int64_t entries = 0;
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    if (inputs[j] == 0) continue;
    ++nonzero;
    for (const pruning::PeColumns& pe : matrix.pes) entries += std::int64_t{pe.pointers[j + 1]} - pe.pointers[j];
  }
  require(c.broadcasts == nonzero, "every non-zero input is broadcast once");
  require(c.entries == entries, "the columns of all non-zero inputs are processed");
  require(c.pointer_reads == 2 * c.broadcasts * parameters.pes, "every PE reads two pointers per broadcast");
  require(c.accumulator_updates + c.placeholders == c.entries, "an entry updates a sum or is a placeholder");
  require(c.accumulator_bypasses <= c.accumulator_updates, "bypasses are among the updates");
  require(c.spmat_word_reads <= c.entries, "a word is read for an entry");
  require(c.spmat_word_reads * parameters.entries_per_word >= c.entries || c.entries == 0,
          "the words hold the entries that were processed");
  require(outcome.pe_cycles.busy == c.entries + c.empty_columns, "an entry or an empty column in each busy PE-cycle");
  require(outcome.pe_cycles.total() == outcome.cycles * parameters.pes, "PE-cycle classes sum to cycles x PEs");
  for (const auto& info : counter_table()) require(c.*info.field >= 0, "no counter is negative");
  for (const auto& info : pe_cycle_table())
    require(outcome.pe_cycles.*info.field >= 0, "no PE-cycle class is negative");
}

}  // namespace

SramUse sram_use(const pruning::InterleavedColumns& matrix, const Parameters& parameters) {
  std::int64_t most_entries = 0;
  for (const pruning::PeColumns& pe : matrix.pes) most_entries = std::max(most_entries, std::ssize(pe.entries));
  const std::int64_t entry_bits = parameters.index_bits + parameters.weight_bits;
  return {(most_entries * entry_bits + 7) / 8, (matrix.columns + 1) * pointer_bytes};
}

bool activations_stay(std::int64_t activations, const Parameters& parameters) {
  return activations * value_bytes <= parameters.pes * activation_sram_bytes;
}

struct Eie::Design {
  explicit Design(const Parameters& p) : parameters(p) {
    const scnn::Kernel::Use use(kernel);
    array = std::make_unique<PeArray>("pe_array", parameters);
  }
  ~Design() {
    const scnn::Kernel::Use use(kernel);
    array.reset();
  }
  Design(const Design&) = delete;
  Design& operator=(const Design&) = delete;

  Parameters parameters;
  scnn::Kernel kernel;
  std::unique_ptr<PeArray> array;
};

Eie::Eie(const Parameters& parameters) : design_(std::make_unique<Design>(parameters)) {}

Eie::~Eie() = default;

LayerOutcome Eie::run(const pruning::InterleavedColumns& matrix, const scnn::LayerOperands& operands,
                      scnn::Arithmetic arithmetic) {
  const Parameters& parameters = design_->parameters;
  if (std::ssize(matrix.pes) != parameters.pes || std::ssize(operands.activations) != matrix.columns) {
    throw std::invalid_argument("the matrix is not interleaved over the machine's PEs, or has no column per input");
  }
  LayerOutcome outcome;
  LayerJob job{&matrix, &operands};
  if (arithmetic == scnn::Arithmetic::on) {
    outcome.sums.assign(static_cast<std::size_t>(matrix.rows), 0);
    outcome.outputs.assign(static_cast<std::size_t>(matrix.rows), 0);
    job.sums = &outcome.sums;
    job.outputs = &outcome.outputs;
  }
  const LayerTime time = [&] {
    const scnn::Kernel::Use use(design_->kernel);
    return design_->array->run(job);
  }();
  outcome.cycles = time.cycles;
  outcome.counters = time.counters;
  outcome.pe_cycles = time.pe_cycles;
  outcome.input_bytes = matrix.columns * value_bytes;
  outcome.output_bytes = matrix.rows * value_bytes;
  outcome.sram = sram_use(matrix, parameters);
  check_invariants(outcome, matrix, operands.activations, parameters);
  return outcome;
}

}  // namespace eie
