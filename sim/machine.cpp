#include "sim/machine.hpp"

#include <algorithm>
#include <span>

#include "models/dense/actions.hpp"
#include "models/eie/actions.hpp"
#include "models/scnn/actions.hpp"

namespace sim {

namespace {

template <class Owner>
std::vector<Count> counts_of(std::span<const models::CounterInfo<Owner>> table, const Owner& owner) {
  std::vector<Count> counts;
  for (const auto& info : table) counts.push_back({info.name, info.unit, info.description, owner.*info.field});
  return counts;
}

}  // namespace

const std::vector<std::string>& machine_names() {
  static const std::vector<std::string> names{"scnn",          "dcnn",        "dcnn-opt", "scnn-sparse-w",
                                              "scnn-sparse-a", "scnn-oracle", "eie"};
  return names;
}

const std::string& name_of(Machine machine) {
  return machine_names()[static_cast<std::size_t>(machine)];
}

bool is_dense(Machine machine) {
  return machine == Machine::dcnn || machine == Machine::dcnn_opt;
}

bool runs_on_scnn(Machine machine) {
  return !is_dense(machine) && machine != Machine::scnn_oracle && machine != Machine::eie;
}

scnn::DenseOperand dense_operand(Machine machine) {
  if (machine == Machine::scnn_sparse_w) return scnn::DenseOperand::activations;
  if (machine == Machine::scnn_sparse_a) return scnn::DenseOperand::weights;
  return scnn::DenseOperand::none;
}

MachineCounts& MachineCounts::operator+=(const MachineCounts& other) {
  counters += other.counters;
  pe_cycles += other.pe_cycles;
  dense_counters += other.dense_counters;
  dense_pe_cycles += other.dense_pe_cycles;
  eie_counters += other.eie_counters;
  eie_pe_cycles += other.eie_pe_cycles;
  return *this;
}

std::vector<Count> counters_of(Machine machine, const MachineCounts& counts) {
  if (is_dense(machine)) return counts_of(dense::counter_table(), counts.dense_counters);
  if (machine == Machine::eie) return counts_of(eie::counter_table(), counts.eie_counters);
  std::vector<Count> all = counts_of(scnn::counter_table(), counts.counters);
  if (machine == Machine::scnn_oracle) {
    std::erase_if(all, [](const Count& count) { return count.name != "multiplier_slots" && count.name != "products"; });
  }
  return all;
}

std::vector<Count> pe_cycles_of(Machine machine, const MachineCounts& counts) {
  if (is_dense(machine)) return counts_of(dense::pe_cycle_table(), counts.dense_pe_cycles);
  if (machine == Machine::eie) return counts_of(eie::pe_cycle_table(), counts.eie_pe_cycles);
  if (machine == Machine::scnn_oracle) return {};
  return counts_of(scnn::pe_cycle_table(), counts.pe_cycles);
}

std::vector<energy::ActionCount> actions_of(Machine machine, const MachineCounts& counts,
                                            const Accelerator& accelerator) {
  if (is_dense(machine)) return dense::actions_of(counts.dense_counters, accelerator);
  if (machine == Machine::eie) return eie::actions_of(counts.eie_counters, accelerator.eie);
  if (machine == Machine::scnn_oracle) return {};
  return scnn::actions_of(counts.counters, accelerator, dense_operand(machine));
}

std::vector<energy::ComponentArea> areas_of(const energy::Table& table, Machine machine) {
  if (machine == Machine::scnn_oracle) return {};
  if (machine == Machine::eie) return table.areas_of(name_of(machine));
  return table.areas_of(name_of(is_dense(machine) ? Machine::dcnn : Machine::scnn));
}

std::int64_t products_of(Machine machine, const MachineCounts& counts) {
  if (machine == Machine::eie) return counts.eie_counters.accumulator_updates;
  return is_dense(machine) ? counts.dense_counters.products : counts.counters.products;
}

std::int64_t pes_of(Machine machine, const Accelerator& accelerator) {
  return machine == Machine::eie ? accelerator.eie.pes : accelerator.pes();
}

double clock_ghz(Machine machine, const Accelerator& accelerator) {
  return machine == Machine::eie ? accelerator.eie.clock_ghz : accelerator.clock_ghz;
}

}  // namespace sim
