#include "sim/machine_models.hpp"

#include <algorithm>

#include "models/scnn/oracle.hpp"

namespace sim {

MachineModels::MachineModels(const RunFile& run) : run_(run) {
  if (std::any_of(run.machines.begin(), run.machines.end(), runs_on_scnn)) {
    scnn_ = std::make_unique<scnn::Scnn>(run.accelerator, run.evaluation);
  }
  if (std::any_of(run.machines.begin(), run.machines.end(), is_dense)) {
    dcnn_ = std::make_unique<dense::Dcnn>(run.accelerator);
  }
  if (run.machines.back() == Machine::eie) eie_ = std::make_unique<eie::Eie>(run.accelerator.eie);
}

MachineResult MachineModels::run(Machine machine, const EvaluatedLayer& evaluated, const scnn::Tracing& tracing) {
  if (is_dense(machine)) return run_dense(machine, evaluated);
  if (machine == Machine::eie) return run_eie(evaluated);
  return runs_on_scnn(machine) ? run_scnn(machine, evaluated, tracing) : run_oracle(evaluated);
}

namespace {

scnn::Arithmetic arithmetic(const RunFile& run) {
  return run.timing_only ? scnn::Arithmetic::off : scnn::Arithmetic::on;
}

/// What the outcomes of SCNN and of a dense machine have in common.
template <class Outcome>
MachineResult result_of(const Outcome& outcome, const EvaluatedLayer& evaluated, bool timing_only) {
  MachineResult result;
  result.cycles = outcome.cycles;
  result.mapping = {outcome.output_channels_per_group, outcome.groups, outcome.temporal_rows, outcome.temporal_columns};
  result.input_bytes = outcome.input_bytes;
  result.output_bytes = outcome.output_bytes;
  result.input_can_stay = outcome.input_can_stay;
  result.output_can_stay = outcome.output_can_stay;
  result.bit_exact = !timing_only && outcome.sums == evaluated.sums && outcome.outputs == evaluated.outputs;
  return result;
}

}  // namespace

MachineResult MachineModels::run_scnn(Machine machine, const EvaluatedLayer& evaluated, const scnn::Tracing& tracing) {
  scnn::LayerOperands operands;
  const bool as_it_is = dense_operand(machine) == scnn::DenseOperand::none;
  if (!as_it_is) {
    operands = evaluated.operands;
    operands.dense = dense_operand(machine);
  }
  const scnn::LayerOutcome outcome =
      scnn_->run(as_it_is ? evaluated.operands : operands, arithmetic(run_), evaluated.outputs, tracing);
  MachineResult result = result_of(outcome, evaluated, run_.timing_only);
  result.weight_placeholders = outcome.weight_placeholders;
  result.counters = outcome.counters;
  result.counters.dram_activation_bytes_read = result.counters.dram_activation_bytes_written = 0;
  result.pe_cycles = outcome.pe_cycles;
  return result;
}

MachineResult MachineModels::run_dense(Machine machine, const EvaluatedLayer& evaluated) {
  const auto variant = machine == Machine::dcnn ? dense::Variant::dcnn : dense::Variant::dcnn_opt;
  const dense::LayerOutcome outcome = dcnn_->run(evaluated.operands, variant, arithmetic(run_), evaluated.outputs);
  MachineResult result = result_of(outcome, evaluated, run_.timing_only);
  result.uncompressed_input_bytes = outcome.uncompressed_input_bytes;
  result.uncompressed_output_bytes = outcome.uncompressed_output_bytes;
  result.dense_counters = outcome.counters;
  result.dense_counters.dram_activation_bytes_read = result.dense_counters.dram_activation_bytes_written = 0;
  result.dense_counters.activation_bytes_filled = result.dense_counters.activation_bytes_spilled = 0;
  result.dense_pe_cycles = outcome.pe_cycles;
  return result;
}

MachineResult MachineModels::run_eie(const EvaluatedLayer& evaluated) {
  const pruning::InterleavedColumns& columns = *evaluated.weights->columns;
  const eie::LayerOutcome outcome = eie_->run(columns, evaluated.operands, arithmetic(run_));
  MachineResult result;
  result.cycles = outcome.cycles;
  result.weight_placeholders = columns.placeholders();
  result.input_bytes = outcome.input_bytes;
  result.output_bytes = outcome.output_bytes;
  result.sram = outcome.sram;
  result.input_can_stay = eie::activations_stay(columns.columns, run_.accelerator.eie);
  result.output_can_stay = eie::activations_stay(columns.rows, run_.accelerator.eie);
  result.bit_exact = !run_.timing_only && outcome.sums == evaluated.sums && outcome.outputs == evaluated.outputs;
  result.eie_counters = outcome.counters;
  result.eie_pe_cycles = outcome.pe_cycles;
  return result;
}

MachineResult MachineModels::run_oracle(const EvaluatedLayer& evaluated) {
  const scnn::OracleOutcome outcome = scnn::run_oracle(evaluated.operands, run_.accelerator);
  MachineResult result;
  result.cycles = outcome.cycles;
  result.mapping = {outcome.mapping.kc, std::ssize(outcome.mapping.groups), outcome.mapping.temporal_rows,
                    outcome.mapping.temporal_columns};
  result.counters.products = outcome.products;
  result.counters.multiplier_slots = outcome.cycles * run_.accelerator.pes() * run_.accelerator.lanes();
  return result;
}

}  // namespace sim
