#include "models/dense/energy_model.hpp"

#include <stdexcept>
#include <string>

#include "models/dense/actions.hpp"
#include "models/dense/mapping.hpp"
#include "models/scnn/widths.hpp"

namespace dense {

namespace {

using energy::ActionCount;
using energy::Derived;
using energy::Technology;

/// Capacities of a PE's memories in bytes.
struct Sizes {
  explicit Sizes(const scnn::Parameters& p)
      : weight_buffer(bytes(p.weight_fifo_entries * p.weights_per_cycle, scnn::value_bits)),
        accumulation_buffer(bytes(p.partial_sums(), p.accumulator_bits)),
        activation_memory(static_cast<double>(activation_sram_bytes) / 2 / static_cast<double>(p.pes())) {}

  static double bytes(std::int64_t words, std::int64_t bits) { return static_cast<double>(words * bits) / 8; }

  double weight_buffer;
  double accumulation_buffer;  ///< of one set
  double activation_memory;    ///< inputs or outputs
};

Derived energy_of(const ActionCount& action, const Sizes& sizes, const Technology& technology) {
  const auto bits = static_cast<double>(action.bits);
  const std::string_view component = action.component;
  if (component == "multipliers") {
    return action.action == "gated" ? gated_multiplication(bits, technology) : multiplication(bits, technology);
  }
  if (component == "adder_tree" || action.action == "add") return addition(bits, technology);
  if (component == "accumulation_buffer") return memory_access(sizes.accumulation_buffer, bits, technology);
  if (component == "weight_buffer") return memory_access(sizes.weight_buffer, bits, technology);
  if (component == "activation_sram") return memory_access(sizes.activation_memory, bits, technology);
  if (component == "post_processing") return post_processing(bits, technology);
  if (component == "halo") return neighbour_transfer(bits, technology);
  if (component == "dram") return dram_access(bits, technology);
  throw std::logic_error("no energy of " + std::string(component) + '.' + std::string(action.action));
}

}  // namespace

std::vector<energy::TableEntry> derived_entries(const scnn::Parameters& parameters, const Technology& technology) {
  const Sizes sizes(parameters);
  std::vector<energy::TableEntry> entries;
  for (const ActionCount& action : actions_of({}, parameters)) {
    entries.push_back(table_entry(action, energy_of(action, sizes, technology)));
  }
  return entries;
}

std::vector<energy::ComponentArea> derived_areas(const scnn::Parameters& p, const Technology& technology) {
  const Sizes sizes(p);
  const auto lanes = static_cast<double>(p.lanes());
  std::vector<energy::ComponentArea> all;
  const auto add = [&](std::string_view component, const Derived& area) {
    all.push_back(component_area("dcnn", component, area));
  };
  const auto adders = [&](double count) {
    return times(count, "adders", adder_area(static_cast<double>(p.accumulator_bits), technology));
  };
  add("multipliers", times(lanes, "multipliers", multiplier_area(scnn::value_bits, technology)));
  add("adder_tree", adders(lanes));  // one fewer than products in the tree, and the accumulator's
  add("accumulation_buffer",
      times(static_cast<double>(p.accumulator_sets), "sets", memory_area(sizes.accumulation_buffer, technology)));
  add("weight_buffer", memory_area(sizes.weight_buffer, technology));
  add("activation_sram", times(2, "memories", memory_area(sizes.activation_memory, technology)));
  add("post_processing", adders(2 * static_cast<double>(p.ppu_values)));
  return all;
}

}  // namespace dense
