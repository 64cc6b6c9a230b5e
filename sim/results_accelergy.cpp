#include "sim/results_accelergy.hpp"

#include <fmt/format.h>

#include <string_view>

#include "sim/text.hpp"

namespace sim {

namespace {

/// Where a component stands below the root: one in every PE, except for the DRAM and what feeds all PEs.
std::string component_path(std::string_view component, Machine machine, const Accelerator& accelerator) {
  if (component == "dram" || component == "leading_nonzero_detection") return std::string(component);
  return fmt::format("PE[0..{}].{}", pes_of(machine, accelerator) - 1, component);
}

/// Root of a machine's components: `system`, or the machine's name if there are several.
std::string root_of(const Results& results, Machine machine) {
  return results.machines.size() == 1 ? "system" : name_of(machine);
}

/// Calls `open` for each component and `add` for each of its actions.
template <class Open, class Add>
void visit_actions(const Results& results, const LayerResult& total, const Open& open, const Add& add) {
  std::string_view component;
  for (const energy::ActionCount& count : actions_of(total.machine, total, results.accelerator)) {
    if (count.component != component) open(component_path(count.component, total.machine, results.accelerator));
    component = count.component;
    add(count);
  }
}

}  // namespace

std::string accelergy_action_counts(const Results& results) {
  std::string text = "action_counts:\n  version: 0.3\n  subtree:\n";
  for (const LayerResult& total : results.totals) {
    if (total.energy.components.empty()) continue;
    text += fmt::format("  - name: {}\n    local:\n", root_of(results, total.machine));
    visit_actions(
        results, total,
        [&](const std::string& path) { text += fmt::format("    - name: {}\n      action_counts:\n", path); },
        [&](const energy::ActionCount& count) {
          text += fmt::format("      - {{name: {}, counts: {}}}\n", count.action, count.count);
        });
  }
  return text;
}

std::string accelergy_energy_reference_table(const Results& results) {
  std::string text = fmt::format("# Energies in {}, table {}.\nERT:\n  version: '0.4'\n  tables:\n",
                                 results.energy_table.unit, yaml_string(results.energy_table.name));
  for (const LayerResult& total : results.totals) {
    const std::string root = root_of(results, total.machine);
    visit_actions(
        results, total,
        [&](const std::string& path) { text += fmt::format("  - name: {}.{}\n    actions:\n", root, path); },
        [&](const energy::ActionCount& count) {
          const energy::TableEntry& entry = *results.energy_table.find(count.component, count.action);
          text += fmt::format("    # {}\n    - {{name: {}, arguments: {{}}, energy: {}}}\n",
                              one_line(energy::origin_of(entry)), count.action,
                              number_text(energy::energy_of_one(count, results.energy_table)));
        });
  }
  return text;
}

}  // namespace sim
